"""Ready checks: HTTP, TCP or a command, asked until a deadline."""

import socket
import time
from collections.abc import Callable

from seatrial.contract.output import Probe
from seatrial.contract.placement import Endpoint
from seatrial.system.scheme import scheme

_QUICK = 2.0
_PROXIED = 0.2  # seconds in which a proxy has found out that nobody listens


class Left(Exception):  # noqa: N818 - a request, not an error
    """Nobody waits any more for what was begun."""


def answers(
    probe: Probe,
    endpoint: Endpoint | None,
    run: Callable[[tuple[str, ...]], int],
    *,
    proxied: bool = False,
) -> str:
    """Ask once; empty when ready, else the reason. `run` executes a command for the replica.

    `proxied`: somebody else accepts connections for it, and closes them where nobody listens.
    """
    if probe.argv:
        status = run(probe.argv)
        return "" if status == 0 else f"{probe.argv[0]} ended with {status}"
    if endpoint is None:
        return f"its port {probe.port} cannot be reached"
    if probe.tcp:
        return _connects(endpoint, proxied=proxied)
    import httpx  # noqa: PLC0415 - planning asks nobody

    url = f"{scheme(probe.port)}://{endpoint}{probe.path}"
    try:
        # as a kubelet asks: a certificate is for the name that users know, not for this address
        answer = httpx.get(url, timeout=_QUICK, trust_env=False, verify=False)  # noqa: S501
    except httpx.HTTPError as error:
        return f"{url}: {error.__class__.__name__}"
    return "" if answer.is_success else f"{url} answers {answer.status_code}"


def _connects(endpoint: Endpoint, *, proxied: bool) -> str:
    try:
        with socket.create_connection((endpoint.host, endpoint.port), _QUICK) as one:
            if not proxied:
                return ""
            one.settimeout(_PROXIED)
            return "" if one.recv(1) else f"{endpoint}: closed at once"
    except TimeoutError:
        return "" if proxied else f"{endpoint}: timed out"
    except OSError as error:
        return f"{endpoint}: {error.strerror or error}"


def wait(ask: Callable[[], str], deadline: float, pause: float = 0.1) -> str:
    """Ask until it is ready or `deadline` seconds have passed; the last reason, or empty."""
    until = time.monotonic() + deadline
    while reason := ask():
        if time.monotonic() >= until:
            return reason
        time.sleep(pause)
    return ""
