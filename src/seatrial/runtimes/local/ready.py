"""Ready checks: HTTP, TCP or a command, asked until a deadline."""

import socket
import time
from collections.abc import Callable

import httpx

from seatrial.contract.output import Probe
from seatrial.contract.placement import Location

_QUICK = 2.0


def answers(probe: Probe, location: Location, run: Callable[[tuple[str, ...]], int]) -> str:
    """Ask once; empty when ready, else the reason. `run` executes a command for the replica."""
    if probe.argv:
        status = run(probe.argv)
        return "" if status == 0 else f"{probe.argv[0]} ended with {status}"
    endpoint = location.endpoint(probe.port)
    if probe.tcp:
        try:
            with socket.create_connection((endpoint.host, endpoint.port), _QUICK):
                return ""
        except OSError as error:
            return f"{endpoint}: {error.strerror or error}"
    try:
        answer = httpx.get(f"http://{endpoint}{probe.path}", timeout=_QUICK, trust_env=False)
    except httpx.HTTPError as error:
        return f"http://{endpoint}{probe.path}: {error.__class__.__name__}"
    if answer.is_success:
        return ""
    return f"http://{endpoint}{probe.path} answers {answer.status_code}"


def wait(ask: Callable[[], str], deadline: float, pause: float = 0.1) -> str:
    """Ask until it is ready or `deadline` seconds have passed; the last reason, or empty."""
    until = time.monotonic() + deadline
    while reason := ask():
        if time.monotonic() >= until:
            return reason
        time.sleep(pause)
    return ""
