"""A replica of a made-up workload, without an engine."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.contract.output import Origin, Workload
from seatrial.contract.placement import Location
from seatrial.runtimes.compose.names import Names
from seatrial.runtimes.compose.replica import Image, Replica


@pytest.fixture
def replica() -> Callable[..., Replica]:
    def make(*, image: Image | None = None, number: int = 0, **more: Any) -> Replica:
        fields: dict[str, Any] = {
            "name": "api",
            "origin": Origin.SERVICE,
            "argv": ("serve", "${self.address}:${self.ports.http}"),
            "ports": {"http": 8000},
        }
        return Replica(
            names=Names(system="shop", folder=Path("/srv/shop")),
            workload=Workload(**(fields | more)),
            location=Location(
                workload="api",
                replica=number,
                region="home",
                address="10.64.0.9",
                ports={"http": 8000},
            ),
            image=image or Image(reference="shop/api:1", id="sha256:a", uid=10001, gid=10002),
            secrets={"key": "s3cret$"},
        )

    return make
