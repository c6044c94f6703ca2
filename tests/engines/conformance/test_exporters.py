"""An exporter is let in with the password in its file, whatever signs it has, on every runtime."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seatrial.contract.output import Resources, Workload
from seatrial.contract.placement import Seat
from seatrial.contract.runtime import Desired
from seatrial.engines.postgres import workload as postgres
from seatrial.engines.postgres_exporter import workload as postgres_exporter
from seatrial.engines.redis import workload as redis
from seatrial.engines.redis_exporter import workload as redis_exporter
from seatrial.runtimes.compose.runtime import ComposeRuntime
from seatrial.runtimes.local import LocalRuntime

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("conformance-exporters")]
RUNTIMES = {"local": LocalRuntime, "compose": ComposeRuntime}
# what a store makes of odd signs is its own affair; in the file they stand as they are
SECRETS = {"db": "long-and-plain", "cache": "pass\\word`;#{}$"}
STORES = {"db": (postgres, postgres_exporter), "cache": (redis, redis_exporter)}


@pytest.fixture(params=RUNTIMES)
def runtime(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    if request.param == "compose":
        request.getfixturevalue("container_engine")
    tmp_path.chmod(0o755)
    found: Any = RUNTIMES[request.param]("let-in", tmp_path)
    found.reserve(tmp_path / "seatrial.yaml")
    try:
        yield found
    finally:
        found.down(purge=True, progress=lambda _: None)
        found.close()


def desired(runtime: Any, folder: Path) -> Desired:
    seats = []
    for name, (store, exporter) in STORES.items():
        seats.append(Seat(workload=name, ports=store.PORTS, region="eu"))
        seats.append(Seat(workload=exporter.name(name), ports=exporter.PORTS, region="eu"))
    placed = runtime.place(tuple(seats), ())
    workloads: list[Workload] = []
    for name, (store, exporter) in STORES.items():
        end = placed.endpoint(name, next(iter(store.PORTS)))
        more = {"durable": False, "resources": Resources(), "region": "eu"}
        user = postgres.USER if store is postgres else ""
        workloads += [
            store.workload(name, owner="web", secret=name, **more),
            exporter.workload(name, end, user=user, secret=name, owner="web"),
        ]
    return Desired(
        system="let-in",
        root=str(folder),
        placement=placed,
        workloads=tuple(workloads),
        secrets=SECRETS,
    )


def test_an_exporter_is_let_in_by_the_password_in_its_file(runtime: Any, tmp_path: Path) -> None:
    wanted = desired(runtime, tmp_path)
    runtime.provide(wanted.workloads, lambda _: None)
    runtime.apply(wanted, lambda _: None)
    for name, (_, exporter) in STORES.items():
        end = time.monotonic() + 60
        while f"\n{exporter.UP} 1\n" not in _metrics(runtime, exporter.name(name)):
            assert time.monotonic() < end, runtime.logs(exporter.name(name), 20)
            time.sleep(0.5)
    if runtime.name == "compose":
        for each in runtime.engine.containers(runtime.names.labels):
            told = str(each["Config"])
            assert not any(part in told for part in ("and-plain", "word`")), each["Name"]


def _metrics(runtime: Any, exporter: str) -> str:
    return str(runtime.request("GET", exporter, "http", "/metrics").body.decode())
