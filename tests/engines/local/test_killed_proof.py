"""seatrial killed with -9 at random moments of a whole proof: `undo` leaves all as it was."""

import os
import random
import signal
import time
from typing import Any

import pytest
from benchmarks import as_before

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("local-killed-proof")]
SCENARIO = "service-down-front"
# The step with which each part of a proof begins, and seconds from there to the latest kill.
PARTS = {"prepare": 6.0, "inject": 12.0, "undo": 3.0}
_SLACK = 90.0


def killed(up: Any, step: str, after: float) -> None:
    with up.begin("prove", SCENARIO) as process:
        said = ""
        for line in process.stdout:
            said += line
            if f" {step} " in line:
                break
        time.sleep(after)
        assert process.poll() is None, said
        process.kill()
    assert process.returncode == -signal.SIGKILL


def test_whenever_a_proof_is_killed_undo_leaves_all_as_it_was(up: Any) -> None:
    seed = int(os.environ.get("SEATRIAL_TEST_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"SEATRIAL_TEST_SEED={seed}")  # noqa: T201 - shown when it fails
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    before = as_before.digests(up.runtime)
    assert before
    for step, span in PARTS.items():
        after = chance.uniform(0.0, span)
        killed(up, step, after)
        up.run("undo")
        _, unready = as_before.ready(up.runtime, _SLACK)
        where = f"killed {after:.2f} s after {step}"
        assert [*unready, *as_before.left(up.runtime, before)] == [], where
        assert up.front() == (200, "hello hello"), where
