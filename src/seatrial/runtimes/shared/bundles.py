"""The system brought back from its newest bundle, in an empty folder, and held against itself.

By the commands that a person would give, as processes of whoever proves: they are told where the
bundle goes, and nothing else of the system but its file's place and the key. All of it lies below
the state, closed to others, because secrets do; the undo removes it.
"""

import json
import shlex
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from seatrial.contract.action import REOPENED, Reopen
from seatrial.contract.output import Workload
from seatrial.contract.runtime import RuntimeFailure
from seatrial.contract.sealing import is_sealed
from seatrial.contract.timeline import Observation
from seatrial.runtimes.shared.carry import Family
from seatrial.runtimes.shared.faults import SEEN, Undo
from seatrial.runtimes.shared.pages import Run, ran
from seatrial.runtimes.shared.state import ORIGIN, State

_FOLDER, _SECRETS = "reopened", "secrets"
_TOLD = 2000  # characters of a command's output that are kept


def family(state: State, workloads: Iterable[Workload], run: Run = ran) -> Family:
    """Bundles of the system whose state that is; `run` runs the commands, in a folder."""
    names = {name for each in workloads for name in each.secrets if is_sealed(name)}

    def plan(action: Reopen) -> Undo:
        origin = state.read(ORIGIN)
        if not isinstance(origin, dict) or "file" not in origin:
            raise RuntimeFailure("nobody knows from which file this system was started", "run `up`")
        return {"kind": "reopen", "workload": action.workload, "file": origin["file"]}

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
    told: dict[str, Any] = {"command": "", "status": 0, "said": ""}
    for words in _words(file, folder, state.path / _SECRETS / action.key):
        done = run(shlex.join(words), folder, action.within)
        if done.status:
            named = " ".join(words[words.index("seatrial") :])
            told |= {"command": named, "status": done.status, "said": done.stdout[-_TOLD:]}
            break
    else:
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


def _words(file: Path, folder: Path, key: Path) -> Iterator[tuple[str, ...]]:
    """The commands of whoever has nothing but the bundle and the key, on an empty machine."""
    there = ("env", f"SEATRIAL_HOME={folder / 'home'}")
    bundle, into = "bundle.age", folder / "system"
    yield ("seatrial", "backup", "--file", str(file), "system", "--out", bundle)
    yield (
        *there,
        *("seatrial", "recover", "--key", str(key), "--from", bundle, "--into", str(into)),
    )
    yield (*there, "seatrial", "check", "--file", str(into / file.name))


def _compared(file: Path, folder: Path, state: State, names: Collection[str]) -> dict[str, Any]:
    """What of it is not as the system has it: by name, never by content."""
    system, home = folder / "system", folder / "home"
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
