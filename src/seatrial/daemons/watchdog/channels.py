"""Sends a page to Slack, PagerDuty or a mail server, once.

The standard library's blocking clients do it, each in a thread of its own, so that none holds up a
beat or another channel: a process that outlives all others holds as little as it can. A redirect is
no acceptance: a page that is sent on is not taken.
"""

from __future__ import annotations

import asyncio
import json
import smtplib
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from seatrial.daemons.shared import asking
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
        await _post(url, messages.slack(page), HTTPStatus.OK)

    return send


def pagerduty(url: str, routing_key: str) -> Send:
    """Give the sender to PagerDuty's Events API v2."""

    async def send(page: Page) -> None:
        body = messages.pagerduty(page, routing_key)
        await _post(url, body, HTTPStatus.ACCEPTED)

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


async def _post(url: str, body: dict[str, object], wanted: HTTPStatus) -> None:
    """Raises NotAcceptedError for any other answer than `wanted`, and for none."""
    try:
        answer = await asking.post(
            url, json.dumps(body).encode(), kind="application/json", within=TIMEOUT_S, most=_SHOWN
        )
    except asking.NoAnswerError as error:
        raise NotAcceptedError(str(error)) from error
    if answer.status != wanted:
        text = answer.body.decode(errors="replace")
        raise NotAcceptedError(f"HTTP {answer.status}: {text}")
