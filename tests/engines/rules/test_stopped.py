"""Whoever stops the tests of the rules finds nothing of them left, whatever the signal."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("rules")]
_EXAMPLE = Path(__file__).parents[3] / "examples/failover"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_tests_that_are_stopped_leave_no_folder(
    tmp_path: Path, wait_until: Callable[..., Any], number: signal.Signals
) -> None:
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
        wait_until(lambda: any(scratch.iterdir()))
        process.send_signal(number)
    assert (process.returncode, list(scratch.iterdir())) == (130, [])
