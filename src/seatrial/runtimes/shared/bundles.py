"""The system brought back from its newest bundle, in an empty folder, and held against itself.

By the commands of a page of the recovery documents, as processes of whoever proves: they have the
bundle, the key and an empty state, and nothing else of the system. All of it lies below the state,
closed to others, because secrets do; the undo removes it.
"""

import json
import shlex
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from seatrial.contract.action import BUNDLE, FOLDER, KEY, REOPENED, SYSTEM, Reopen
from seatrial.contract.output import Workload
from seatrial.contract.page import commands, filled, written
from seatrial.contract.procedure import FILE
from seatrial.contract.sealing import is_sealed
from seatrial.contract.timeline import Observation
from seatrial.runtimes.shared.carry import Family
from seatrial.runtimes.shared.faults import SEEN, Undo
from seatrial.runtimes.shared.pages import DOCS, Run, described_by, ran, read
from seatrial.runtimes.shared.state import State

_FOLDER, _SECRETS = "reopened", "secrets"
_SYSTEM, _HOME, _BUNDLE = "system", "home", "bundle.age"
_TOLD = 2000  # characters of a command's output that are kept


def family(state: State, workloads: Iterable[Workload], run: Run = ran) -> Family:
    """Bundles of the system whose state that is; `run` runs the commands, in a folder."""
    names = {name for each in workloads for name in each.secrets if is_sealed(name)}

    def plan(action: Reopen) -> Undo:
        return {"kind": "reopen", "workload": action.workload, "file": described_by(state)}

    def act(action: Reopen, planned: Undo) -> Undo:
        seen = _seen(action, Path(planned["file"]), state, names, run)
        return {**planned, SEEN: (seen,)}

    def undo(_entry: Undo) -> None:
        shutil.rmtree(state.path / _FOLDER, ignore_errors=True)

    return Family(plan=plan, act=act, undo=undo)


def _seen(
    action: Reopen, file: Path, state: State, names: Collection[str], run: Run
) -> Observation:
    folder, began = state.path / _FOLDER, time.time()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    told = [*_ran("", _before(file, action.place), folder, action.within, run)][-1]
    done: list[dict[str, Any]] = []
    if not told["status"]:
        empty = shlex.join(("env", f"SEATRIAL_HOME={folder / _HOME}")) + " "
        lines = _lines(action, file, folder, state)
        done += _ran(empty, lines, folder, action.within, run)
        told = done[-1] if done else told
    told |= {"lines": len(done), "seconds": sum(each["seconds"] for each in done)}
    if not told["status"]:
        told |= _compared(file, folder, state, names)
    ended = time.time()
    return Observation(
        at=ended,
        source="bundle",
        kind=REOPENED,
        subject=action.workload,
        id=f"{action.workload} {began:.6f}",
        value=ended - began,
        text=json.dumps(told, sort_keys=True),
    )


def _ran(
    before: str, lines: Iterable[str], folder: Path, within: float, run: Run
) -> Iterator[dict[str, Any]]:
    """Each command, with what stands `before` it, until one fails."""
    for line in lines:
        began = time.time()
        done = run(f"{before}{line}", folder, within)
        seconds = time.time() - began
        said = done.stdout[-_TOLD:]
        yield {"command": line, "status": done.status, "said": said, "seconds": seconds}
        if done.status:
            return


def _before(file: Path, place: str) -> Iterator[str]:
    """What is there before the machine is lost: the printed page, and the newest bundle."""
    yield written(DOCS, {FILE: str(file)})
    where = ("--in", place) if place else ()
    words = ("seatrial", "backup", "--file", str(file), "system", "--out", _BUNDLE, *where)
    yield shlex.join(words)


def _lines(action: Reopen, file: Path, folder: Path, state: State) -> tuple[str, ...]:
    """The commands of the page, for whoever has an empty machine."""
    own = {
        KEY: str(state.path / _SECRETS / action.key),
        BUNDLE: str(folder / _BUNDLE),
        FOLDER: str(folder / _SYSTEM),
        SYSTEM: str(folder / _SYSTEM / file.name),
    }
    values = {f"<{name}>": filled(value, own) for name, value in action.blanks}
    found = commands(read(action.page, folder, state))
    return tuple(filled(each, values) for each in found)


def _compared(file: Path, folder: Path, state: State, names: Collection[str]) -> dict[str, Any]:
    """What of it is not as the system has it: by name, never by content."""
    system, home = folder / _SYSTEM, folder / _HOME
    files = sorted(each for each in system.rglob("*") if each.is_file())
    brought = {each.name: _bytes(each) for each in home.glob(f"*/{_SECRETS}/*")}
    own = {name: _bytes(state.path / _SECRETS / name) for name in {*names, *brought}}
    paths = [str(each.relative_to(system)) for each in files]
    differs = [
        *(name for name in paths if _bytes(system / name) != _bytes(file.parent / name)),
        *(f"the secret {name}" for name in sorted(own) if brought.get(name) != own[name]),
    ]
    return {"files": len(paths), "secrets": len(brought), "differs": differs}


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
