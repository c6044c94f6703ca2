"""The runtime of an environment, opened: the one place where a name becomes a door."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from seatrial.app import registry
from seatrial.contract.runtime import Runtime, RuntimeFailure
from seatrial.runtimes.compose import ComposeRuntime
from seatrial.runtimes.compose.client import open_client
from seatrial.runtimes.local import LocalRuntime
from seatrial.system.load import load
from seatrial.system.model import System

_NAME = re.compile(r"^system:\s*[\"']?([a-z][a-z0-9-]{0,62})[\"']?\s*(#.*)?$", re.MULTILINE)
_MOST = 1 << 20
_REHEARSAL = "rehearsal"
LOCAL, COMPOSE = "local", "compose"


def open_runtime(file: Path, wanted: str = "") -> Runtime:
    """The runtime of the system that this file describes. Raises RuntimeFailure.

    `wanted` names it, else the file's `environments.rehearsal.runtime`, else it is the one that
    the system is up on, else the one that fits. The file may be broken: `down` and `undo` must
    work with it.
    """
    folder = file.parent.resolve()
    system = load(file, sections=registry.sections()).system
    name = system.name if system is not None else _name(file) or folder.name
    opened: Mapping[str, Callable[[], Runtime]] = {
        LOCAL: lambda: LocalRuntime(name, folder, cache=_cache()),
        COMPOSE: lambda: ComposeRuntime(name, folder, cache=_cache()),
    }
    up = [each for each in opened if is_up(name, folder, each)]
    chosen = wanted or _written(system) or (up[0] if up else "") or _fitting(system)
    if chosen not in opened:
        raise RuntimeFailure(
            f"there is no runtime {chosen} yet",
            f"write {' or '.join(opened)} in environments.{_REHEARSAL}.runtime",
        )
    return opened[chosen]()


def is_up(name: str, folder: Path, runtime: str) -> bool:
    """Whether something of this system was started on this runtime and not taken down."""
    state = {LOCAL: LocalRuntime.state_of, COMPOSE: ComposeRuntime.state_of}[runtime]
    return (state(name, folder).path / "desired.json").exists()


def _cache() -> Path | None:
    """Another folder for engines than the user's own."""
    chosen = os.environ.get("SEATRIAL_CACHE")
    return Path(chosen) if chosen else None


def _written(system: System | None) -> str:
    """The runtime that the file names for its rehearsal, or empty."""
    if system is None or _REHEARSAL not in system.environments:
        return ""
    spec = system.environments[_REHEARSAL]
    return spec.runtime if "runtime" in spec.model_fields_set else ""


def _fitting(system: System | None) -> str:
    """Processes where every service has a command for them, else containers where an engine is."""
    if system is None or all(each.run for each in system.services.values()):
        return LOCAL
    try:
        open_client().close()
    except RuntimeFailure:
        return LOCAL
    return COMPOSE


def _name(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            found = _NAME.search(opened.read(_MOST))
    except OSError:
        return ""
    return found.group(1) if found else ""
