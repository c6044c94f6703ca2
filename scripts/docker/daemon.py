"""Starts and stops the engine's process, and everything that it started."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import requests.exceptions
from scripts.docker import machine
from scripts.docker.place import Place, configuration
from scripts.docker.programs import plugins
from scripts.docker.unpack import Programs

import docker
import docker.errors
from seatrial.contract.runtime import RuntimeFailure

_READY_S = 60
_GRACE_S = 20.0
_PAUSE_S = 0.1
_LAST_LINES = 15


def answers(place: Place) -> bool:
    """Whether the private engine answers; one that lives is given time, however busy it is."""
    end = time.monotonic() + _READY_S
    while _main(place) is not None:
        if _pinged(place):
            return True
        if time.monotonic() > end:
            return False
        time.sleep(_PAUSE_S)
    return False


def _pinged(place: Place) -> bool:
    if not place.socket.exists():
        return False
    try:
        client = docker.APIClient(base_url=place.host, version="1.43", timeout=_READY_S)
    except docker.errors.DockerException:
        return False
    try:
        return bool(client.ping())
    except (docker.errors.DockerException, requests.exceptions.RequestException):
        return False
    finally:
        client.close()


def driver(place: Place) -> str:
    """How the engine that runs keeps layers (`overlay2`, `vfs`)."""
    client = docker.APIClient(base_url=place.host, version="1.43", timeout=30)
    try:
        return str(client.info()["Driver"])
    finally:
        client.close()


def start(place: Place, programs: Programs) -> None:
    """Start the engine and wait until it answers. Raises RuntimeFailure with its last lines."""
    place.root.mkdir(parents=True, exist_ok=True)
    stop(place, programs)  # whatever one that died left
    for folder in (place.data, place.run, place.client / "cli-plugins"):
        folder.mkdir(parents=True, exist_ok=True)
    place.root.chmod(0o711)
    place.data.chmod(0o710)
    for plugin in plugins(programs):
        link = place.client / "cli-plugins" / plugin.name
        link.unlink(missing_ok=True)
        link.symlink_to(plugin)
    place.config.write_text(json.dumps(configuration(place), indent=2), encoding="utf-8")
    env = programs.environment()
    machine.note(place, env)
    machine.prepare(place)
    with place.log.open("ab") as log:
        process = subprocess.Popen(
            # Its mounts are its own, so that they go when its last process goes.
            [
                *("unshare", "--mount", "--propagation", "slave"),
                *(str(programs["dockerd"]), "--config-file", str(place.config)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**env, **dict([_mark(place).split("=", 1)])},
            cwd="/",
            start_new_session=True,
        )
    end = time.monotonic() + _READY_S
    while time.monotonic() < end and process.poll() is None:
        if _pinged(place):
            return
        time.sleep(_PAUSE_S)
    said = tuple(place.log.read_text(encoding="utf-8", errors="replace").splitlines())
    stop(place, programs)
    raise RuntimeFailure(
        "the private Docker Engine does not start", "see its lines above", said[-_LAST_LINES:]
    )


def stop(place: Place, programs: Programs) -> None:
    """Stop the engine gracefully, then whatever is left of it; restore the machine."""
    if not place.root.is_dir():
        return
    main = _main(place)
    if main is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(main, signal.SIGTERM)
        _gone([main], _GRACE_S)
    left = list(_left(place))
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    _gone(left, _GRACE_S)
    machine.restore(place, programs.environment())
    shutil.rmtree(place.run, ignore_errors=True)


def _main(place: Place) -> int | None:
    """The engine's process, when the id in its file is still that of one with our configuration."""
    try:
        pid = int(place.pid.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return pid if str(place.config) in _words(pid) else None


def _left(place: Place) -> Iterator[int]:
    """Processes that the engine started, by what they inherit, and those in its containers."""
    yield from machine.contained(place)
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        if pid == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if _mark(place).encode() in (folder / "environ").read_bytes().split(b"\0"):
                yield pid


def _mark(place: Place) -> str:
    return f"SEATRIAL_CONTAINER_ENGINE={place.root}"


def _words(pid: int) -> list[str]:
    try:
        return (
            Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
        )
    except OSError:
        return []


def _gone(pids: list[int], within: float) -> None:
    end = time.monotonic() + within
    while time.monotonic() < end and any(_alive(pid) for pid in pids):
        time.sleep(_PAUSE_S)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"
