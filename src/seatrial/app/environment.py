"""The runtime of an environment, opened: the one place where a name becomes a door."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from seatrial.app.loaded import loaded
from seatrial.app.refused import Refused
from seatrial.contract.runtime import Runtime, RuntimeFailure
from seatrial.runtimes.compose.names import STATE
from seatrial.runtimes.kubernetes import NAME as KUBERNETES
from seatrial.runtimes.kubernetes import Cluster
from seatrial.runtimes.local import LocalRuntime
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.shared.state import State
from seatrial.system.model import EnvironmentSpec, System
from seatrial.system.problem import Problem
from seatrial.system.suggest import Suggester

LOCAL, COMPOSE = "local", "compose"
_NAME = re.compile(r"^system:\s*[\"']?([a-z][a-z0-9-]{0,62})[\"']?\s*(#.*)?$", re.MULTILINE)
_MOST = 1 << 20
_REHEARSAL = "rehearsal"


def open_runtime(file: Path, wanted: str = "", *, start: bool = False) -> Runtime:
    """The runtime of the system that this file describes. Raises RuntimeFailure.

    It is the one that the system is up on; else the one that is `wanted`, or that the file names
    for its rehearsal, or that fits. To `start` it on another one than it is up on is refused. The
    file may be broken: `down` and `undo` must work with it.
    """
    folder = absolute(file).parent
    system = loaded(file).system
    name = system.name if system is not None else name_in(file) or folder.name
    asked = wanted or _written(system)
    up = next((each for each in OPENED if name in states(folder, each, up=True)), "")
    if start and up and asked and asked != up:
        raise RuntimeFailure(
            f"{name} is up on the {up} runtime and was asked for on {asked}",
            "run `seatrial down` first",
        )
    chosen = up or asked or _fitting(system)
    if chosen not in OPENED:
        raise RuntimeFailure(
            f"seatrial cannot run a system on {chosen} yet, only render it",
            f"`seatrial plan --render DIR` writes its manifests; to rehearse, write "
            f"{' or '.join(OPENED)} in environments.{_REHEARSAL}.runtime",
        )
    spec = system.environments[_REHEARSAL] if system is not None else None
    if chosen == LOCAL and spec is not None and spec.beside is not None and not up:
        raise RuntimeFailure(
            f"{name} runs beside {spec.beside}, which is containers: the local runtime has none",
            f"take beside out of environments.{_REHEARSAL}, or use --runtime compose",
        )
    return OPENED[chosen](name, folder, spec)


def places(file: Path, environment: str = _REHEARSAL) -> Runtime | Cluster:
    """What gives places in an environment of the file. Raises Refused, RuntimeFailure.

    A cluster's places follow from the file alone; for a rehearsal elsewhere they are what `up`
    would take, or has taken.
    """
    system = loaded(file).system
    if system is None:  # whoever plans it tells why
        return open_runtime(file)
    spec = system.environments.get(environment)
    if spec is None:
        names = tuple(system.environments)
        raise Refused(
            (
                Problem(
                    "ST1804",
                    system.place("environments"),
                    f"there is no environment {environment}",
                    Suggester().cure(environment, names, f"name one of {', '.join(names)}"),
                ),
            )
        )
    if spec.runtime == KUBERNETES:
        return Cluster(namespace=spec.namespace or system.name)
    if environment == _REHEARSAL:
        return open_runtime(file)
    return OPENED[spec.runtime](system.name, absolute(file).parent, spec)


def _local(name: str, folder: Path, _spec: EnvironmentSpec | None = None) -> Runtime:
    return LocalRuntime(name, folder, cache=_cache())


def _compose(name: str, folder: Path, spec: EnvironmentSpec | None = None) -> Runtime:
    # whoever has no containers does not pay for the engine's client
    from seatrial.runtimes.compose.beside.project import Theirs  # noqa: PLC0415
    from seatrial.runtimes.compose.beside.runtime import BesideRuntime, kept  # noqa: PLC0415
    from seatrial.runtimes.compose.runtime import ComposeRuntime  # noqa: PLC0415

    wanted = None
    if spec is not None and spec.beside is not None:
        wanted = Theirs(file=absolute(folder / spec.beside), project=spec.project)
    state = states(folder, COMPOSE).get(name)
    theirs = wanted or (kept(state) if state is not None else None)
    if theirs is not None:
        return BesideRuntime(name, folder, theirs, cache=_cache())
    return ComposeRuntime(name, folder, cache=_cache())


_Opener = Callable[..., Runtime]  # name, folder, and what the file says of its rehearsal
OPENED: Mapping[str, _Opener] = {LOCAL: _local, COMPOSE: _compose}


def _cache() -> Path | None:
    """Another folder for engines than the user's own."""
    chosen = os.environ.get("SEATRIAL_CACHE")
    return Path(chosen) if chosen else None


def absolute(file: Path) -> Path:
    """The file in its folder as the machine knows it; a link to a file keeps the link's name."""
    return file.parent.resolve() / file.name


def states(folder: Path, runtime: str, *, up: bool = False) -> Mapping[str, State]:
    """What this machine keeps of a folder's systems on a runtime, by name; `up`: of what runs."""
    there: Mapping[str, State] = (
        Home.all_of(folder) if runtime == LOCAL else State.all_of(folder, STATE)
    )
    return {name: each for name, each in there.items() if each.begun or not up}


def _written(system: System | None) -> str:
    """The runtime that the file names for its rehearsal, or empty."""
    if system is None:
        return ""
    spec = system.environments[_REHEARSAL]
    return spec.runtime if "runtime" in spec.model_fields_set else ""


def _fitting(system: System | None) -> str:
    """Processes where every service has a command for them, else containers where an engine is."""
    if system is None or all(each.run for each in system.services.values()):
        return LOCAL
    from seatrial.runtimes.compose.client import open_client  # noqa: PLC0415 - as above

    try:
        open_client().close()
    except RuntimeFailure:
        return LOCAL
    return COMPOSE


def name_in(file: Path) -> str:
    """The name that the file gives its system, or empty where it cannot be read."""
    if not file.is_file():  # who opens a pipe would wait for ever
        return ""
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            found = _NAME.search(opened.read(_MOST))
    except OSError:
        return ""
    return found.group(1) if found else ""
