"""Which programs: Podman of the machine's own Debian, and the command line that asks it."""

import sys

from scripts.docker.unpack import Product

from seatrial.contract.engine import Debian

_HELPERS = "usr/lib/podman"
PRODUCT = Product(
    name="podman",
    title="Podman",
    suites=("",),
    main="podman",
    source=Debian(
        packages=(
            "podman",
            "conmon",
            "golang-github-containers-common",
            "netavark",
            "aardvark-dns",
        ),
        programs={
            "podman": "usr/bin/podman",
            "conmon": "usr/bin/conmon",
            "netavark": f"{_HELPERS}/netavark",
            "aardvark-dns": f"{_HELPERS}/aardvark-dns",
            "rootlessport": f"{_HELPERS}/rootlessport",
        },
    ),
    cure="install Podman, start `podman system service` and name its socket in DOCKER_HOST",
)


def say(text: str) -> None:
    """A step, for whoever watches."""
    sys.stderr.write(f"podman  {text}\n")
