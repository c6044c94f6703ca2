"""Asks an HTTP server once, over a connection of its own: h11's client on asyncio's streams.

The daemons serve by h11 already, so that a daemon of few requests carries no client of its own in
memory, and no threads. Who keeps many connections open at once wants another.
"""

from __future__ import annotations

import asyncio
import ssl
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass

import h11

_PIECE = 65_536
_LONGEST_HEAD = 65_536  # bytes of an answer's head
_NEED_BODY = frozenset({"POST", "PUT", "PATCH"})  # whose length is told, even if there is none
Headers = Iterable[tuple[bytes, bytes]]


class NoAnswerError(Exception):
    """Nothing came, or not all of it.

    The message names the host alone: the rest of an URL may be a secret.
    """


class LateError(NoAnswerError):
    """Nothing came in time, or not all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server said, whatever it was: a redirect is not followed, nothing is unpacked."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


async def post(
    url: str, body: bytes, *, kind: str, within: float, most: int | None = None
) -> Answer:
    """Post `body` of the media type `kind`; as `ask`."""
    headers = ((b"Content-Type", kind.encode()),)
    return await ask("POST", url, body=body, headers=headers, within=within, most=most)


async def ask(
    method: str,
    url: str,
    *,
    within: float,
    body: bytes = b"",
    headers: Headers = (),
    most: int | None = None,
    verified: bool = True,
) -> Answer:
    """One request; `most` bytes of the answer's body, or all of them.

    `within` is in seconds, for the whole of it. Where `verified` is false, anybody's certificate
    will do. No proxy of the environment is asked: what is asked must not depend on one more
    machine. Raises LateError, NoAnswerError.
    """
    where = urllib.parse.urlsplit(url)
    try:
        async with asyncio.timeout(within):
            tls = _tls(verified=verified) if where.scheme == "https" else None
            port = where.port or (443 if tls else 80)
            reader, writer = await asyncio.open_connection(where.hostname, port, ssl=tls)
            try:
                connection = h11.Connection(h11.CLIENT, _LONGEST_HEAD)
                writer.write(_request(connection, method, where, body, headers))
                return await _answer(connection, reader, most)
            finally:
                writer.transport.abort()
    except TimeoutError as error:
        message = f"{where.hostname}: no answer within {within:g} s"
        raise LateError(message) from error
    except (OSError, ValueError, h11.ProtocolError) as error:
        raise NoAnswerError(f"{where.hostname}: {error or type(error).__name__}") from error


def _tls(*, verified: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verified:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _request(
    connection: h11.Connection,
    method: str,
    where: urllib.parse.SplitResult,
    body: bytes,
    headers: Headers,
) -> bytes:
    """The bytes of a request. Raises h11.LocalProtocolError for what HTTP cannot say."""
    given = list(headers)
    if not any(name.lower() == b"host" for name, _ in given):
        given.insert(0, (b"Host", where.netloc.rpartition("@")[2].encode("ascii")))
    if body or method in _NEED_BODY:
        given.append((b"Content-Length", str(len(body)).encode()))
    given.append((b"Connection", b"close"))
    target = (where.path or "/") + (f"?{where.query}" if where.query else "")
    events = [h11.Request(method=method, target=target, headers=given)]
    parts = [connection.send(each) for each in (*events, h11.Data(data=body), h11.EndOfMessage())]
    return b"".join(each for each in parts if each)


async def _answer(
    connection: h11.Connection, reader: asyncio.StreamReader, most: int | None
) -> Answer:
    """The answer, or as much of it as is wanted. Raises h11.RemoteProtocolError: it breaks off."""
    status, body = 0, bytearray()
    headers: tuple[tuple[bytes, bytes], ...] = ()
    while most is None or len(body) < most:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_PIECE))
        elif isinstance(event, h11.Response):
            status, headers = event.status_code, tuple(event.headers.raw_items())
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            break
    return Answer(status=status, headers=headers, body=bytes(body[:most]))
