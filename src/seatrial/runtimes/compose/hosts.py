"""Where a container engine may answer: what the user chose, else the usual sockets."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from docker.context import ContextAPI
from docker.errors import DockerException
from docker.tls import TLSConfig
from docker.utils import kwargs_from_env

from seatrial.contract.runtime import RuntimeFailure

_DOCKER = "/var/run/docker.sock"
_DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """An engine's address. One that was `chosen` by name is the only one that is asked."""

    url: str
    tls: TLSConfig | None = None
    chosen: bool = False


def hosts(environ: Mapping[str, str]) -> Iterator[Host]:
    """Addresses in the order in which to ask them. Raises RuntimeFailure for an unknown context."""
    if environ.get("DOCKER_HOST"):
        found = kwargs_from_env(environment=dict(environ))
        yield Host(url=str(found["base_url"]), tls=found.get("tls"), chosen=True)
        return
    chosen = _context(environ)
    if chosen is not None:
        yield chosen
        return
    for path in sockets(environ):
        if Path(path).exists():
            yield Host(url=f"unix://{path}")


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
        raise RuntimeFailure(
            f"the context of docker cannot be read: {error}", "see `docker context ls`"
        ) from error
    if found is None:
        raise RuntimeFailure(f"docker has no context {name}", "see `docker context ls`")
    if found.name == _DEFAULT:
        return None
    return Host(url=str(found.Host), tls=found.TLSConfig, chosen=True)
