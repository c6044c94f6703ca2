"""The engine's programs: unpacked from Debian into the cache, whole or not at all.

The engine, its command line, compose and buildx come from a suite that has them new enough. What
must fit this machine's C library and kernel (runc, iptables, modprobe) comes from its own suite.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from scripts.docker import unpack
from scripts.docker.unpack import Programs

from seatrial.contract.engine import Debian
from seatrial.runtimes.local.install import cache as caches

NAME = "docker"
_PLUGINS = "usr/libexec/docker/cli-plugins"
_PACKAGE = ("docker", "io")  # in parts: its name is that of a registry, too
_ENGINE = Debian(
    packages=(".".join(_PACKAGE), "docker-cli", "docker-compose", "docker-buildx", "containerd"),
    programs={
        "dockerd": "usr/*bin/dockerd",
        "docker-proxy": "usr/*bin/docker-proxy",
        "docker": "usr/bin/docker",
        "containerd": "usr/bin/containerd",
        "containerd-shim-runc-v2": "usr/bin/containerd-shim-runc-v2",
        "docker-compose": f"{_PLUGINS}/docker-compose",
        "docker-buildx": f"{_PLUGINS}/docker-buildx",
    },
)
PRODUCT = unpack.Product(
    name=NAME,
    title="Docker Engine",
    suites=("trixie", "sid"),
    main="dockerd",
    source=_ENGINE,
    cure="install Docker Engine and start it",
)


def plugins(programs: Programs) -> tuple[Path, ...]:
    """Of the command line: compose and buildx."""
    return (programs["docker-compose"], programs["docker-buildx"])


def found(cache: caches.Cache) -> Programs | None:
    """The newest that is complete, or None."""
    return unpack.found(PRODUCT, cache)


def install(cache: caches.Cache, tell: Callable[[str], None]) -> Programs:
    """The programs, unpacked where they are not there yet. Raises RuntimeFailure."""
    return unpack.install(PRODUCT, cache, tell)


def say(text: str) -> None:
    """A step, for whoever watches."""
    sys.stderr.write(f"docker  {text}\n")
