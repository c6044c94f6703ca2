"""Makes an image that stands in for another, once: what was made is kept in the cache."""

import hashlib
import io
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import Client, failures
from seatrial.runtimes.compose.images.image import STAND_IN
from seatrial.runtimes.compose.images.standin import machine, root
from seatrial.runtimes.compose.images.standin.recipes import Recipe
from seatrial.runtimes.local.install import cache as caches
from seatrial.runtimes.local.install.apt import Apt, AptSuites
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import Unavailable
from seatrial.runtimes.local.install.version import new_enough

_DEBS = "seatrial-packages"
_LAST_LINES = 15
_BLOCK = 1 << 20
_NEEDLESS = (
    "/usr/share/doc/*",
    "/usr/share/man/*",
    "/usr/share/locale/*",
    "/var/lib/apt/lists/*",
    "/var/log/*.log",
    "/var/cache/debconf/*-old",
)
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Maker:
    """What making needs."""

    client: Client
    cache: Path | None
    commands: Commands

    def make(self, reference: str, recipe: Recipe, tell: Tell) -> None:
        """Make the image and give it the name. Raises RuntimeFailure, Unavailable, OSError."""
        cache = caches.open_cache(self.cache)
        kept = cache.root / "images" / f"{recipe.name}-{_key(recipe)}.tar"
        if not kept.is_file():
            with caches.held(cache, lambda: tell("waiting for another installation")) as work:
                if not kept.is_file():
                    self._file(recipe, work, kept, tell)
        tell(f"loading what stands in for {reference}")
        with failures(f"loading {reference}"):
            self._import(kept, reference, (f"LABEL {STAND_IN}=1", *recipe.changes))

    def _file(self, recipe: Recipe, work: Path, kept: Path, tell: Tell) -> None:
        apt = self._suite(recipe, AptSuites(work, self.commands), tell)
        tell(f"downloading packages of {apt.suite}")
        archives = root.download(apt, recipe.packages, self.commands)
        tell(f"unpacking {len(archives)} packages")
        raw = work / "root.tar"
        dump = self.commands.run(["apt-config", "dump"]).output
        sources = (apt.conf.parent / "seatrial.sources").read_text(encoding="utf-8")
        texts = ((path, text, 0o755) for path, text in recipe.texts)
        root.write(archives, (*machine.files(sources, dump), *texts), raw)
        tell("configuring")
        made = work / "made.tar"
        with failures("making a base image"):
            self._configured(raw, archives, recipe, made)
        kept.parent.mkdir(parents=True, exist_ok=True)
        made.rename(kept)

    def _suite(self, recipe: Recipe, suites: AptSuites, tell: Tell) -> Apt:
        """The first suite that has the version; else the first that has a newer one."""
        newer: Apt | None = None
        for name in recipe.suites:
            apt = suites.suite(name, partial(tell, f"fetching the lists of {name}"))
            found = self._version(apt, recipe.package)
            if f"{found}.".startswith(f"{recipe.version}.") or (found and not recipe.version):
                return apt
            if newer is None and new_enough(found, recipe.version):
                newer = apt
        if newer is None or recipe.exact:
            raise Unavailable(f"no suite of Debian has {recipe.name} {recipe.version}")
        return newer

    def _version(self, apt: Apt, package: str) -> str:
        """The product's version of a package in a suite; empty where it is not in it."""
        told = self.commands.run(
            ["apt-cache", "show", "--no-all-versions", package], env={"APT_CONFIG": str(apt.conf)}
        )
        for line in told.output.splitlines():
            if told.ok and line.startswith("Version: "):
                return upstream(line.removeprefix("Version: "))
        return ""

    def _configured(self, raw: Path, archives: Sequence[Path], recipe: Recipe, into: Path) -> None:
        """Let the packages configure themselves in a container without a network."""
        sdk = self.client.sdk
        name = f"seatrial/unconfigured:{_key(recipe)}"
        self._import(raw, name, ())
        container = sdk.containers.create(
            name,
            ["/bin/sh", "-euc", _script(recipe)],
            environment={"DEBIAN_FRONTEND": "noninteractive", "PATH": "/usr/sbin:/usr/bin"},
            network_mode="none",
        )
        try:
            container.put_archive("/", _packed(archives))
            container.start()
            if container.wait(timeout=600)["StatusCode"] != 0:
                said = container.logs(tail=_LAST_LINES).decode(errors="replace").splitlines()
                raise RuntimeFailure(
                    f"the packages of {recipe.name} cannot be configured",
                    "see the lines above; then run it again",
                    tuple(said),
                )
            blocks: Any = container.export()  # its stubs say text, it gives bytes
            with into.open("wb") as file:
                for block in blocks:
                    file.write(block)
        finally:
            container.remove(force=True, v=True)
            sdk.images.remove(name, force=True)

    def _import(self, file: Path, reference: str, changes: Sequence[str]) -> None:
        repository, _, tag = reference.partition(":")  # stand-ins' names have no port
        api: Any = self.client.sdk.api
        with file.open("rb") as stream:
            # In blocks: for a whole file the library sends a length and chunks at once.
            api.import_image_from_stream(
                iter(lambda: stream.read(_BLOCK), b""),
                repository=repository,
                tag=tag or "latest",
                changes=list(changes),
            )


def upstream(version: str) -> str:
    """The product's version in that of a Debian package (Debian policy 5.6.12)."""
    plain = version.partition(":")[2] or version
    return (plain.rpartition("-")[0] or plain).partition("+")[0].partition("~")[0]


def _key(recipe: Recipe) -> str:
    return hashlib.sha256(repr(recipe).encode()).hexdigest()[:12]


def _script(recipe: Recipe) -> str:
    return "\n".join(
        (
            recipe.before,
            f"dpkg --force-unsafe-io --force-depends --install /{_DEBS}/*.deb >/dev/null",
            "update-ca-certificates >/dev/null",
            recipe.script,
            f"rm -rf /{_DEBS} {' '.join(_NEEDLESS)}",
        )
    )


def _packed(archives: Sequence[Path]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as into:
        for archive in archives:
            into.add(archive, f"{_DEBS}/{archive.name}", recursive=False)
    return packed.getvalue()
