"""What a check asks, and what it saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from seatrial.daemons.prober.checks.reasons import Reason

Kind = Literal["http", "tls", "tcp", "dns", "icmp", "grpc"]
KINDS: tuple[Kind, ...] = ("http", "tls", "tcp", "dns", "icmp", "grpc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question, asked every `every_s` seconds, each time answered within `timeout_s`.

    `targets` are where it is asked, the next one each time: URLs for http, `host:port` for tls,
    tcp and grpc, hosts for icmp, names for dns. The rest is for the kinds that need it:

    `host` is the name that is asked for (HTTP's, TLS's), where that is not the target's own, and
    `verify` whether a certificate is judged. `tls`: gRPC is spoken over TLS. `status` are those of
    HTTP that are right. `contains` is what HTTP's body or TCP's first bytes must hold, `send` what
    TCP is told first. `record` is DNS's type, `server` who is asked (`host:port`; "": whom the
    machine asks), `answers` exactly what must come, in any order. `service` is gRPC health's.
    """

    name: str
    kind: Kind
    targets: tuple[str, ...]
    every_s: float
    timeout_s: float
    host: str = ""
    verify: bool = True
    tls: bool = False
    status: frozenset[int] = field(default=frozenset({200}))
    contains: str = ""
    send: str = ""
    record: str = "A"
    server: str = ""
    answers: frozenset[str] = field(default=frozenset())
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a check saw. `fault` is a sentence when it is not ok, `ends` when a certificate does.

    `ends` is in seconds since 1970, also of a certificate that is not trusted; None without one.
    """

    reason: Reason
    fault: str = ""
    ends: float | None = None


OK = Seen(reason=Reason.OK)


def address(target: str) -> tuple[str, int]:
    """Host and port of `host:port` or `[host]:port`. Raises ValueError."""
    host, colon, port = target.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    number = int(port) if port.isascii() and port.isdigit() else 0
    if not colon or not host or not 0 < number < 2**16:
        raise ValueError(f"{target!r} is not host:port")
    return host, number


def failed(reason: Reason, error: Any) -> Seen:
    """What went wrong, with its sentence."""
    text = str(error)
    return Seen(reason=reason, fault=text or type(error).__name__)
