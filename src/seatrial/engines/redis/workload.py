"""Redis as a store: a queue, a cache, or both; durable ones append to a file."""

from seatrial.contract.output import File, Origin, Probe, Resources, Volume, Workload
from seatrial.system.model import System

PORTS = {"redis": 6379}
DATA = "data"  # the folder of its data, and the volume's name


def secret(system: System, store: str) -> str:
    """The name of the store's password; empty where no service's environment gives it one.

    A queue on a private network usually has none, and a password that nobody sends would only
    lock its users out.
    """
    wanted = f"${{{store}.password}}"
    sent = any(
        wanted in str(value)
        for service in system.services.values()
        for value in service.environment.values()
    )
    return store if sent else ""


def configuration(*, durable: bool, secret: str, memory: int | None = None) -> str:
    """redis.conf; with a password in it the runtime writes the file with mode 0600.

    `memory` is the limit in bytes of everything that the process holds. At three quarters of it
    Redis refuses writes, and says so, before the kernel kills it: the rest is for buffers, and for
    the pages that change while a child writes them down.
    """
    guard = f"requirepass ${{secret.{secret}}}" if secret else "protected-mode no"
    return "\n".join(
        (
            "bind ${self.address}",
            "port ${self.ports.redis}",
            f"dir ${{self.dir}}/{DATA}",
            guard,
            f"appendonly {'yes' if durable else 'no'}",
            'save ""' if not durable else "save 300 10",
            *((f"maxmemory {memory * 3 // 4}",) if memory else ()),
            "daemonize no",
            "",
        )
    )


def workload(
    store: str, *, owner: str, secret: str, durable: bool, resources: Resources, region: str
) -> Workload:
    """One Redis server."""
    return Workload(
        name=store,
        origin=Origin.STORE,
        engine="redis",
        argv=("redis-server", "${self.dir}/redis.conf"),
        files=(
            File(
                path="redis.conf",
                text=configuration(durable=durable, secret=secret, memory=resources.memory),
                why="where Redis listens and whether it writes to disk",
                secret=bool(secret),
            ),
        ),
        secrets=(secret,) if secret else (),
        ports=PORTS,
        volumes=(Volume(name=DATA, path=DATA, durable=durable),),
        ready=Probe(port="redis", tcp=True, deadline=30),
        grace=10,
        owner=owner,
        resources=resources,
        region=region,
        why="a store of the system",
    )
