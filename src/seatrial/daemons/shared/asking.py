"""Asks an HTTP server once, by the standard library's blocking client in a thread of its own.

So that none holds up the loop, and a daemon of few requests carries no client of its own in memory.
Who keeps many connections open at once wants another.
"""

from __future__ import annotations

import asyncio
import http.client
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass

_PIECE = 65_536


class NoAnswerError(Exception):
    """Nothing came, or not all of it in time.

    The message names the host alone: the rest of an URL may be a secret.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server said, whatever it was: a redirect is not followed."""

    status: int
    body: bytes


async def post(
    url: str, body: bytes, *, kind: str, within: float, most: int | None = None
) -> Answer:
    """Post `body` of the media type `kind`; `most` bytes of the answer, or all of them.

    `within` is in seconds, for each wait and for the whole. Raises NoAnswerError.
    """
    return await asyncio.to_thread(_post, url, body, kind, within, most)


class _AsAnswered(urllib.request.HTTPErrorProcessor):
    """Gives every answer as it came. The base class would raise for each status but 2xx."""

    def http_response(
        self,
        request: urllib.request.Request,  # noqa: ARG002 - urllib's signature
        response: http.client.HTTPResponse,
    ) -> http.client.HTTPResponse:
        return response

    https_response = http_response


def _post(url: str, body: bytes, kind: str, within: float, most: int | None) -> Answer:
    end = time.monotonic() + within
    request = urllib.request.Request(  # noqa: S310 - http(s), which the options have checked
        url, body, {"Content-Type": kind}
    )
    # Not through a proxy of the environment: what is asked must not depend on one more machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _AsAnswered)
    try:
        with opener.open(request, timeout=within) as answer:
            return Answer(status=answer.status, body=_read(answer, end, most))
    except (OSError, ValueError, http.client.HTTPException) as error:  # URLError is an OSError
        where = urllib.parse.urlsplit(url).hostname
        reason = getattr(error, "reason", error)
        raise NoAnswerError(f"{where}: {reason or type(error).__name__}") from error


def _read(answer: http.client.HTTPResponse, end: float, most: int | None) -> bytes:
    """Raises TimeoutError at `end`, and IncompleteRead where it breaks off."""
    parts: list[bytes] = []
    left = most
    while left is None or left > 0:
        if time.monotonic() > end:
            raise TimeoutError("the answer takes too long")
        part = answer.read1(_PIECE if left is None else min(left, _PIECE))
        if not part:
            break
        parts.append(part)
        left = None if left is None else left - len(part)
    body = b"".join(parts)
    if answer.length and left != 0:  # of an answer that names its length, `read1` does not tell
        raise http.client.IncompleteRead(body, answer.length)
    return body
