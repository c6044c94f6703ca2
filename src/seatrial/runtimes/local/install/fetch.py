"""Downloads over HTTP, and gives up fast where there is no network to a host."""

import hashlib
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import getproxies

import httpx

from seatrial.runtimes.local.install.failure import Unavailable

_CONNECT = 3.0
_READ = 30.0
_BLOCK = 1 << 18


@dataclass(slots=True)
class Fetcher:
    """Downloads of one installation: a host that cannot be reached is asked once only."""

    stopped: Callable[[], bool]
    _hosts: dict[str, Unavailable | None] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def text(self, url: str) -> str:
        """A small text. Raises Unavailable."""
        self._reach(url)
        try:
            with _client() as client:
                return client.get(url).raise_for_status().text
        except (httpx.HTTPError, UnicodeDecodeError) as error:
            raise _told(url, error) from error

    def file(self, url: str, into: Path) -> str:
        """Save a file; gives the SHA-256 of its bytes. Raises Unavailable, OSError."""
        self._reach(url)
        digest = hashlib.sha256()
        try:
            with _client() as client, client.stream("GET", url) as answer, into.open("wb") as file:
                answer.raise_for_status()
                for block in answer.iter_bytes(_BLOCK):
                    if self.stopped():
                        raise Unavailable("interrupted")
                    digest.update(block)
                    file.write(block)
        except httpx.HTTPError as error:
            raise _told(url, error) from error
        return digest.hexdigest()

    def _reach(self, url: str) -> None:
        address = httpx.URL(url)
        if getproxies().get(address.scheme):  # a proxy resolves and connects for us
            return
        port = address.port or (443 if address.scheme == "https" else 80)
        with self._guard:
            if address.host not in self._hosts:
                self._hosts[address.host] = _unreachable(address.host, port)
            reason = self._hosts[address.host]
        if reason is not None:
            raise Unavailable(str(reason))


def _unreachable(host: str, port: int) -> Unavailable | None:
    """Why no connection to a host is made within 3 s, the lookup of its name included."""
    failed: list[str] = []
    reached = threading.Event()

    def attempt() -> None:
        try:
            socket.create_connection((host, port), timeout=_CONNECT).close()
        except OSError as error:
            failed.append(error.strerror or os.strerror(error.errno or 0))
        reached.set()

    # A thread, since the system's lookup of names takes no time limit of ours.
    threading.Thread(target=attempt, daemon=True).start()
    if not reached.wait(_CONNECT):
        return Unavailable(f"{host} does not answer within {_CONNECT:.0f} s")
    return Unavailable(f"{host} cannot be reached: {failed[0]}") if failed else None


def _client() -> httpx.Client:
    timeout = httpx.Timeout(_READ, connect=_CONNECT)
    return httpx.Client(timeout=timeout, follow_redirects=True)


def _told(url: str, error: Exception) -> Unavailable:
    if isinstance(error, httpx.HTTPStatusError):
        return Unavailable(f"{url} answers {error.response.status_code}")
    return Unavailable(f"{url}: {error or type(error).__name__}")
