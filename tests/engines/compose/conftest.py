"""Images on a real container engine, made of the real cache of engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from seatrial.contract.output import Origin, Workload
from seatrial.contract.runtime import Progress
from seatrial.runtimes.compose.client import Client, open_client
from seatrial.runtimes.compose.images import Image, ensure

Ensure = Callable[..., Mapping[str, Image]]


@pytest.fixture
def client(container_engine: None) -> Iterator[Client]:
    del container_engine
    found = open_client()
    yield found
    found.close()


@pytest.fixture
def bring(client: Client, tmp_path: Path) -> Ensure:
    """The images of workloads, in a folder of their own."""

    def ensured(*workloads: Workload, steps: list[Progress] | None = None) -> Mapping[str, Image]:
        told: list[Progress] = [] if steps is None else steps
        return ensure(
            workloads,
            system="imaginary",
            folder=tmp_path,
            client=client,
            cache=None,
            progress=told.append,
        )

    return ensured


@pytest.fixture
def engine() -> Callable[[str], Workload]:
    """A workload that needs an engine."""
    return lambda name: Workload(name=name, origin=Origin.ENGINE, engine=name, argv=(name,))


@pytest.fixture
def daemon() -> Workload:
    """A daemon of ours."""
    return Workload(name="sink", origin=Origin.DAEMON, argv=("python",))
