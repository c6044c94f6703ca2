"""Reads a check of the plan's JSON."""

from __future__ import annotations

from typing import Any

from seatrial.daemons.prober import words
from seatrial.daemons.prober.checks.model import KINDS, Check, address
from seatrial.daemons.prober.words import PlanError

LONGEST_S = 3600.0
_KNOWN = {
    "name", "kind", "targets", "every_s", "timeout_s", "host", "verify", "tls", "status",
    "contains", "send", "record", "server", "answers", "service",
}  # fmt: skip
_SOCKETS = {"tls", "tcp", "grpc"}


def check(found: Any, place: str) -> Check:
    """Read one. Raises PlanError."""
    words.only(found, place, _KNOWN)
    kind = found.get("kind")
    if kind not in KINDS:
        raise PlanError(f"{place}.kind: {', '.join(KINDS)} are known, not {kind!r}")
    every = words.number(found, "every_s", place, default=30.0, most=LONGEST_S)
    timeout = words.number(found, "timeout_s", place, default=5.0, most=LONGEST_S)
    if timeout >= every:
        raise PlanError(f"{place}.timeout_s: less than every_s ({every:g}) is wanted")
    texts = {key: words.text(found, key, place) for key in _texts(found)}
    if texts.get("server"):
        _socket(texts["server"], f"{place}.server")
    if "record" in texts:
        _record(texts["record"], f"{place}.record")
    return Check(
        name=words.text(found, "name", place),
        kind=kind,
        targets=_targets(found, kind, place),
        every_s=every,
        timeout_s=timeout,
        verify=words.flag(found, "verify", place, default=True),
        tls=words.flag(found, "tls", place, default=False),
        status=words.statuses(found.get("status", 200), f"{place}.status"),
        answers=frozenset(_list(found.get("answers", []), f"{place}.answers")),
        **texts,
    )


def _texts(found: Any) -> list[str]:
    known = ("host", "contains", "send", "record", "server", "service")
    return [key for key in known if key in found]


def _targets(found: Any, kind: str, place: str) -> tuple[str, ...]:
    listed = _list(found.get("targets"), f"{place}.targets")
    if not listed:
        raise PlanError(f"{place}.targets: at least one is wanted")
    for number, each in enumerate(listed):
        if kind == "http":
            words.url(each, f"{place}.targets[{number}]")
        elif kind in _SOCKETS:
            _socket(each, f"{place}.targets[{number}]")
    return listed


def _list(found: Any, place: str) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(each, str) and each for each in found):
        raise PlanError(f"{place}: a list of strings is wanted")
    return tuple(found)


def _socket(text: str, place: str) -> None:
    try:
        address(text)
    except ValueError as error:
        raise PlanError(f"{place}: {error}") from error


def _record(text: str, place: str) -> None:
    import dns.exception  # noqa: PLC0415 - only who asks DNS pays for it
    import dns.rdatatype  # noqa: PLC0415

    try:
        dns.rdatatype.from_text(text)
    except dns.exception.DNSException as error:
        raise PlanError(f"{place}: {text!r} is no type of DNS records") from error
