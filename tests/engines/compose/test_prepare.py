"""seatrial killed with -9 while it makes a PostgreSQL cluster in a container, and the next `up`."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.contract.output import Resources
from seatrial.contract.placement import Seat
from seatrial.contract.runtime import Desired, Phase
from seatrial.engines.postgres import workload as postgres
from seatrial.runtimes.compose.names import WORKLOAD
from seatrial.runtimes.compose.runtime import ComposeRuntime

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("compose-prepare")]
_DEADLINE_S = 180
_UP = (
    "import sys\n"
    "from pathlib import Path\n"
    "sys.path.insert(0, sys.argv[2])\n"
    "import test_prepare\n"
    "folder = Path(sys.argv[1])\n"
    "runtime = test_prepare.ComposeRuntime('killed', folder)\n"
    "runtime.apply(test_prepare.desired(runtime, folder), lambda _: None)\n"
)


def desired(runtime: ComposeRuntime, folder: Path) -> Desired:
    """The store as seatrial runs it, and a long while between its two first commands."""
    found = postgres.workload(
        "db", owner="web", secret="db", durable=True, resources=Resources(), region="eu"
    )
    initdb, create = found.prepare
    return Desired(
        system="killed",
        root=str(folder),
        placement=runtime.place((Seat(workload="db", ports=postgres.PORTS, region="eu"),), ()),
        workloads=(replace(found, prepare=(initdb, ("sleep", "20"), create)),),
        secrets={"db": "correct horse"},
    )


@pytest.fixture
def runtime(container_engine: None, tmp_path: Path) -> Iterator[ComposeRuntime]:
    del container_engine
    found = ComposeRuntime("killed", tmp_path)
    found.reserve(tmp_path / "seatrial.yaml")
    try:
        found.provide(desired(found, tmp_path).workloads, lambda _: None)
        yield found
    finally:
        found.down(purge=True, progress=lambda _: None)
        assert not found.engine.containers(found.names.labels)
        found.close()


def helpers(runtime: ComposeRuntime, program: str) -> list[str]:
    """The short-lived containers in which this program runs."""
    found = runtime.engine.containers(runtime.names.labels)
    return [
        each["Id"]
        for each in found
        if WORKLOAD not in each["Config"]["Labels"]
        and each["State"]["Running"]
        and program in str(each["Config"]["Entrypoint"])
    ]


@pytest.mark.parametrize("program", ["initdb", "sleep"])
def test_a_cluster_that_was_half_made_is_set_aside_and_made_anew(
    runtime: ComposeRuntime, tmp_path: Path, program: str
) -> None:
    argv = [sys.executable, "-c", _UP, str(tmp_path), str(Path(__file__).parent)]
    with subprocess.Popen(argv) as process:
        end = time.monotonic() + _DEADLINE_S
        while not helpers(runtime, program):
            assert process.poll() is None
            assert time.monotonic() < end, f"{program} never ran"
            time.sleep(0.05)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    left = helpers(runtime, program)

    # without the while: only what was left could still wait
    wanted = desired(runtime, tmp_path)
    (store,) = wanted.workloads
    initdb, _, create = store.prepare
    quick = replace(store, prepare=(initdb, create))
    runtime.apply(replace(wanted, workloads=(quick,)), lambda _: None)

    assert not set(left) & set(helpers(runtime, program))
    assert [each.phase for each in runtime.status()] == [Phase.READY]
    kept = runtime.execute("db", ("sh", "-c", "echo /seatrial/kept/*"))
    assert kept.stdout.startswith("/seatrial/kept/unprepared-data-"), kept
    script = "read word <password; PGPASSWORD=$word psql -h $0 -U app -d app -Atc 'select 7'"
    asked = runtime.execute("db", ("sh", "-c", script, runtime.status()[0].address))
    assert (asked.status, asked.stdout) == (0, "7\n"), asked.stderr
