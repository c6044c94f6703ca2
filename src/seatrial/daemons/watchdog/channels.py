"""Sends a page to Slack, PagerDuty or a mail server, once.

The standard library's blocking clients do it, each in a thread of its own, so that none holds up a
beat or another channel: a process that outlives all others holds as little as it can.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import smtplib
import ssl
import urllib.parse
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from seatrial.daemons.watchdog import messages
from seatrial.daemons.watchdog.messages import Page

TIMEOUT_S = 5.0
SMTPS = 465  # RFC 8314: TLS from the first byte; on every other port it is begun by STARTTLS
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server, and how it is spoken to.

    With `tls` nothing is said before the line is encrypted and the server's certificate is found
    good. A `user` needs it: a password is never sent in the clear.
    """

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    user: str = ""
    password: str = field(default="", repr=False)


def mail(server: MailServer, *, sender: str, recipient: str) -> Send:
    """Give the sender of a mail through a server."""

    def submit(page: Page) -> None:
        message = messages.mail(page, sender=sender, recipient=recipient)
        try:
            with _connected(server) as smtp:
                if server.user:
                    smtp.login(server.user, server.password)
                smtp.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise NotAcceptedError(f"{server.host}:{server.port}: {error}") from error

    async def send(page: Page) -> None:
        await asyncio.to_thread(submit, page)

    return send


def _connected(server: MailServer) -> smtplib.SMTP:
    """Raises SMTPException where the server offers no TLS and it is wanted, and OSError."""
    if server.tls is not None and server.port == SMTPS:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=server.tls)
    smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    if server.tls is not None:
        try:
            smtp.starttls(context=server.tls)
        except BaseException:  # nobody else would close it
            smtp.close()
            raise
    return smtp


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
