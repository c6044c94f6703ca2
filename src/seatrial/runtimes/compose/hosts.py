"""Where a container engine may answer: what the user chose, else the usual sockets."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from docker.context import ContextAPI
from docker.errors import DockerException
from docker.tls import TLSConfig
from docker.utils import kwargs_from_env, parse_host

from seatrial.contract.runtime import RuntimeFailure

_DOCKER = "/var/run/docker.sock"
_DEFAULT = "default"
_VARIABLES = "see DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, or unset them"
_CONTEXTS = "see `docker context ls`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """An engine's address. One that was `chosen` by name is the only one that is asked."""

    url: str
    tls: TLSConfig | None = None
    chosen: bool = False

    @property
    def remote(self) -> bool:
        """Whether the engine is on another machine; a loopback address is taken for this one."""
        return remote(self.url)


def remote(url: str) -> bool:
    """Whether an engine's address, a valid one, is that of another machine."""
    found = urlsplit(str(parse_host(_bare(url))))
    if found.scheme in {"http+unix", "npipe"}:
        return False
    return found.scheme == "ssh" or not _loopback(found.hostname or "")


def _bare(url: str) -> str:
    """Without the path of a socket behind ssh, which `docker` takes and its library does not."""
    found = urlsplit(url)
    return f"ssh://{found.netloc}" if found.scheme == "ssh" else url


def _loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def hosts(environ: Mapping[str, str]) -> Iterator[Host]:
    """Addresses in the order in which to ask them.

    Raises RuntimeFailure for an unknown context, an address that is none, lost certificates.
    """
    if environ.get("DOCKER_HOST"):
        yield _named(environ)
        return
    chosen = _context(environ)
    if chosen is not None:
        yield chosen
        return
    for path in sockets(environ):
        if Path(path).exists():
            yield Host(url=f"unix://{path}")


def _named(environ: Mapping[str, str]) -> Host:
    url = environ["DOCKER_HOST"]
    try:
        tls = kwargs_from_env(environment=dict(environ)).get("tls")
    except (DockerException, OSError) as error:
        raise RuntimeFailure(
            f"the certificates for the container engine at {url} cannot be read: {_line(error)}",
            _VARIABLES,
        ) from error
    return _valid(Host(url=url, tls=tls, chosen=True), _VARIABLES)


def _valid(host: Host, cure: str) -> Host:
    try:
        parse_host(_bare(host.url), tls=host.tls is not None)
    except (DockerException, ValueError) as error:
        raise RuntimeFailure(
            f"{host.url} is not the address of a container engine: {_line(error)}", cure
        ) from error
    return host


def _line(error: Exception) -> str:
    return " ".join(str(error).split())


def sockets(environ: Mapping[str, str], user: int | None = None) -> tuple[str, ...]:
    """The usual sockets: Docker's, rootless Docker's, Podman's."""
    own = environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid() if user is None else user}"
    return (
        _DOCKER,
        f"{own}/docker.sock",
        f"{own}/podman/podman.sock",
        "/run/podman/podman.sock",
    )


def _context(environ: Mapping[str, str]) -> Host | None:
    name = environ.get("DOCKER_CONTEXT")
    try:
        found = ContextAPI.get_context(name) if name else ContextAPI.get_current_context()
    except (DockerException, OSError, ValueError) as error:
        raise RuntimeFailure(f"the context of docker cannot be read: {error}", _CONTEXTS) from error
    if found is None:
        raise RuntimeFailure(f"docker has no context {name}", _CONTEXTS)
    if found.name == _DEFAULT:
        return None
    return _valid(Host(url=str(found.Host), tls=found.TLSConfig, chosen=True), _CONTEXTS)
