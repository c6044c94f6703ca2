"""Pulls official images, and gives a registry up after it could not be reached once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests.exceptions
from docker.errors import APIError, ImageNotFound
from docker.models.images import Image as Found

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import Client, failures

_LOOK_S = 10  # a machine without a network says so in milliseconds, one behind a wall never
_UNREACHABLE = (
    "no such host",
    "server misbehaving",
    "connection refused",
    "connection reset",
    "network is unreachable",
    "no route to host",
    "i/o timeout",
    "deadline exceeded",
    "TLS handshake timeout",
    "Client.Timeout",
    "x509:",
    "EOF",
    "toomanyrequests",
)


@dataclass(slots=True)
class Registries:
    """The registries, as the engine reaches them."""

    client: Client
    _given_up: dict[str, str] = field(default_factory=dict)

    def local(self, reference: str) -> Found | None:
        """An image of this name that is there already."""
        with failures(f"looking for the image {reference}"):
            try:
                return self.client.sdk.images.get(reference)
            except ImageNotFound:
                return None

    def pull(self, reference: str, tell: Callable[[str], None]) -> str:
        """Pull an image; empty when it is there, else why its registry did not give it.

        Raises RuntimeFailure where the registry answers and the image cannot be stored.
        """
        host = registry_of(reference)
        if host in self._given_up:
            return self._given_up[host]
        tell("asking its registry")
        try:
            with self._soon():
                self.client.sdk.images.get_registry_data(reference)
        except (APIError, requests.exceptions.RequestException) as error:
            reason = f"{host} cannot be reached" if _unreachable(error) else _denied(host, error)
            if _unreachable(error):
                self._given_up[host] = reason
            return reason
        tell("pulling")
        with failures(f"pulling {reference}"):
            for event in self.client.sdk.api.pull(reference, stream=True, decode=True):
                if "error" in event:
                    raise RuntimeFailure(
                        f"pulling {reference} failed: {event['error']}",
                        "see `docker system df` for room; then run it again: what is there is kept",
                    )
        return ""

    @contextmanager
    def _soon(self) -> Iterator[None]:
        api = self.client.sdk.api
        usual = api.timeout
        api.timeout = _LOOK_S
        try:
            yield
        finally:
            api.timeout = usual


def registry_of(reference: str) -> str:
    """The registry's host, as the Docker reference grammar tells it from a name."""
    first, slash, _ = reference.partition("/")
    named = slash and ("." in first or ":" in first or first == "localhost")
    return first if named else "the default registry"


def _unreachable(error: Exception) -> bool:
    text = str(error)
    return isinstance(error, requests.exceptions.RequestException) or any(
        sign in text for sign in _UNREACHABLE
    )


def _denied(host: str, error: Exception) -> str:
    told = str(getattr(error, "explanation", "") or error)
    return f"{host} does not give it ({' '.join(told.split())[:200]})"
