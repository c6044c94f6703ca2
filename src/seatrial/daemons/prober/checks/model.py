"""What a check asks, and what it saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from seatrial.daemons.prober.checks.reasons import NETWORK, Reason

Kind = Literal["http", "tls", "tcp", "dns", "icmp", "grpc"]
KINDS: tuple[Kind, ...] = ("http", "tls", "tcp", "dns", "icmp", "grpc")
_TLS = (
    Reason.HANDSHAKE,
    Reason.EXPIRED,
    Reason.NOT_YET_VALID,
    Reason.SELF_SIGNED,
    Reason.UNKNOWN_ISSUER,
    Reason.WRONG_NAME,
    Reason.CHAIN,
)
_ALWAYS = (Reason.OK, Reason.UNKNOWN, *sorted(NETWORK), Reason.CLOSED, Reason.PROTOCOL)
# How each kind can end: these series exist from the start, so that no first failure is missed.
ENDS: Mapping[Kind, tuple[Reason, ...]] = {
    "http": (*_ALWAYS, *_TLS, Reason.STATUS, Reason.CONTENT),
    "tls": (*_ALWAYS, *_TLS),
    "tcp": (*_ALWAYS, Reason.CONTENT),
    "dns": (*_ALWAYS, Reason.STATUS, Reason.CONTENT),
    "icmp": (*_ALWAYS,),
    "grpc": (*_ALWAYS, *_TLS, Reason.STATUS, Reason.NOT_SERVING),
}


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
