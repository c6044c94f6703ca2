"""A page that is followed: made anew, read as it stands, its commands run one after the other.

What runs them is `seatrial` itself, in a process of its own and from an empty folder: nothing but
the page tells it what to do. A print that says something else than the page is noted beside the
state, so that whoever comes after a kill -9 can take it away.
"""

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from seatrial.contract.action import FOLLOWED, PRINTED, Follow, Misprint
from seatrial.contract.page import commands, filled, written
from seatrial.contract.procedure import FILE, MARK, NOW
from seatrial.contract.runtime import Executed, RuntimeFailure
from seatrial.contract.timeline import Observation
from seatrial.runtimes.shared.carry import Family
from seatrial.runtimes.shared.faults import SEEN, Undo
from seatrial.runtimes.shared.leash import leash
from seatrial.runtimes.shared.state import ORIGIN, State

TIMED_OUT, NOT_FOUND = 124, 127  # as timeout(1) and a shell have it
_SOURCE = "page"
_TOLD = 4000  # characters of a command's output that are kept
_UNDONE_WITHIN = 120.0  # seconds: whatever is still being done may have to end before
_AGAIN = 2.0
Run = Callable[[str, Path, float], Executed]  # a command line, a folder, seconds at most
DOCS = ("seatrial", "docs", "--file", FILE, "--out", "pages", "--format", "md")


def family(state: State, run: Run | None = None) -> Family:
    """Pages of the system whose state that is; `run` runs their commands, in a folder."""
    run = run or ran

    def act(action: Follow | Misprint, planned: Undo) -> Undo | None:
        if isinstance(action, Misprint):
            state.write(_note(action.page), {"old": action.old, "new": action.new})
            return None
        return {**planned, SEEN: _followed(action, planned, state, run)}

    def plan(action: Follow | Misprint) -> Undo:
        if isinstance(action, Misprint):
            return {"kind": "misprint", "workload": action.workload, "page": action.page}
        return _plan(action, state)

    def undo(entry: Undo) -> None:
        if entry["kind"] == "misprint":
            (state.path / _note(entry["page"])).unlink(missing_ok=True)
        else:
            for line in entry["undo"]:
                _undone(line, entry["nothing"], run)

    return Family(plan=plan, act=act, undo=undo)


def _note(page: str) -> str:
    return f"misprint-{page}.json"


def _plan(action: Follow, state: State) -> Undo:
    file = described_by(state)
    now = datetime.now(UTC).isoformat(sep=" ", timespec="seconds")
    own = {NOW: now, MARK: uuid.uuid4().hex[:8]}
    values = {f"<{name}>": filled(value, own) for name, value in action.blanks}
    values[FILE] = file
    return {
        "kind": "follow",
        "workload": action.workload,
        "values": values,
        "undo": [written(each, values) for each in action.undo],
        "nothing": list(action.nothing),
    }


def described_by(state: State) -> str:
    """The file from which the system was started, by its whole path. Raises RuntimeFailure."""
    origin = state.read(ORIGIN)
    if not isinstance(origin, dict) or "file" not in origin:
        raise RuntimeFailure("nobody knows from which file this system was started", "run `up`")
    return str(origin["file"])


def _followed(action: Follow, planned: Undo, state: State, run: Run) -> tuple[Observation, ...]:
    """Make the page, and do what it says until something fails."""
    values: Mapping[str, str] = planned["values"]
    with tempfile.TemporaryDirectory(prefix="seatrial-page-") as name:
        folder = Path(name)
        found = [_told(action, 0, written(DOCS, values), folder, run)]
        if found[-1].value:
            return tuple(found)
        page = read(action.page, folder, state)
        lines = commands(page)
        found.append(
            Observation(
                at=time.time(),
                source=_SOURCE,
                kind=PRINTED,
                subject=action.page,
                value=len(lines),
                text=page,
            )
        )
        for number, line in enumerate(lines, start=1):
            found.append(_told(action, number, filled(line, values), folder, run))
            if found[-1].value:
                break
    return tuple(found)


def read(name: str, folder: Path, state: State) -> str:
    """A page as it was made there, or as the print of it reads that somebody has; else empty."""
    try:
        text = (folder / "pages" / f"{name}.md").read_text(encoding="utf-8")
    except OSError:
        return ""
    note = state.read(_note(name))
    return text.replace(note["old"], note["new"]) if isinstance(note, dict) else text


def _told(action: Follow, number: int, line: str, folder: Path, run: Run) -> Observation:
    began = time.time()
    done = run(line, folder, action.within)
    ended = time.time()
    told = {"command": line, "seconds": ended - began, "said": done.stdout[-_TOLD:]}
    return Observation(
        at=ended,
        source=_SOURCE,
        kind=FOLLOWED,
        subject=action.page,
        id=f"{action.page} {number} {began:.6f}",
        value=done.status,
        text=json.dumps(told, sort_keys=True),
        labels={"number": str(number)},
    )


def ran(line: str, folder: Path, within: float) -> Executed:
    """Run a command of a page, split as a shell would, in that folder.

    The `seatrial` that it names is the one that runs. Its words and its complaints are one output.
    Never raises for what the command does.
    """
    own = {name: value for name, value in os.environ.items() if name != "SEATRIAL_FILE"}
    own["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), own.get("PATH", "")))
    try:
        words = shlex.split(line)
        argv = (*(leash() if words else ()), *words)  # it must not go on behind an undo
        with subprocess.Popen(
            argv,
            cwd=folder,
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C is the drill's, which undoes what was begun
        ) as process:
            try:
                said, _ = process.communicate(timeout=within)
                return Executed(status=process.returncode, stdout=said, stderr="")
            except BaseException as error:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    said = f"it did not end within {within:.0f} s"
                    return Executed(status=TIMED_OUT, stdout=said, stderr="")
                raise
    except (OSError, ValueError, IndexError) as error:
        return Executed(status=NOT_FOUND, stdout=str(error), stderr="")


def _undone(line: str, nothing: Sequence[str], run: Run) -> None:
    """Run a command until it has removed what was left, or says that there is nothing."""
    deadline = time.time() + _UNDONE_WITHIN
    while True:
        with tempfile.TemporaryDirectory(prefix="seatrial-page-") as name:
            done = run(line, Path(name), _UNDONE_WITHIN)
        if not done.status or any(each in done.stdout for each in nothing):
            return
        if time.time() >= deadline:
            lines = tuple(done.stdout.strip().splitlines()[-5:])
            raise RuntimeFailure(f"`{line}` ended with {done.status}", "run it by hand", logs=lines)
        time.sleep(_AGAIN)
