"""Sends a page to Slack, PagerDuty or a mail server, once."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import httpx

from seatrial.daemons.watchdog import messages
from seatrial.daemons.watchdog.messages import Page

TIMEOUT_S = 5.0

Send = Callable[[Page], Awaitable[None]]


class NotAcceptedError(Exception):
    """The receiver did not take the page; the message says what it answered."""


def slack(client: httpx.AsyncClient, url: str) -> Send:
    """Give the sender to a Slack incoming webhook."""

    async def send(page: Page) -> None:
        await _post(client, url, messages.slack(page), HTTPStatus.OK)

    return send


def pagerduty(client: httpx.AsyncClient, url: str, routing_key: str) -> Send:
    """Give the sender to PagerDuty's Events API v2."""

    async def send(page: Page) -> None:
        await _post(client, url, messages.pagerduty(page, routing_key), HTTPStatus.ACCEPTED)

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
        # smtplib blocks; in a thread it cannot hold up a beat or the other channels.
        await asyncio.to_thread(submit, page)

    return send


async def _post(
    client: httpx.AsyncClient,
    url: str,
    body: dict[str, object],
    wanted: HTTPStatus,
) -> None:
    try:
        answer = await client.post(url, json=body)
    except (httpx.HTTPError, OSError) as error:
        # The URL holds Slack's secret: only its host is named.
        where = httpx.URL(url).host
        raise NotAcceptedError(f"{where}: {type(error).__name__}: {error}") from error
    if answer.status_code != wanted:
        raise NotAcceptedError(f"HTTP {answer.status_code}: {answer.text[:200]}")
