"""What tests with containers need: an engine that answers, and an image with Python."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from seatrial.contract.output import Origin, Workload
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import Client, open_client
from seatrial.runtimes.compose.images import ensure


@pytest.fixture(scope="session")
def container_engine() -> Iterator[Client]:
    """The engine that answers here. Without one the test is skipped, unless one is required."""
    try:
        found = open_client()
    except RuntimeFailure as failure:
        if os.environ.get("SEATRIAL_DOCKER") == "required":
            raise
        pytest.skip(f"{failure.summary}: `scripts/docker.sh start` starts an engine")
    yield found
    found.close()


@pytest.fixture(scope="session")
def dockerfile(container_engine: Client) -> str:
    """Builds `app.py` on the one image with Python that needs no registry: our daemons'."""
    daemon = Workload(name="any", origin=Origin.DAEMON, argv=("python",))
    found = ensure(
        (daemon,),
        system="any",
        folder=Path(),
        client=container_engine,
        cache=None,
        progress=lambda _progress: None,
    )
    return f"FROM {found['any'].reference}\nWORKDIR /app\nCOPY app.py .\nUSER 10001:10001\n"
