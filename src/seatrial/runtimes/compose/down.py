"""Down: nothing is left on the engine or here, also when half of it was removed by hand.

Everything is found by its labels: no file of ours is needed, and nothing of another's is touched.
"""

import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from seatrial.contract.runtime import Progress
from seatrial.runtimes.compose.engine import Engine, Inspected
from seatrial.runtimes.compose.names import DURABLE, Names
from seatrial.runtimes.shared.state import State

_AT_ONCE = 8
_GRACE = 10


def down(
    engine: Engine,
    names: Names,
    state: State,
    *,
    purge: bool,
    progress: Callable[[Progress], None],
) -> None:
    """Stop and remove everything but the volumes of durable data. Raises RuntimeFailure."""
    began = time.monotonic()
    found = engine.containers(names.labels)
    kept = frozenset() if purge else frozenset(_durable(found, state))
    remove(engine, found)
    _told(progress, "containers", "removed", began)
    began = time.monotonic()
    volumes = [each["Name"] for each in engine.volumes(names.labels)]
    for each in volumes:
        if each not in kept:
            engine.remove_volume(each)
    for network in engine.networks(names.labels):
        engine.remove_network(network["Id"])
    _told(progress, "volumes, networks", "removed", began)
    began = time.monotonic()
    if not kept:
        shutil.rmtree(state.path, ignore_errors=True)
    else:
        state.write("kept.json", sorted(kept))
        for path in state.path.iterdir():
            if path.name not in {"secrets", "kept.json"}:
                path.unlink()
    _told(progress, "files", "removed", began)


def remove(engine: Engine, containers: tuple[Inspected, ...]) -> None:
    """Stop containers side by side, each with its own grace, and remove them."""

    def one(container: Inspected) -> None:
        if container["State"].get("Paused"):
            engine.unpause(container["Id"])
        if container["State"].get("Running"):
            engine.stop(container["Id"], container["Config"].get("StopTimeout") or _GRACE)
        engine.remove(container["Id"])

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        list(pool.map(one, containers))


def _durable(containers: tuple[Inspected, ...], state: State) -> set[str]:
    """The volumes that hold durable data, by the labels of their containers.

    Those that an earlier `down` kept have no container any more.
    """
    marked = {
        each["Name"].lstrip("/")
        for each in containers
        if (each["Config"]["Labels"] or {}).get(DURABLE) == "yes"
    }
    return marked | set(state.read("kept.json") or ())


def _told(progress: Callable[[Progress], None], subject: str, phase: str, began: float) -> None:
    took = time.monotonic() - began
    progress(Progress(subject=subject, phase=phase, done=True, seconds=took))
