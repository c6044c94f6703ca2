"""seatrial killed with -9 at random moments of a proof, again and again.

A copy of the reference system is started; a proof begins and is killed: in two of five rounds while
it prepares, in two under the fault, in one while the system recovers. The moment is drawn anew for
each round, from the step with which that part begins to about its end, so that now and then it lies
in the next part. Then `seatrial undo` must leave everything as it was: all ready, nothing held down
or stopped, no toxic in the fault proxy, no silence, no process beside, every rendered file with its
first digest. What is not is listed, and the system is mended with `seatrial up` before the next
round. `python -m benchmarks.interruption N` sets the number of rounds, the second word the seed.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import as_before
from benchmarks.figures import ROOT, verdict
from seatrial.app.environment import open_runtime
from seatrial.app.interrupt import stopping
from seatrial.contract.runtime import RuntimeFailure

REFERENCE = ROOT / "examples" / "workflow-platform"
ROUNDS = int(os.environ.get("BENCH_INTERRUPTIONS", "100"))
SEED = int(os.environ.get("BENCH_SEED", "1"))
# A fault of each kind: held down, with a route led astray, a toxic, stopped, a silence, restarting.
FAULTS = (
    ("prove", "service-down-worker"),
    ("prove", "--controls", "service-down-worker"),
    ("prove", "link-cut-worker-cache"),
    ("prove", "blips"),
    ("prove", "silence"),
    ("prove", "rolling-restart"),
)
# The step with which a part of a proof begins, and seconds from it to the latest kill.
PREPARATION, FAULT, RECOVERY = ("prepare", 12.0), ("inject", 22.0), ("undo", 6.0)
PARTS = (PREPARATION, FAULT, PREPARATION, FAULT, RECOVERY)
_SLACK = 60.0  # seconds in which what restarts by itself must be ready


def run(rounds: int = ROUNDS, seed: int = SEED) -> dict[str, Any]:
    """Each round's instant, what was in place then, and what was left after `undo`."""
    chance = random.Random(seed)  # noqa: S311 - instants, not secrets
    # a SIGTERM, too, must leave nothing running
    with stopping(), tempfile.TemporaryDirectory(prefix="seatrial-bench-") as scratch:
        file = copied(Path(scratch), f"interrupted-{os.getpid()}")
        try:
            seatrial(file, "up")
            found = [_round(file, number, chance) for number in range(rounds)]
        finally:
            seatrial(file, "down", "--purge", "--yes", may_fail=True)
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


def copied(scratch: Path, name: str, example: str = REFERENCE.name) -> Path:
    """An example, the reference system if none is named, in a folder of its own; its file."""
    scratch.chmod(0o755)  # each replica has a uid of its own
    folder = scratch / "system"
    shutil.copytree(
        REFERENCE.with_name(example),
        folder,
        ignore=shutil.ignore_patterns(".seatrial", ".venv", ".pytest_cache"),
    )
    (folder / ".venv").symlink_to(REFERENCE / ".venv")
    file = folder / "seatrial.yaml"
    text = file.read_text().replace(f"system: {example}", f"system: {name}")
    file.write_text(text)
    return file


def _round(file: Path, number: int, chance: random.Random) -> dict[str, Any]:
    runtime = open_runtime(file)
    began = time.monotonic()
    before = as_before.digests(runtime)
    words = FAULTS[number % len(FAULTS)]
    step, span = PARTS[number % len(PARTS)]
    after = chance.uniform(0.0, span)
    ended = _interrupted(file, words, step, after)
    in_place = len(as_before.journal(runtime).pending())
    killed = time.monotonic()
    undone = seatrial(file, "undo", may_fail=True)
    took = time.monotonic() - killed
    left = [] if undone.returncode == 0 else [f"undo ended with {undone.returncode}"]
    ready, unready = as_before.ready(runtime, _SLACK)
    left += [*unready, *as_before.left(runtime, before)]
    whole = time.monotonic() - began
    print(f"round {number}: {whole:.0f} s; {'; '.join(left) or 'as before'}", file=sys.stderr)
    if left:
        seatrial(file, "up")  # the next round begins whole
    return {
        "command": " ".join(words),
        "counted_from": step,
        "killed_after": round(after, 2),
        "ended_before": ended,
        "in_place": in_place,
        "undo_seconds": round(took, 2),
        "ready_seconds": round(ready, 2),
        "seconds": round(whole, 1),
        "left": left,
    }


def _interrupted(file: Path, words: tuple[str, ...], step: str, after: float) -> bool:
    """Begin, and kill so many seconds after the proof says that step.

    True: it had ended by itself.
    """
    with subprocess.Popen(
        [*_COMMAND, *words, "-f", str(file)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if f" {step} " in line:
                    break
            process.wait(after)
        except subprocess.TimeoutExpired:
            return False
        finally:  # an interrupted benchmark must not leave a proof that holds the system's lock
            process.kill()
        return True


_COMMAND = (sys.executable, "-c", "from seatrial.cli.main import entry; entry()")


def seatrial(file: Path, *words: str, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
    """A command to its end. Raises RuntimeFailure for one that fails, unless it may."""
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
    seconds = [each["seconds"] for each in result["runs"] if "seconds" in each]
    mean = f"{sum(seconds) / len(seconds):.0f}" if seconds else "unknown"
    lines = [
        (
            "| rounds | killed with a fault in place | something was left | longest undo s "
            "| a round, mean s |"
        ),
        "|---:|---:|---:|---:|---:|",
        f"| {result['rounds']} | {result['with_fault']} | {len(bad)} | {longest:.1f} | {mean} |",
    ]
    if bad:
        lines += ["", "What was left:", ""]
        lines += [
            f"- round {number} (`{each['command']}`, killed {each['killed_after']} s after its "
            f"step {each['counted_from']}): "
            f"{'; '.join(each['left'])}"
            for number, each in bad
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    outcome = run(*(int(word) for word in sys.argv[1:3]))
    print(json.dumps(outcome, indent=1))
    print(table(outcome))
