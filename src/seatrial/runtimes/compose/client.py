"""Opens the container engine: the one that the user's own `docker` would ask, else Podman.

What the engine answers with an error becomes a RuntimeFailure here, with a cure.
"""

import os
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import docker
import requests.exceptions
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.hosts import Host, hosts, remote
from seatrial.runtimes.compose.tunnel import Tunnel

MINIMUM = (1, 43)  # Docker Engine 24
_PODMAN = (4, 3)  # it tells an old version of Docker's API, whatever it can do
_TIMEOUT_S = 60
_UNIX = "unix://"
_SSH = "ssh://"
_INSTALL = "install Docker Engine or Podman and start it, or name one in DOCKER_HOST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A container engine that answers.

    `sdk` is the docker library's client, `api` the version that both sides speak, `rootless` an
    engine that runs as an ordinary user, `desktop` one in a virtual machine of its own: the
    addresses of its containers cannot be reached from here. `root` is its folder on its own
    machine, `security` names what keeps its containers apart. `tunnel` leads to an engine on
    another machine.
    """

    sdk: docker.DockerClient = field(repr=False)
    tunnel: Tunnel | None = field(default=None, repr=False)
    host: str
    podman: bool
    version: str
    api: tuple[int, int]
    rootless: bool
    desktop: bool
    architecture: str
    root: str = ""
    security: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The product's name."""
        return "Podman" if self.podman else "Docker Engine"

    def reachable(self) -> None:
        """Raise RuntimeFailure for an engine whose containers' ports cannot be reached."""
        if self.tunnel is None and remote(self.host):
            raise _far(self.host)

    def published(self, address: str, port: int) -> tuple[str, int]:
        """Where a port is reached that the engine has published on its own machine."""
        return (address, port) if self.tunnel is None else self.tunnel.to(address, port)

    @property
    def new_enough(self) -> bool:
        """Whether it has everything that seatrial asks for."""
        return _numbers(self.version) >= _PODMAN if self.podman else self.api >= MINIMUM

    @property
    def buildkit(self) -> bool:
        """Whether the command line `docker` can have it build with BuildKit."""
        return not self.podman

    def environment(self) -> dict[str, str]:
        """For the command line `docker`, so that it asks the same engine.

        Without the user's own COMPOSE_*: they name projects, profiles and files that are not ours.
        """
        found = {
            key: value
            for key, value in os.environ.items()
            if key != "DOCKER_CONTEXT" and not key.startswith("COMPOSE_")
        }
        there = self.host if self.tunnel is None else f"{_UNIX}{self.tunnel.socket}"
        # Podman has no BuildKit: the command line would fetch an image of it and fail
        builder = {} if self.buildkit else {"DOCKER_BUILDKIT": "0"}
        return {**found, **builder, "DOCKER_HOST": there}

    def close(self) -> None:
        """Give the connection back."""
        self.sdk.close()
        if self.tunnel is not None:
            self.tunnel.close()


def open_client(environ: Mapping[str, str] | None = None) -> Client:
    """The engine that `environ` (the caller's by default) leads to.

    DOCKER_HOST, else DOCKER_CONTEXT or the current context, else the usual sockets of Docker and
    Podman. Raises RuntimeFailure: none there, not allowed, too old.
    """
    refused: RuntimeFailure | None = None
    for host in hosts(os.environ if environ is None else environ):
        try:
            return _open(host)
        except RuntimeFailure as failure:
            # Of several places the first that is there at all tells what is wrong.
            refused = refused or (_of_chosen(failure, host) if host.chosen else failure)
            if host.chosen:
                break
    raise refused or RuntimeFailure("no container engine is on this machine", _INSTALL)


def _of_chosen(failure: RuntimeFailure, host: Host) -> RuntimeFailure:
    """Who has named an engine needs none: it does not run, or its name is wrong."""
    if failure.cure != _INSTALL:
        return failure
    cure = f"start the engine at {host.url}, or name another; see DOCKER_HOST, `docker context ls`"
    return RuntimeFailure(failure.summary, cure, failure.logs)


def _open(host: Host) -> Client:
    with ExitStack() as opened:
        tunnel = Tunnel(host.url) if host.url.startswith(_SSH) else None
        if tunnel is not None:
            opened.callback(tunnel.close)
        url = host.url if tunnel is None else f"{_UNIX}{tunnel.socket}"
        with failures(f"asking the container engine at {host.url}"):
            _reach(url)
            sdk = docker.DockerClient(
                base_url=url,
                version="auto",
                timeout=_TIMEOUT_S,
                tls=host.tls or False,
            )
            opened.callback(sdk.close)
            client = _client(sdk, host, tunnel, sdk.version(), sdk.info())
            if client.new_enough:
                opened.pop_all()
                return client
            raise RuntimeFailure(
                f"{client.title} {client.version} at {host.url} is too old: it speaks version"
                f" {_dotted(client.api)} of Docker's API, seatrial needs {_dotted(MINIMUM)}",
                "update it: Docker Engine 24 or newer, or Podman 4.3 or newer",
            )


def _far(url: str) -> RuntimeFailure:
    return RuntimeFailure(
        f"the container engine at {url} is on another machine, and the ports of containers are"
        " published for that machine alone",
        "name it as ssh://USER@HOST in DOCKER_HOST or in a context of docker",
    )


def _reach(url: str) -> None:
    """See that somebody listens at a socket: the library leaks one that it cannot connect."""
    if url.startswith(_UNIX):
        with socket.socket(socket.AF_UNIX) as opened:
            opened.settimeout(_TIMEOUT_S)
            opened.connect(url.removeprefix(_UNIX))


def _client(
    sdk: docker.DockerClient,
    host: Host,
    tunnel: Tunnel | None,
    version: Mapping[str, Any],
    info: Mapping[str, Any],
) -> Client:
    parts = [str(each.get("Name", "")) for each in version.get("Components") or ()]
    podman = any("Podman" in each for each in parts)
    system = str(info.get("OperatingSystem", ""))
    security = tuple(map(str, info.get("SecurityOptions") or ()))
    return Client(
        sdk=sdk,
        tunnel=tunnel,
        host=host.url,
        podman=podman,
        version=str(version.get("Version", "")),
        api=_numbers(str(version.get("ApiVersion", ""))),
        rootless=any("rootless" in each for each in security),
        desktop="Docker Desktop" in system,
        architecture=str(info.get("Architecture", "")),
        root=str(info.get("DockerRootDir", "")),
        security=security,
    )


@contextmanager
def failures(doing: str) -> Iterator[None]:
    """Turn the engine's errors into RuntimeFailure; `doing` says what was tried ("pulling x").

    Errors that a caller can answer (an image or a container that is not there) are to be caught
    inside.
    """
    try:
        yield
    except APIError as error:
        raise _told(doing, str(error.explanation or error)) from error
    except (DockerException, requests.exceptions.RequestException, OSError) as error:
        raise _told(doing, str(error)) from error


_SIGNS = (
    (
        ("Permission denied", "permission denied while trying to connect"),
        "you may not use the container engine",
        "add yourself to the group `docker` and log in again, or use rootless Docker or Podman",
    ),
    (
        ("no space left on device", "No space left on device", "disk quota exceeded"),
        "the disk of the container engine is full",
        "see `docker system df`; `docker system prune` makes room",
    ),
    (
        ("port is already allocated", "address already in use"),
        "a port is taken",
        "stop what listens there: `ss -ltnp` shows it",
    ),
    (
        ("Read timed out", "read timeout", "deadline exceeded"),
        "the container engine did not answer in time",
        "see whether the machine is overloaded, then run it again",
    ),
    (
        (
            "Connection refused",
            "NewConnectionError",
            "No such file or directory",
            "FileNotFoundError",
            "ConnectionRefusedError",
            "Connection aborted",
            "Remote end closed",
        ),
        "the container engine does not answer",
        _INSTALL,
    ),
)


def _told(doing: str, text: str) -> RuntimeFailure:
    for signs, summary, cure in _SIGNS:
        if any(sign in text for sign in signs):
            return RuntimeFailure(f"{summary}: {doing} failed ({_short(text)})", cure)
    return RuntimeFailure(f"{doing} failed: {_short(text)}", "see what the engine says above")


def _short(text: str) -> str:
    return " ".join(text.split())[-300:]


def _numbers(text: str) -> tuple[int, int]:
    match = re.match(r"(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


__all__ = ["MINIMUM", "Client", "ImageNotFound", "NotFound", "failures", "open_client"]
