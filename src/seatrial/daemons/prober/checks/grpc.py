"""gRPC's health protocol, one unary call over HTTP/2.

https://github.com/grpc/grpc/blob/master/doc/health-checking.md (grpc.health.v1.Health/Check) and
https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md. The two messages have one field
each, so that no library of protocol buffers is needed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import h2.config
import h2.connection
import h2.events
import h2.exceptions

from seatrial.daemons.prober.checks.model import OK, Check, Seen, address, failed
from seatrial.daemons.prober.checks.reasons import Reason
from seatrial.daemons.prober.checks.trust import trusting

_SERVING = 1
_STATUS = {0: "UNKNOWN", 1: "SERVING", 2: "NOT_SERVING", 3: "SERVICE_UNKNOWN"}
_CODES = {5: "NOT_FOUND", 12: "UNIMPLEMENTED", 14: "UNAVAILABLE", 16: "UNAUTHENTICATED"}
_ANSWER = 4096  # bytes that a health answer may have
_HEAD = 5  # compressed or not, and the length


@dataclass(slots=True)
class _Answer:
    """What has come of the answer so far."""

    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    ended: str = ""


async def ask(check: Check, target: str) -> Seen:
    """Call Health/Check for the check's service."""
    host, port = address(target)
    context = trusting(verify=check.verify, alpn="h2") if check.tls else None
    name = (check.host or host) if context else None
    reader, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=name)
    try:
        answer = await _call(reader, writer, check, check.host or target)
    except h2.exceptions.ProtocolError as error:
        return failed(Reason.PROTOCOL, f"no HTTP/2: {error}")
    finally:
        writer.transport.abort()
    return judge(answer.headers, answer.body, answer.ended)


async def _call(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, check: Check, authority: str
) -> _Answer:
    talk = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    talk.initiate_connection()
    talk.send_headers(
        1,
        [
            (":method", "POST"),
            (":scheme", "https" if check.tls else "http"),
            (":path", "/grpc.health.v1.Health/Check"),
            (":authority", authority),
            ("content-type", "application/grpc"),
            ("te", "trailers"),
        ],
    )
    talk.send_data(1, message(check.service), end_stream=True)
    writer.write(talk.data_to_send())
    found = _Answer()
    while not found.ended:
        part = await reader.read(16384)
        if not part:
            raise EOFError("the connection was closed before the answer")
        for event in talk.receive_data(part):
            _take(found, event)
        if len(found.body) > _ANSWER:
            found.ended = "the answer is too long"
        writer.write(talk.data_to_send())
    return found


def _take(found: _Answer, event: h2.events.Event) -> None:
    match event:
        case h2.events.ResponseReceived() | h2.events.TrailersReceived():
            found.headers |= {str(key): str(value) for key, value in event.headers or ()}
        case h2.events.DataReceived():
            found.body += event.data or b""
        case h2.events.StreamEnded():
            found.ended = "ended"
        case h2.events.StreamReset() | h2.events.ConnectionTerminated():
            found.ended = f"broken off by HTTP/2 error {event.error_code}"


def message(service: str) -> bytes:
    """HealthCheckRequest{service = 1: string}, with gRPC's head."""
    name = service.encode()
    if len(name) > 127:  # noqa: PLR2004 - one byte of a varint
        raise ValueError("a gRPC service's name of more than 127 bytes")
    body = bytes((0x0A, len(name))) + name if name else b""
    return b"\0" + len(body).to_bytes(4, "big") + body


def judge(headers: dict[str, str], body: bytes, ended: str) -> Seen:
    """Read HealthCheckResponse{status = 1: enum}; no field is its zero."""
    if ended != "ended":
        return failed(Reason.PROTOCOL, ended)
    if headers.get(":status") != "200":
        return failed(Reason.PROTOCOL, f"HTTP status {headers.get(':status')}, no gRPC answers")
    code = headers.get("grpc-status", "")
    if code != "0":
        word = _CODES.get(int(code), "") if code.isdigit() else "none"
        text = f"gRPC status {code} {word} {headers.get('grpc-message', '')}"
        return failed(Reason.STATUS, text.strip())
    told = body[_HEAD:]
    if len(body) < _HEAD or told[:1] not in {b"", b"\x08"}:
        return failed(Reason.PROTOCOL, "no HealthCheckResponse")
    status = told[1] if len(told) > 1 else 0
    if status == _SERVING:
        return OK
    return failed(Reason.NOT_SERVING, f"it says {_STATUS.get(status, status)}")
