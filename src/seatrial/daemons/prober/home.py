"""Sends what a prober outside has counted home, as a scrape would have read it.

What cannot be sent is not kept page by page: the counters go on, and the next page has all of it.
So what is held while home is away is bounded by the number of series, whatever the time.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.exposition import generate_latest

from seatrial.daemons.prober import words
from seatrial.daemons.shared.log import Log

EVERY_S, TIMEOUT_S = 2.0, 4.0
_TAKEN, _DENIED = 204, frozenset({401, 403})


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where to send: the URL of home, by which name this place is known, and what it shows.

    `ca` is a PEM file of whom to trust, or a URL where home shows it (a rehearsal's stand-in).
    `token` is a file, read at each start. A `stand_in` gives way to the real one of its place.
    """

    url: str
    place: str
    ca: str
    token: Path
    stand_in: bool = False


def load(path: Path) -> Home:
    """Read the file; paths in it are relative to it. Raises PlanError."""
    try:
        found: Any = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError) as error:
        raise words.PlanError(f"{path}: cannot be read: {error}") from error
    words.only(found, str(path), {"url", "place", "ca", "token", "stand_in"})
    url = words.url(found.get("url"), f"{path}: url")
    if not url.startswith("https://"):
        raise words.PlanError(f"{path}: url: begins with https://: a token is sent there")
    ca = words.text(found, "ca", str(path))
    return Home(
        url=url,
        place=words.text(found, "place", str(path)),
        ca=ca if ca.startswith("http://") else str(path.parent / ca),
        token=path.parent / words.text(found, "token", str(path)),
        stand_in=words.flag(found, "stand_in", str(path), default=False),
    )


class Sender:
    """Sends the newest page every EVERY_S seconds."""

    def __init__(self, home: Home, registry: CollectorRegistry, log: Log) -> None:
        self._home, self._registry, self._log = home, registry, log
        self._start, self._number = secrets.token_hex(8), 0
        self._last = ""
        try:
            self._token = home.token.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise words.PlanError(f"{home.token}: cannot be read: {error}") from error
        self._sent = Counter(
            "home_pages",
            "Pages for home: sent, unreachable, denied (home knows no such token), refused.",
            ("outcome",),
            registry=registry,
        )
        self._unsent = Gauge(
            "home_unsent_runs",
            "Runs and checks that ended since home last took a page; they are in the next.",
            registry=registry,
        )
        self._told = 0.0
        for outcome in ("sent", "unreachable", "denied", "refused"):
            self._sent.labels(outcome)

    async def run(self) -> None:
        """Run until cancelled."""
        context: ssl.SSLContext | None = None
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_S), trust_env=False
        ) as session:
            while True:
                try:
                    context = context or await self._trusting(session)
                    outcome, said = await self._send(session, context)
                except (aiohttp.ClientError, OSError, TimeoutError) as error:
                    outcome, said = "unreachable", f"{type(error).__name__}: {error}"
                self._sent.labels(outcome).inc()
                self._tell(outcome, said)
                await asyncio.sleep(EVERY_S)

    async def _trusting(self, session: aiohttp.ClientSession) -> ssl.SSLContext:
        if not self._home.ca.startswith("http://"):
            return ssl.create_default_context(cafile=self._home.ca)
        async with session.get(self._home.ca) as answer:
            answer.raise_for_status()
            return ssl.create_default_context(cadata=await answer.text())

    async def _send(
        self, session: aiohttp.ClientSession, context: ssl.SSLContext
    ) -> tuple[str, str]:
        ended = self._registry.get_sample_value("prober_ended_total") or 0.0
        self._unsent.set(ended - self._told)
        self._number += 1
        async with session.post(
            f"{self._home.url}/v1/places/{self._home.place}",
            data=generate_latest(self._registry),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Seatrial-Start": self._start,
                "Seatrial-Number": str(self._number),
                **({"Seatrial-Stand-In": "1"} if self._home.stand_in else {}),
            },
            ssl=context,
            allow_redirects=False,  # the token is for home alone
        ) as answer:
            if answer.status == _TAKEN:
                self._told = ended
                return "sent", ""
            said = (await answer.text(errors="replace"))[:200]
            outcome = "denied" if answer.status in _DENIED else "refused"
            return outcome, f"{answer.status} {said}"

    def _tell(self, outcome: str, said: str) -> None:
        """Log a change alone."""
        if outcome == self._last:
            return
        self._last = outcome
        tell = self._log.info if outcome == "sent" else self._log.fault
        tell("home", outcome=outcome, fault=said)


@contextlib.asynccontextmanager
async def sending(sender: Sender | None) -> AsyncIterator[None]:
    """Send beside whatever runs inside; nothing where nobody is to be told."""
    task = asyncio.create_task(sender.run()) if sender is not None else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
