"""Down: nothing is left on the engine or here, also when half of it was removed by hand.

Everything is found by its labels: no file of ours is needed, and nothing of another's is touched.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from seatrial.contract.runtime import Progress
from seatrial.runtimes.compose import durable
from seatrial.runtimes.compose.engine import Engine, Inspected
from seatrial.runtimes.compose.names import Names
from seatrial.runtimes.shared.clear import clear
from seatrial.runtimes.shared.state import State

_AT_ONCE = 8
_GRACE = 10
# what data needs to be readable again, and which data that is
_KEPT = ("secrets", durable.NAME)


def down(
    engine: Engine,
    names: Names,
    state: State,
    *,
    purge: bool,
    progress: Callable[[Progress], None],
    keep: tuple[Path, ...] = (),
) -> None:
    """Stop and remove everything but the volumes of durable data. Raises RuntimeFailure.

    `keep` stays beside durable data, and goes where there is none.
    """
    began = time.monotonic()
    found = engine.containers(names.labels)
    volumes = engine.volumes(names.labels)
    kept = frozenset() if purge else durable.kept(state, volumes)
    remove(engine, found)
    _told(progress, "containers", "removed", began)
    began = time.monotonic()
    for volume in volumes:
        if volume["Name"] not in kept:
            engine.remove_volume(volume["Name"])
    for network in engine.networks(names.labels):
        engine.remove_network(network["Id"])
    _told(progress, "volumes, networks", "removed", began)
    began = time.monotonic()
    clear(state.path, (*(state.path / each for each in _KEPT), *keep) if kept else ())
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


def _told(progress: Callable[[Progress], None], subject: str, phase: str, began: float) -> None:
    took = time.monotonic() - began
    progress(Progress(subject=subject, phase=phase, done=True, seconds=took))
