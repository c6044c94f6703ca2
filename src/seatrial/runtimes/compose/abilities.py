"""What this engine can do, as far as it tells."""

from collections.abc import Mapping

from seatrial.contract.runtime import Able
from seatrial.contract.scenario import Ability
from seatrial.runtimes.compose import host
from seatrial.runtimes.compose.client import failures
from seatrial.runtimes.compose.engine import Engine
from seatrial.runtimes.compose.faults import packets
from seatrial.runtimes.compose.lines import unreadable
from seatrial.runtimes.shared.state import State

_VOLUMES = "two containers have two volumes, between which nothing changes places in one step"


def abilities(engine: Engine, state: State, *, faults: bool) -> Mapping[Ability, Able]:
    """Each ability that a scenario may ask for, with the reason where it is missing.

    `state` is the system's, where `up` has noted what the engine's machine writes.
    """
    client = engine.client
    ordinary = f"{client.title} runs as an ordinary user" if client.rootless else ""
    limit, loss = lacking(engine), packets.lacking(client)
    unread, unheard = unreadable(client), host.lacking(state)
    return {
        Ability.ROOT: Able(ok=not ordinary, reason=ordinary),
        Ability.MEMORY_LIMIT: Able(ok=not limit, reason=limit),
        Ability.SIZED_VOLUME: Able(ok=True, reason=""),
        Ability.FAULT_PROXY: Able(ok=faults, reason="" if faults else "nothing runs yet"),
        Ability.NETWORK: Able(ok=True, reason=""),
        Ability.PACKET_LOSS: Able(ok=not loss, reason=loss),
        Ability.WRITE_LINES: Able(ok=True, reason=""),
        Ability.HOST_LINES: Able(ok=not unheard, reason=unheard),
        Ability.READ_LINES: Able(ok=not unread, reason=unread),
        Ability.ONE_FILE_SYSTEM: Able(ok=False, reason=_VOLUMES),
    }


def lacking(engine: Engine) -> str:
    """Why no memory limit can be set, or empty."""
    with failures("asking what the engine can do"):
        info = engine.api.info()
    return "" if info.get("MemoryLimit") else f"{engine.client.title} cannot limit memory here"
