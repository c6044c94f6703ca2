"""The PostgreSQL exporter: connections, locks, transactions and size of one store."""

from seatrial.contract.output import Origin, Probe, Workload
from seatrial.contract.placement import Endpoint
from seatrial.engines import password

UP = "pg_up"  # 1 while the store answers its exporter
PORTS = {"http": 9187}
_PASSWORD = "password"  # noqa: S105 - a file's name


def name(store: str) -> str:
    """The exporter's workload beside a store."""
    return f"{store}-exporter"


def workload(store: str, endpoint: Endpoint, *, user: str, secret: str, owner: str) -> Workload:
    """One exporter a store; `secret` is empty where the store asks for no password.

    A password is read from a file: whoever may use a container engine reads its variables.
    """
    return Workload(
        name=name(store),
        origin=Origin.ENGINE,
        engine="postgres_exporter",
        argv=("postgres_exporter", "--web.listen-address=${self.address}:${self.ports.http}"),
        env={
            "DATA_SOURCE_URI": f"{endpoint}/postgres?sslmode=disable&connect_timeout=2",
            "DATA_SOURCE_USER": user,
            **({"DATA_SOURCE_PASS_FILE": f"${{self.dir}}/{_PASSWORD}"} if secret else {}),
        },
        files=password.files(store, secret, _PASSWORD, f"${{secret.{secret}}}\n"),
        secrets=(secret,) if secret else (),
        ports=PORTS,
        ready=Probe(port="http", path="/", deadline=30),
        owner=owner,
        why=f"makes the store {store} visible",
    )
