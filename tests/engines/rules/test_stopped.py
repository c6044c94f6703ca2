"""Whoever stops the tests of the rules finds nothing of them left, whatever the signal."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("rules")]
_EXAMPLE = Path(__file__).parents[3] / "examples/failover"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_tests_that_are_stopped_leave_no_folder(tmp_path: Path, number: signal.Signals) -> None:
    left_out = shutil.ignore_patterns(".seatrial", ".venv")
    folder = Path(shutil.copytree(_EXAMPLE, tmp_path / "system", ignore=left_out))
    (scratch := tmp_path / "scratch").mkdir()
    program = Path(sys.executable).with_name("seatrial")
    with subprocess.Popen(
        [program, "test", "T1"],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        end = time.monotonic() + 60
        while not any(scratch.iterdir()):
            assert time.monotonic() < end
            time.sleep(0.05)
        process.send_signal(number)
    assert (process.returncode, list(scratch.iterdir())) == (130, [])
