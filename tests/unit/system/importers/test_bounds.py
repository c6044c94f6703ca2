"""Hostile texts stay within 250 MB and a limit of processor time."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("hostile.py")
HOSTILE: dict[str, tuple[str, str]] = runpy.run_path(str(SOURCE))["HOSTILE"]
# As tests/unit/system/test_bounds.py: the limit of time is far above the two seconds aimed at,
# because a test must not fail on a busy machine.
_CHILD = """
import re, resource, runpy, sys, time
from importlib import import_module
resource.setrlimit(resource.RLIMIT_CPU, (40, 40))
importer, text = runpy.run_path(sys.argv[1])["HOSTILE"][sys.argv[2]]
read = import_module(f"seatrial.system.importers.{importer}").sketch
begun = time.process_time()
found = read({"given.yaml": text})
print(time.process_time() - begun, file=sys.stderr)
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_bounded(name: str) -> None:
    assert len(HOSTILE[name][1].encode()) <= 1 << 18
    run = subprocess.run(
        [sys.executable, "-c", _CHILD, str(SOURCE), name],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) < 250_000
