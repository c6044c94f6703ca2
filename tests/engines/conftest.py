"""A container engine for the tests that need one: the machine's, else a private one."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from seatrial.contract.output import Origin, Workload
from seatrial.runtimes.compose.client import open_client
from seatrial.runtimes.compose.images import ensure

ROOT = Path(__file__).parents[2]
_SCRIPT = ROOT / "scripts/docker.sh"
_SHARED = Path(tempfile.gettempdir()) / f"seatrial-tests-engine-{os.getuid()}"


def _docker(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_SCRIPT, command],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )


@pytest.fixture(scope="session")
def container_engine() -> Iterator[None]:
    """An engine answers, and DOCKER_HOST leads to it; images stay for the next session.

    Several workers share it: the last one to leave stops it, if the first had to start it. As root
    on Linux there must be one; elsewhere its tests do not run where none answers.
    """
    _SHARED.mkdir(exist_ok=True)
    started = _SHARED / "started"
    with (_SHARED / "gate").open("a") as gate, (_SHARED / "users").open("a") as users:
        fcntl.flock(gate, fcntl.LOCK_EX)
        was_there = _docker("status").returncode == 0
        begun = _docker("start")
        if begun.returncode != 0:
            if os.getuid() == 0:
                pytest.fail(f"no container engine can be had:\n{begun.stdout}")
            pytest.skip(f"no container engine answers: {begun.stdout.strip()}")
        if not was_there:
            started.touch()
        fcntl.flock(users, fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in _environment().items():
                patch.setenv(name, value)
            yield
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_UN)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if started.exists():
            stopped = _docker("stop")
            started.unlink()
            assert stopped.returncode == 0, stopped.stdout


def _environment() -> dict[str, str]:
    script = (
        'eval "$("$0" env)"; printf "%s\\n%s\\n%s" "${DOCKER_HOST-}" "${DOCKER_CONFIG-}" "$PATH"'
    )
    told = subprocess.run(
        ["bash", "-c", script, _SCRIPT], check=True, capture_output=True, text=True
    ).stdout.split("\n")
    found = dict(zip(("DOCKER_HOST", "DOCKER_CONFIG", "PATH"), told, strict=True))
    return {name: value for name, value in found.items() if value}


@pytest.fixture(scope="session")
def dockerfile(container_engine: None) -> str:
    """Builds `app.py` on the one image with Python that needs no registry: our daemons'."""
    del container_engine
    client = open_client()
    try:
        found = ensure(
            (Workload(name="any", origin=Origin.DAEMON, argv=("python",)),),
            system="any",
            folder=Path(),
            client=client,
            cache=None,
            progress=lambda _progress: None,
        )
    finally:
        client.close()
    return f"FROM {found['any'].reference}\nWORKDIR /app\nCOPY app.py .\nUSER 10001:10001\n"
