"""Hostile texts of at most 1 MiB stay within 200 MB and a limit of processor time."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

# Run by its path, because tests are folders and not packages.
SOURCE = Path(__file__).with_name("hostile.py")
HOSTILE: dict[str, str] = runpy.run_path(str(SOURCE))["HOSTILE"]
# The child limits its own processor time; a loader that runs away is ended by the kernel. The
# limit is far above the two seconds aimed at (benchmarks/load_system.py prints those), because a
# test must not fail on a busy machine.
_CHILD = """
import re, resource, runpy, sys
resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
HOSTILE = runpy.run_path(sys.argv[1])["HOSTILE"]
from seatrial.system.load import loads
for name in sys.argv[2:]:
    loaded = loads(HOSTILE[name], sections=("alerting",))
    assert loaded.problems, name
    print(len(loaded.problems))
# not ru_maxrss: that of whoever started us lives on in it
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


@pytest.mark.parametrize("part", range(4))
def test_hostile_texts_are_bounded(part: int) -> None:
    chosen = sorted(HOSTILE)[part::4]
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(SOURCE), *chosen],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *counts, peak = (int(line) for line in done.stdout.split())
    assert len(counts) == len(chosen)
    assert max(counts) <= 501
    assert peak < 200 * 1000


def test_hostile_texts_are_within_the_size_that_is_read() -> None:
    assert all(len(text.encode()) <= 1 << 20 for text in HOSTILE.values())
