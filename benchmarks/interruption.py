"""seatrial killed with -9 in the middle of a proof, again and again.

A copy of the reference system is started; a proof begins and is killed 5 to 25 s later: in every
third round counted from its start, which is while it prepares, else from its first fault. Then
`seatrial undo` must leave everything as it was: all ready, nothing held down or stopped, no toxic
in the fault proxy, every rendered file with its first digest. What is not is listed, and the system
is mended with `seatrial up` before the next round. `python -m benchmarks.interruption N` sets the
number of rounds, the second word the seed.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil

from benchmarks.figures import ROOT, verdict
from seatrial.app.environment import open_runtime
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local import LocalRuntime
from seatrial.runtimes.shared.journal import Journal

REFERENCE = ROOT / "examples" / "workflow-platform"
ROUNDS = int(os.environ.get("BENCH_INTERRUPTIONS", "100"))
SEED = int(os.environ.get("BENCH_SEED", "1"))
FAULTS = (("prove", "service-down-worker"), ("prove", "--controls", "service-down-worker"))
EARLIEST, LATEST = 5.0, 25.0  # seconds after the proof began
_BEGINS_WITHIN = 240.0  # seconds until the first fault
_SLACK = 60.0  # seconds in which what restarts by itself must be ready


def run(rounds: int = ROUNDS, seed: int = SEED) -> dict[str, Any]:
    """Each round's instant, what was in place then, and what was left after `undo`."""
    chance = random.Random(seed)  # noqa: S311 - instants, not secrets
    with tempfile.TemporaryDirectory(prefix="seatrial-bench-") as scratch:
        file = _copy(Path(scratch))
        try:
            _seatrial(file, "up")
            found = [_round(file, number, chance) for number in range(rounds)]
        finally:
            _seatrial(file, "down", "--purge", "--yes", may_fail=True)
    bad = sum(bool(each["left"]) for each in found)
    with_fault = sum(each["in_place"] > 0 for each in found)
    # killed without a single fault in place, it was never shown what undo must mend
    shown = bad if bad or with_fault else None
    return {
        "rounds": rounds,
        "seed": seed,
        "with_fault": with_fault,
        "runs": found,
        "targets": [verdict("rounds after which something was left", shown, 0)],
    }


def _copy(scratch: Path) -> Path:
    """The reference system in a folder of its own, under another name."""
    scratch.chmod(0o755)  # each replica has a uid of its own
    folder = scratch / "system"
    shutil.copytree(
        REFERENCE, folder, ignore=shutil.ignore_patterns(".seatrial", ".venv", ".pytest_cache")
    )
    (folder / ".venv").symlink_to(REFERENCE / ".venv")
    file = folder / "seatrial.yaml"
    name = f"system: interrupted-{os.getpid()}"
    file.write_text(file.read_text().replace("system: workflow-platform", name))
    return file


def _round(file: Path, number: int, chance: random.Random) -> dict[str, Any]:
    runtime = open_runtime(file)
    before = _digests(runtime)
    words = FAULTS[number % len(FAULTS)]
    after = chance.uniform(EARLIEST, LATEST)
    journal = Journal(runtime.home.path / "journal.jsonl")
    ended = _interrupted(file, words, after, journal if number % 3 else None)
    in_place = len(journal.pending())
    began = time.monotonic()
    undone = _seatrial(file, "undo", may_fail=True)
    took = time.monotonic() - began
    left = [] if undone.returncode == 0 else [f"undo ended with {undone.returncode}"]
    ready, unready = _ready(file)
    left += [*unready, *_left(runtime, before)]
    if left:
        print(f"round {number}: {'; '.join(left)}", file=sys.stderr)
        _seatrial(file, "up")  # the next round begins whole
    return {
        "command": " ".join(words),
        "counted_from": "first fault" if number % 3 else "start",
        "killed_after": round(after, 2),
        "ended_before": ended,
        "in_place": in_place,
        "undo_seconds": round(took, 2),
        "ready_seconds": round(ready, 2),
        "left": left,
    }


def _interrupted(file: Path, words: tuple[str, ...], after: float, journal: Journal | None) -> bool:
    """Begin and kill, counted from the first fault when a journal is given.

    True: it had ended by itself.
    """
    process = subprocess.Popen(
        [*_COMMAND, *words, "-f", str(file)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + _BEGINS_WITHIN
    while journal is not None and not journal.pending() and process.poll() is None:
        if time.monotonic() > deadline:
            break
        time.sleep(0.2)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        return False
    return True


def _ready(file: Path) -> tuple[float, list[str]]:
    """Seconds until all is ready, or what was not when the time was over."""
    began = time.monotonic()
    while True:
        answer = _seatrial(file, "status", "--json", may_fail=True)
        rest = [
            f"{each['workload']}/{each['replica']} is {each['phase']}: {each['reason']}"
            for each in json.loads(answer.stdout or "[]")
            if each["phase"] != "ready"
        ]
        took = time.monotonic() - began
        if answer.returncode == 0 or took > _SLACK:
            return took, rest if answer.returncode else []
        time.sleep(1)


def _left(runtime: LocalRuntime, before: Mapping[str, str]) -> list[str]:
    """What is not as it was, a sentence each."""
    pending = Journal(runtime.home.path / "journal.jsonl").pending()
    holds = runtime.home.holds
    after = _digests(runtime)
    return [
        *(f"the journal still holds {what}" for _, what, _ in pending),
        *(f"{path.name} is held down" for path in (holds.iterdir() if holds.is_dir() else ())),
        *_stopped(runtime),
        *_toxics(runtime),
        *(
            f"{path} is not as it was"
            for path in sorted({*before, *after})
            if before.get(path) != after.get(path)
        ),
    ]


def _stopped(runtime: LocalRuntime) -> Iterator[str]:
    for each in runtime.status():
        if any(process.status() == psutil.STATUS_STOPPED for process in _tree(each.pid)):
            yield f"{each.workload}/{each.replica} has a stopped process"


def _toxics(runtime: LocalRuntime) -> Iterator[str]:
    for name, proxy in _proxies(runtime).items():
        if not proxy["enabled"]:
            yield f"the edge {name} is disabled"
        for toxic in proxy["toxics"]:
            yield f"the edge {name} has the toxic {toxic['name']}"


def _tree(pid: int | None) -> list[psutil.Process]:
    try:
        first = psutil.Process(pid) if pid is not None else None
        return [first, *first.children(recursive=True)] if first is not None else []
    except psutil.NoSuchProcess:
        return []


def _proxies(runtime: LocalRuntime) -> dict[str, Any]:
    answer = runtime.request("GET", "fault-proxy", "api", "/proxies")
    found: dict[str, Any] = json.loads(answer.body)
    return found


def _digests(runtime: LocalRuntime) -> dict[str, str]:
    """The digest of every rendered file of every replica."""
    found = {}
    for each in runtime.home.read("desired.json")["workloads"]:
        for replica in range(each["replicas"]):
            for file in each["files"]:
                path = runtime.home.replica(each["name"], replica) / file["path"]
                name = str(path.relative_to(runtime.home.path))
                found[name] = (
                    hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"
                )
    return found


_COMMAND = (sys.executable, "-c", "from seatrial.cli.main import entry; entry()")


def _seatrial(file: Path, *words: str, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*_COMMAND, *words, "-f", str(file)], capture_output=True, text=True, check=False
    )
    if done.returncode and not may_fail:
        raise RuntimeFailure(
            f"seatrial {words[0]} ended with {done.returncode}: {done.stderr[-2000:]}"
        )
    return done


def table(result: Mapping[str, Any]) -> str:
    """The result in Markdown."""
    bad = [(number, each) for number, each in enumerate(result["runs"]) if each["left"]]
    longest = max((each["undo_seconds"] for each in result["runs"]), default=0.0)
    lines = [
        "| rounds | killed with a fault in place | something was left | longest undo s |",
        "|---:|---:|---:|---:|",
        f"| {result['rounds']} | {result['with_fault']} | {len(bad)} | {longest:.1f} |",
    ]
    if bad:
        lines += ["", "What was left:", ""]
        lines += [
            f"- round {number} (`{each['command']}`, killed {each['killed_after']} s after its "
            f"{each['counted_from']}): "
            f"{'; '.join(each['left'])}"
            for number, each in bad
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    outcome = run(*(int(word) for word in sys.argv[1:3]))
    print(json.dumps(outcome, indent=1))
    print(table(outcome))
