"""A size-limited volume is filled, and seatrial killed: undo makes room again."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seatrial.contract.action import FillDisk
from seatrial.contract.output import Origin, Volume, Workload
from seatrial.contract.placement import Seat
from seatrial.contract.runtime import Desired, Phase
from seatrial.contract.scenario import Ability
from seatrial.runtimes.local import LocalRuntime
from seatrial.runtimes.shared.journal import Journal

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("local-volumes")]
_INJECT = (
    "import os, signal, sys\n"
    "from pathlib import Path\n"
    "from seatrial.contract.action import FillDisk\n"
    "from seatrial.runtimes.local import LocalRuntime\n"
    "LocalRuntime('sized', Path(sys.argv[1])).inject(FillDisk(workload='log', volume='data'))\n"
    "os.kill(os.getpid(), signal.SIGKILL)\n"
)


@pytest.fixture
def sized(tmp_path: Path) -> Iterator[LocalRuntime]:
    """One workload with a volume of 2 MiB."""
    runtime = LocalRuntime("sized", tmp_path)
    able = runtime.abilities()[Ability.SIZED_VOLUME]
    if not able.ok:
        pytest.skip(able.reason)
    tmp_path.chmod(0o755)
    log = Workload(
        name="log",
        origin=Origin.ENGINE,
        argv=("sleep", "3600"),
        volumes=(Volume(name="data", path="data", size=2 << 20, durable=False),),
    )
    try:
        runtime.reserve(tmp_path / "seatrial.yaml")
        placement = runtime.place((Seat(workload="log", ports={}),), ())
        desired = Desired(system="sized", root=str(tmp_path), placement=placement, workloads=(log,))
        runtime.apply(desired, lambda _: None)
        yield runtime
    finally:
        runtime.down(purge=True, progress=lambda _: None)
        assert not runtime.home.path.exists()
        assert str(runtime.home.path) not in Path("/proc/mounts").read_text()


@pytest.fixture
def writes(sized: LocalRuntime) -> Callable[[int], str]:
    """Write so many bytes as the workload would; what the system says against it."""

    def one(count: int) -> str:
        script = f"head -c {count} /dev/zero > data/rows; found=$?; rm -f data/rows; exit $found"
        done = sized.execute("log", ("sh", "-c", script))
        return done.stderr if done.status else ""

    return one


def test_a_volume_takes_what_its_size_says_and_no_more(
    sized: LocalRuntime, writes: Callable[[int], str]
) -> None:
    assert writes(1 << 20) == ""
    assert "No space left" in writes(4 << 20)
    home = sized.home.replica("log", 0) / "data"
    assert not os.path.ismount(home)  # only its own namespace has it


def test_a_full_disk_outlives_a_killed_seatrial_and_undo_makes_room(
    sized: LocalRuntime, writes: Callable[[int], str], tmp_path: Path
) -> None:
    argv = [sys.executable, "-c", _INJECT, str(tmp_path)]
    assert subprocess.run(argv, check=False).returncode == -signal.SIGKILL
    assert "No space left" in writes(100_000)
    (undone,) = LocalRuntime("sized", tmp_path).undo_all()
    assert undone.endswith("undone")
    assert writes(1 << 20) == ""
    assert Journal(sized.home.path / "journal.jsonl").pending() == []
    assert [each.phase for each in sized.status()] == [Phase.READY]


def test_what_should_stay_free_stays_free(
    sized: LocalRuntime, writes: Callable[[int], str]
) -> None:
    injected = sized.inject(FillDisk(workload="log", volume="data", leave=256 << 10))
    assert writes(128 << 10) == ""
    assert "No space left" in writes(512 << 10)
    sized.undo(injected.id)
    sized.undo(injected.id)
    assert writes(1 << 20) == ""
