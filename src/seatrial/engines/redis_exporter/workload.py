"""The Redis exporter: memory, clients, keys and persistence of one store."""

from seatrial.contract.output import Origin, Probe, Workload
from seatrial.contract.placement import Endpoint
from seatrial.engines import password

UP = "redis_up"  # 1 while the store answers its exporter
PORTS = {"http": 9121}
_PASSWORDS = "passwords.json"


def name(store: str) -> str:
    """The exporter's workload beside a store."""
    return f"{store}-exporter"


def workload(store: str, endpoint: Endpoint, *, user: str, secret: str, owner: str) -> Workload:
    """One exporter a store; `user` and `secret` are empty where none is asked for.

    The password is in a JSON file, by the URL with its user that the exporter makes of the two.
    """
    url = f"redis://{user}@{endpoint}" if user else f"redis://{endpoint}"
    return Workload(
        name=name(store),
        origin=Origin.ENGINE,
        engine="redis_exporter",
        argv=(
            "redis_exporter",
            "--web.listen-address=${self.address}:${self.ports.http}",
            *((f"--redis.password-file=${{self.dir}}/{_PASSWORDS}",) if secret else ()),
        ),
        env={
            "REDIS_ADDR": f"redis://{endpoint}",
            "REDIS_EXPORTER_CONNECTION_TIMEOUT": "2s",
            **({"REDIS_USER": user} if user else {}),
        },
        files=password.files(store, secret, _PASSWORDS, f'{{"{url}": "${{secret.{secret}}}"}}\n'),
        secrets=(secret,) if secret else (),
        ports=PORTS,
        ready=Probe(port="http", path="/health", deadline=30),
        owner=owner,
        why=f"makes the store {store} visible",
    )
