"""What a person should know of the container engine before `up`."""

from collections.abc import Iterator

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose import project
from seatrial.runtimes.compose.abilities import lacking
from seatrial.runtimes.compose.client import Client, open_client
from seatrial.runtimes.compose.engine import Engine
from seatrial.runtimes.compose.faults import packets
from seatrial.runtimes.shared.finding import Finding

_ENGINE = "container engine"


def doctor() -> Iterator[Finding]:
    """The engine, its Compose and its limits; none of it is needed where services are processes."""
    try:
        client = open_client()
    except RuntimeFailure as failure:
        yield _finding(_ENGINE, failure)
        return
    try:
        where = ", as an ordinary user" if client.rootless else ""
        found = f"{client.title} {client.version} at {client.host}{where}"
        yield _engine(client, found)
        yield _compose(client)
        limit = lacking(Engine(client))
        yield Finding(
            topic="container limits",
            ok=not limit,
            found=limit or "memory can be limited",
            cure="memory faults are reported as unknown" if limit else "",
            needed=False,
        )
        missed = packets.lacking(client)
        yield Finding(
            topic="network faults",
            ok=not missed,
            found=missed or "containers can be cut off, and their packets lost",
            cure="faults of a network are reported as unknown" if missed else "",
            needed=False,
        )
    finally:
        client.close()


def _engine(client: Client, found: str) -> Finding:
    try:
        client.reachable()
    except RuntimeFailure as failure:
        return _finding(_ENGINE, failure)
    return Finding(topic=_ENGINE, ok=True, found=found, needed=False)


def _compose(client: Client) -> Finding:
    try:
        version = project.check(client)
    except RuntimeFailure as failure:
        return _finding("docker compose", failure)
    return Finding(topic="docker compose", ok=True, found=version, needed=False)


def _finding(topic: str, failure: RuntimeFailure) -> Finding:
    return Finding(topic=topic, ok=False, found=failure.summary, cure=failure.cure, needed=False)
