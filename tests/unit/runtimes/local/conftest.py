"""Parts of a local runtime: a home in a scratch folder, a workload, its replica."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from seatrial.contract.output import Origin, Workload
from seatrial.contract.placement import Location
from seatrial.runtimes.local.engines import Engines
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.replica import Replica

Build = Callable[..., Replica]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "state" / "shop-12345678")


@pytest.fixture
def build(home: Home, tmp_path: Path) -> Build:
    """One replica of a workload at 127.77.1.2, in a region, with one port."""

    def one(workload: Workload | None = None, secrets: Mapping[str, str] | None = None) -> Replica:
        workload = workload or Workload(
            name="api", origin=Origin.SERVICE, argv=("sh", "-c", "true")
        )
        return Replica(
            home=home,
            folder=tmp_path,
            workload=workload,
            location=Location(
                workload=workload.name,
                replica=0,
                region="eu",
                address="127.77.1.2",
                ports={"http": 8000},
            ),
            engines=Engines(tmp_path / "no-cache"),
            secrets=secrets or {},
        )

    return one
