"""A size-limited volume: it fills, it empties, and nothing of it is left."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from seatrial.contract.action import FillDisk
from seatrial.contract.output import Origin, Volume, Workload
from seatrial.contract.placement import Seat
from seatrial.contract.runtime import Desired, RuntimeFailure
from seatrial.runtimes.local import LocalRuntime
from seatrial.runtimes.local.namespace import available

pytestmark = [
    pytest.mark.engines,
    pytest.mark.xdist_group("local-volumes"),
    pytest.mark.skipif(not available(), reason="a size-limited volume needs root: unknown here"),
]
MIB = 1 << 20
WRITE = ("sh", "-c", "head -c 262144 /dev/zero > data/own")


def holder(*volumes: Volume) -> Workload:
    return Workload(
        name="holder",
        origin=Origin.DAEMON,
        argv=("sleep", "3600"),
        volumes=volumes,
        why="holds a volume",
    )


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[LocalRuntime]:
    tmp_path.chmod(0o755)
    local = LocalRuntime(f"volumes-{os.getpid()}", tmp_path)
    yield local
    local.down(purge=True, progress=lambda _: None)
    assert "volumes-" not in "".join(
        line for line in Path("/proc/mounts").read_text().splitlines() if "seatrial" in line
    )


def applied(local: LocalRuntime, folder: Path, *volumes: Volume) -> None:
    local.reserve()
    one = holder(*volumes)
    placement = local.place((Seat(workload=one.name, ports={}, region="home"),), ())
    local.apply(
        Desired(system="volumes", root=str(folder), placement=placement, workloads=(one,)),
        lambda _: None,
    )


def test_a_full_volume_refuses_and_takes_again(runtime: LocalRuntime, tmp_path: Path) -> None:
    applied(runtime, tmp_path, Volume(name="data", path="data", size=4 * MIB))
    assert runtime.execute("holder", WRITE).status == 0
    filled = runtime.inject(FillDisk(workload="holder", volume="data"))
    full = runtime.execute("holder", ("sh", "-c", "head -c 262144 /dev/zero > data/more"))
    assert full.status != 0
    assert "No space left" in full.stderr
    runtime.undo(filled.id)
    assert runtime.execute("holder", WRITE).status == 0


def test_a_crash_of_the_filler_is_undone_from_the_journal(
    runtime: LocalRuntime, tmp_path: Path
) -> None:
    applied(runtime, tmp_path, Volume(name="data", path="data", size=4 * MIB))
    runtime.inject(FillDisk(workload="holder", volume="data"))
    # another process, as `seatrial undo` is: it knows only what is on disk
    later = LocalRuntime(f"volumes-{os.getpid()}", tmp_path)
    assert len(later.undo_all()) == 1
    assert runtime.execute("holder", WRITE).status == 0


def test_leave_is_left(runtime: LocalRuntime, tmp_path: Path) -> None:
    applied(runtime, tmp_path, Volume(name="data", path="data", size=4 * MIB))
    runtime.inject(FillDisk(workload="holder", volume="data", leave=MIB))
    assert runtime.execute("holder", WRITE).status == 0


def test_a_volume_without_a_size_is_never_filled(runtime: LocalRuntime, tmp_path: Path) -> None:
    applied(runtime, tmp_path, Volume(name="data", path="data"))
    with pytest.raises(RuntimeFailure, match="has no size limit"):
        runtime.inject(FillDisk(workload="holder", volume="data"))
