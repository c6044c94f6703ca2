"""seatrial killed with -9 while it makes a PostgreSQL cluster: the next `up` makes it whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.contract.output import Resources, Workload
from seatrial.contract.placement import Seat
from seatrial.contract.runtime import Desired, Phase
from seatrial.engines.postgres import workload as postgres
from seatrial.runtimes.local import LocalRuntime
from seatrial.runtimes.local.engines import Engines

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("local-prepare")]
_DEADLINE_S = 180
_UP = (
    "import sys\n"
    "from pathlib import Path\n"
    "sys.path.insert(0, sys.argv[2])\n"
    "import test_prepare\n"
    "folder = Path(sys.argv[1])\n"
    "runtime = test_prepare.LocalRuntime('killed', folder)\n"
    "runtime.apply(test_prepare.desired(runtime, folder), lambda _: None)\n"
)


def database() -> Workload:
    """The store as seatrial runs it, and a while between its two first commands."""
    found = postgres.workload(
        "db", owner="web", secret="db", durable=True, resources=Resources(), region="eu"
    )
    initdb, create = found.prepare
    return replace(found, prepare=(initdb, ("sleep", "3"), create))


def desired(runtime: LocalRuntime, folder: Path) -> Desired:
    placement = runtime.place((Seat(workload="db", ports=postgres.PORTS),), ())
    return Desired(
        system="killed",
        root=str(folder),
        placement=placement,
        workloads=(database(),),
        secrets={"db": "correct horse"},
    )


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[LocalRuntime]:
    assert Engines(None).program("postgres", "initdb"), "run `seatrial engines install`"
    tmp_path.chmod(0o755)
    found = LocalRuntime("killed", tmp_path)
    found.reserve(tmp_path / "seatrial.yaml")
    try:
        yield found
    finally:
        found.down(purge=True, progress=lambda _: None)
        assert not found.home.path.exists()


def _killed_after(wrote: Path, folder: Path) -> None:
    """An `up` that is killed as soon as this file is there."""
    argv = [sys.executable, "-c", _UP, str(folder), str(Path(__file__).parent)]
    with subprocess.Popen(argv, env=os.environ, start_new_session=True) as process:
        end = time.monotonic() + _DEADLINE_S
        while not wrote.exists():
            assert process.poll() is None
            assert time.monotonic() < end, "initdb wrote nothing"
            time.sleep(0.01)
        process.kill()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("wrote", ["postgresql.auto.conf", "global/pg_filenode.map"])
def test_a_cluster_that_was_half_made_is_set_aside_and_made_anew(
    runtime: LocalRuntime, tmp_path: Path, wrote: str
) -> None:
    data = runtime.home.replica("db", 0) / "data"
    _killed_after(data / wrote, tmp_path)
    assert not runtime.home.prepared("db", 0).exists()

    runtime.apply(desired(runtime, tmp_path), lambda _: None)

    assert [each.phase for each in runtime.status()] == [Phase.READY]
    kept = runtime.home.path / "kept"
    (half,) = kept.iterdir()
    assert half.name.startswith("unprepared-data-")
    assert (half / wrote).exists()
    # whole: the database that the second command makes is there, too
    (data / "seen").touch()
    asked = runtime.execute(
        "db", ("sh", "-c", "PGPASSWORD=$(cat password) psql -h $0 -U app -d app -Atc 'select 7'",
               runtime.status()[0].address),
    )  # fmt: skip
    assert (asked.status, asked.stdout) == (0, "7\n"), asked.stderr

    runtime.stop("db")
    runtime.apply(desired(runtime, tmp_path), lambda _: None)
    assert (data / "seen").exists(), "a cluster that is whole is never set aside"
