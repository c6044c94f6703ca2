"""Real processes for the daemons' engine tests, all on loopback and all stopped."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from seatrial.runtimes.local.install.cache import open_cache

sys.path.insert(0, str(Path(__file__).parent))  # starting.py, beside the tests

from starting import DEADLINE_S, HOST, Start, starting


def _find_alertmanager() -> str:
    for name in ("alertmanager", "prometheus-alertmanager"):
        if found := shutil.which(name):
            return found
    for path in sorted(open_cache().of("alertmanager").glob("*/bin/alertmanager")):
        return str(path)
    return pytest.fail("Alertmanager is not installed: run `seatrial engines install`")


def until(ask: Callable[[], Any]) -> Any:
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        try:
            if found := ask():
                return found
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    return pytest.fail("did not happen")


@pytest.fixture(name="until")
def _until() -> Callable[[Callable[[], Any]], Any]:
    """Ask again until the answer is true; fail at a deadline far beyond what it takes."""
    return until


@pytest.fixture
def wait_until() -> Callable[[Callable[[], Any]], Any]:
    return until


@pytest.fixture
def start() -> Iterator[Start]:
    with starting() as begin:
        yield begin


@pytest.fixture
def daemon(start: Start) -> Callable[..., dict[str, str]]:
    """Start a daemon; gives what its ready line says."""
    return lambda name, *arguments: start(name, *arguments).ready


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[Callable[[str], tuple[str, Any]]]:
    """Start a real Alertmanager with a configuration; gives its URL and its process."""
    binary = _find_alertmanager()
    started: list[subprocess.Popen[bytes]] = []

    def begin(configuration: str) -> tuple[str, Any]:
        file = tmp_path / "alertmanager.yml"
        file.write_text(configuration)
        with socket.create_server((HOST, 0)) as unused:
            port = unused.getsockname()[1]
        log = (tmp_path / "alertmanager.log").open("wb")
        process = subprocess.Popen(
            [
                binary,
                f"--config.file={file}",
                f"--storage.path={tmp_path / 'data'}",
                f"--web.listen-address={HOST}:{port}",
                "--cluster.listen-address=",
            ],
            stdout=log,
            stderr=log,
        )
        log.close()
        started.append(process)
        url = f"http://{HOST}:{port}"

        def ready() -> bool:
            assert process.poll() is None, (tmp_path / "alertmanager.log").read_text()
            return httpx.get(f"{url}/-/ready", trust_env=False).is_success

        until(ready)
        return url, process

    yield begin
    for process in started:
        process.kill()
        process.wait()
