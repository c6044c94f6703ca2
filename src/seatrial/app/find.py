"""Which system a command is about when its file was renamed, is broken or is gone.

A system's state is found by its name and its file's folder. The name stands in the file; where it
cannot be read there, or nothing of that name runs, the folder alone still leads to what runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seatrial.app.environment import OPENED, name_in, open_runtime, states
from seatrial.contract.runtime import Runtime
from seatrial.runtimes.shared.state import ORIGIN, State
from seatrial.runtimes.shared.whose import theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A system of the folder that `up` has begun: the file it was started from, and on what.

    `kept` tells that this file still describes it.
    """

    name: str
    file: str
    kept: bool
    runtime: str = "local"

    def __str__(self) -> str:
        """`shop (from shop.yaml)`."""
        return f"{self.name} (from {Path(self.file).name})" if self.file else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a command was told: an absolute file, and perhaps a system's name by an option.

    `explicit` tells that the file is no default, `there` that it exists; `name` is the system's
    name as the file says it, or empty where that cannot be read.
    """

    file: Path
    explicit: bool
    there: bool
    name: str = ""
    system: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The system that is meant, None where nothing runs that could be; `why` if not by its file."""

    name: str | None
    why: str = ""


class Unclear(Exception):  # noqa: N818 - bad input, not a failure
    """Several systems could be meant, or one that is not there; with the cure."""

    def __init__(self, summary: str, cure: str) -> None:
        """Keep both apart, as a problem does."""
        super().__init__(summary)
        self.summary = summary
        self.cure = cure


def choose(asked: Asked, there: tuple[Known, ...]) -> Chosen:
    """The system that a command is about, among those of the file's folder. Pure.

    A file that describes a system that runs decides. Else it is what was started from that file,
    or what has lost its own; and of no file that was asked for, whatever is the only one. Never is
    it a system whose own file is there when another file was named. Raises Unclear.
    """
    if asked.system is not None:
        return _by_name(asked.system, there)
    own = asked.name or (asked.file.parent.name if asked.there else "")
    if any(each.name == own for each in there):
        return Chosen(name=own)
    mine = [each for each in there if each.file == str(asked.file)]
    lost = [each for each in there if not each.kept]
    anything = not asked.name and not asked.explicit
    candidates = mine or (list(there) if anything else lost)
    if len(candidates) > 1:
        raise Unclear(
            f"several systems of this folder run: {_listed(candidates)}",
            f"name one, as in --system {candidates[0].name}",
        )
    if not candidates:
        return Chosen(name=asked.name or None)
    (one,) = candidates
    said = f"describes {asked.name}, which does not run" if asked.name else "names no system"
    said = said if asked.there else "is not there"
    return Chosen(name=one.name, why=f"{asked.file.name} {said}; {one} runs in this folder")


def _by_name(system: str, there: tuple[Known, ...]) -> Chosen:
    if any(each.name == system for each in there):
        return Chosen(name=system)
    if there:
        raise Unclear(f"no system {system} of this folder runs", f"name {_listed(there)}")
    raise Unclear(
        f"no system {system} of this folder runs, nor another",
        "for one of another folder give its file, as in -f /its/folder/seatrial.yaml",
    )


def _listed(systems: tuple[Known, ...] | list[Known]) -> str:
    return ", ".join(map(str, systems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The runtime of the system that is meant, if any; `others` of the folder run, too."""

    runtime: Runtime | None
    why: str
    others: tuple[Known, ...]


def find(asked: Asked, *, data: bool = False) -> Found:
    """Look for the system. Raises Unclear, and RuntimeFailure where another user runs it.

    With `data`, which is about to be removed, also for one of which nothing else is left; and then
    never for another one than the file names.
    """
    folder = asked.file.parent
    running = running_in(folder)
    there = _known_in(folder, up=False) if data else running
    name = asked.system or asked.name or folder.name
    if not any(each.name == name for each in there) and (other := theirs(name, folder)):
        raise other.told()
    chosen = choose(asked, there)
    if data and asked.system is None and asked.name and chosen.name not in {None, asked.name}:
        raise Unclear(
            f"{chosen.why}, and its data would be removed",
            f"add --system {chosen.name} if that is what you mean",
        )
    own = next((each for each in there if each.name == chosen.name), None)
    runtime = None
    if own is not None:
        runtime = OPENED[own.runtime](own.name, folder)
    elif chosen.name is not None:
        runtime = open_runtime(asked.file)
    return Found(
        runtime=runtime,
        why=chosen.why,
        others=tuple(each for each in running if own is None or each.name != own.name),
    )


def running_in(folder: Path) -> tuple[Known, ...]:
    """What `up` began in a folder and `down` has not ended."""
    return _known_in(folder, up=True)


def _known_in(folder: Path, *, up: bool) -> tuple[Known, ...]:
    return tuple(
        _known(name, state, folder, runtime)
        for runtime in OPENED
        for name, state in states(folder, runtime, up=up).items()
    )


def _known(name: str, state: State, folder: Path, runtime: str) -> Known:
    origin = state.read(ORIGIN)
    file = str(origin.get("file", "")) if isinstance(origin, Mapping) else ""
    kept = Path(file).is_file() and (name_in(Path(file)) or folder.name) == name
    return Known(name=name, file=file, kept=kept, runtime=runtime)
