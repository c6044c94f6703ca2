"""What each kind makes of what it hears, without a socket."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from pathlib import Path

import aiohttp
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from seatrial.daemons.prober.checks import asker, echo, grpc, icmp
from seatrial.daemons.prober.checks.dns import judge
from seatrial.daemons.prober.checks.figures import CheckFigures
from seatrial.daemons.prober.checks.model import Check, Seen, address
from seatrial.daemons.prober.checks.reasons import Reason, of_error
from seatrial.daemons.prober.figures import Sight


def check(**change: object) -> Check:
    wanted = {"name": "one", "kind": "dns", "targets": ("a.example",), "every_s": 10.0}
    return Check(**{**wanted, "timeout_s": 1.0, **change})  # type: ignore[arg-type]


def not_trusted(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError()
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ConnectionRefusedError(), Reason.REFUSED),
        (aiohttp.ClientOSError(errno.ECONNRESET, "reset"), Reason.CLOSED),
        (OSError(errno.EHOSTUNREACH, "no route"), Reason.UNREACHABLE),
        (OSError("Multiple exceptions: ..."), Reason.UNREACHABLE),
        (OSError(errno.EMFILE, "too many open files"), Reason.UNKNOWN),
        (socket.gaierror(-2, "unknown"), Reason.UNRESOLVED),
        (TimeoutError(), Reason.TIMEOUT),
        (asyncio.IncompleteReadError(b"", 1), Reason.CLOSED),
        (ssl.SSLError(1, "wrong version"), Reason.HANDSHAKE),
        (not_trusted(10), Reason.EXPIRED),
        (not_trusted(18), Reason.SELF_SIGNED),
        (not_trusted(20), Reason.UNKNOWN_ISSUER),
        (not_trusted(62), Reason.WRONG_NAME),
        (not_trusted(99), Reason.CHAIN),
        (ValueError("no certificate"), Reason.PROTOCOL),
        (KeyError("a fault of ours"), Reason.UNKNOWN),
    ],
)
def test_each_error_has_its_word(error: BaseException, reason: Reason) -> None:
    assert of_error(error) is reason


@pytest.mark.parametrize("text", ["a", "a:", ":1", "a:0", "a:65536", "a:b", "a:٣"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="is not host:port"):
        address(text)
    assert address("[::1]:53") == ("::1", 53)


def answered(*rows: str, rcode: int = 0) -> dns.message.Message:
    found = dns.message.make_response(dns.message.make_query("a.example", "A"))
    found.set_rcode(dns.rcode.Rcode(rcode))
    if rows:
        found.answer.append(dns.rrset.from_text("a.example.", 60, "IN", "A", *rows))
    return found


@pytest.mark.parametrize(
    ("answers", "message", "reason"),
    [
        (set(), answered("192.0.2.1"), Reason.OK),
        ({"192.0.2.2", "192.0.2.1"}, answered("192.0.2.1", "192.0.2.2"), Reason.OK),
        ({"192.0.2.1"}, answered("192.0.2.1", "192.0.2.2"), Reason.CONTENT),
        ({"192.0.2.1"}, answered("192.0.2.2"), Reason.CONTENT),
        (set(), answered(), Reason.CONTENT),
        (set(), answered(rcode=3), Reason.STATUS),
    ],
)
def test_dns_answers_are_compared_whole(
    answers: set[str], message: dns.message.Message, reason: Reason
) -> None:
    assert judge(check(answers=frozenset(answers)), message).reason is reason


def test_an_echo_is_known_by_what_was_sent_along() -> None:
    sent = echo.request(4, 7, 9, b"load")
    assert echo.checksum(sent) == 0  # a message with its own checksum sums up to nothing
    reply = b"\0\0" + echo.request(4, 7, 9, b"load")[2:]
    assert echo.answers(4, reply, 9, b"load", raw=False)
    assert echo.answers(4, b"\x45" + bytes(19) + reply, 9, b"load", raw=True)
    assert not echo.answers(4, reply, 9, b"other", raw=False)
    assert not echo.answers(4, reply, 8, b"load", raw=False)
    assert not echo.answers(4, sent, 9, b"load", raw=False)  # our own request, seen on loopback
    assert not echo.answers(4, b"", 9, b"load", raw=True)


def test_ping_that_is_not_allowed_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(icmp.socket, "socket", refuse)
    assert icmp._open(socket.AF_INET, socket.IPPROTO_ICMP) is None


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ({"grpc-status": "0"}, b"\0\0\0\0\2\x08\1", Reason.OK),
        ({"grpc-status": "0"}, b"\0\0\0\0\2\x08\2", Reason.NOT_SERVING),
        ({"grpc-status": "0"}, b"\0\0\0\0\0", Reason.NOT_SERVING),
        ({"grpc-status": "12"}, b"", Reason.STATUS),
        ({}, b"", Reason.STATUS),
        ({"grpc-status": "0"}, b"", Reason.PROTOCOL),
        ({":status": "404"}, b"", Reason.PROTOCOL),
    ],
)
def test_grpc_health_is_read(headers: dict[str, str], body: bytes, reason: Reason) -> None:
    assert grpc.judge({":status": "200", **headers}, body, "ended").reason is reason
    assert grpc.judge({}, b"", "broken off").reason is Reason.PROTOCOL


def test_grpc_asks_for_one_service_or_all() -> None:
    assert grpc.message("") == b"\0\0\0\0\0"
    assert grpc.message("shop") == b"\0\0\0\0\6\x0a\4shop"


def test_what_is_unknown_is_neither_up_nor_down() -> None:
    registry = CollectorRegistry()
    figures = CheckFigures(registry, Sight(registry))
    series = figures.of(check())
    assert 'check_runs_total{check="one",outcome="ok"} 0.0' in text(registry)
    assert "check_up{" not in text(registry)
    series.end(Seen(reason=Reason.OK, ends=5.0), 0.1)
    assert 'check_up{check="one"} 1.0' in text(registry)
    series.end(Seen(reason=Reason.UNKNOWN), 0.1)
    assert "check_up{" not in text(registry)
    assert 'check_certificate_expiry_timestamp_seconds{check="one"} 5.0' in text(registry)
    series.end(Seen(reason=Reason.REFUSED), 0.1)
    assert 'check_up{check="one"} 0.0' in text(registry)
    assert "prober_ended_total 2.0" in text(registry)
    assert "prober_answered_total 1.0" in text(registry)
    series.remove()
    assert 'check="one"' not in text(registry)


def text(registry: CollectorRegistry) -> str:
    return generate_latest(registry).decode()


def test_a_fault_of_ours_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_check: Check, _target: str) -> Seen:
        raise KeyError("ours")

    async def run() -> Seen:
        async with aiohttp.ClientSession() as session:
            return await asker.ask(session, check(kind="tcp"), "a:1")

    monkeypatch.setattr(asker, "_plainly", lambda _kind: broken)
    assert asyncio.run(run()).reason is Reason.UNKNOWN


def test_the_words_are_in_the_docs() -> None:
    page = (Path(__file__).parents[4] / "docs/synthetics.md").read_text(encoding="utf-8")
    for each in Reason:
        assert f"`{each.value}`" in page
