"""Sends a page to Slack, PagerDuty or a mail server, once.

The standard library's blocking clients do it, each in a thread of its own, so that none holds up a
beat or another channel: a process that outlives all others holds as little as it can.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import smtplib
import urllib.parse
import urllib.request
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from seatrial.daemons.watchdog import messages
from seatrial.daemons.watchdog.messages import Page

TIMEOUT_S = 5.0
_SHOWN = 200  # bytes of an answer that a log line holds

Send = Callable[[Page], Awaitable[None]]


class NotAcceptedError(Exception):
    """The receiver did not take the page; the message says what it answered."""


def slack(url: str) -> Send:
    """Give the sender to a Slack incoming webhook."""

    async def send(page: Page) -> None:
        await asyncio.to_thread(_post, url, messages.slack(page), HTTPStatus.OK)

    return send


def pagerduty(url: str, routing_key: str) -> Send:
    """Give the sender to PagerDuty's Events API v2."""

    async def send(page: Page) -> None:
        body = messages.pagerduty(page, routing_key)
        await asyncio.to_thread(_post, url, body, HTTPStatus.ACCEPTED)

    return send


def mail(server: tuple[str, int], *, sender: str, recipient: str) -> Send:
    """Give the sender of a mail through `server` (host, port)."""

    def submit(page: Page) -> None:
        message = messages.mail(page, sender=sender, recipient=recipient)
        try:
            with smtplib.SMTP(*server, timeout=TIMEOUT_S) as smtp:
                smtp.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise NotAcceptedError(f"{server[0]}:{server[1]}: {error}") from error

    async def send(page: Page) -> None:
        await asyncio.to_thread(submit, page)

    return send


class _AsAnswered(urllib.request.HTTPErrorProcessor):
    """Gives every answer as it came: a redirect is not followed, since a page sent on is not taken.

    The base class would raise for each status but 2xx.
    """

    def http_response(
        self,
        request: urllib.request.Request,  # noqa: ARG002 - urllib's signature
        response: http.client.HTTPResponse,
    ) -> http.client.HTTPResponse:
        return response

    https_response = http_response


def _post(url: str, body: dict[str, object], wanted: HTTPStatus) -> None:
    """Raises NotAcceptedError for any other answer than `wanted`, and for none."""
    request = urllib.request.Request(  # noqa: S310 - http(s), which the options have checked
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    # Not through a proxy of the environment: a page must not depend on one more machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _AsAnswered)
    try:
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            status, text = answer.status, answer.read(_SHOWN).decode(errors="replace")
    except (OSError, ValueError, http.client.HTTPException) as error:  # URLError is an OSError
        # The URL holds Slack's secret: only its host is named.
        where = urllib.parse.urlsplit(url).hostname
        reason = getattr(error, "reason", error)
        raise NotAcceptedError(f"{where}: {reason or type(error).__name__}") from error
    if status != wanted:
        raise NotAcceptedError(f"HTTP {status}: {text}")
