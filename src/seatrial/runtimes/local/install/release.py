"""Takes an engine from the project's own release archive, its SHA-256 checked first."""

import platform
import re
import shutil
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.contract.engine import Release
from seatrial.runtimes.local.install.acquired import Acquired
from seatrial.runtimes.local.install.failure import Unavailable

if TYPE_CHECKING:
    from seatrial.runtimes.local.install.fetch import Fetcher

_ARCHES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "armv7", "riscv64": "riscv64"}


def architecture(machine: str | None = None) -> str:
    """This machine's CPU, in the words of Go and Debian."""
    machine = machine or platform.machine()
    return _ARCHES.get(machine, machine)


def listed(sums: str, name: str) -> str | None:
    """The digest of a file in a list as `sha256sum` writes it, or in a file of one digest alone."""
    if re.fullmatch(r"[0-9a-fA-F]{64}", sums.strip()):
        return sums.strip().lower()
    for line in sums.splitlines():
        digest, _, file = line.strip().partition(" ")
        if file.strip().lstrip("*").removeprefix("./") == name:
            return digest.lower()
    return None


def acquire(
    source: Release,
    programs: Iterable[str],
    fetcher: "Fetcher",
    stage: Path,
    tell: Callable[[str], None],
) -> Acquired:
    """Download, check and unpack below `stage/root`. Raises Unavailable, OSError."""
    arch = architecture()
    url = source.url.format(version=source.version, arch=arch)
    name = url.rsplit("/", 1)[-1]
    tell("asking for its checksum")
    expected = source.sha256.get(arch)
    if source.sums_url:
        sums = fetcher.text(source.sums_url.format(version=source.version, arch=arch))
        expected = listed(sums, name)
    if expected is None:
        raise Unavailable(f"no checksum is published for {name}")
    archive = stage / name
    tell("downloading")
    digest = fetcher.file(url, archive)
    if digest != expected:
        raise Unavailable(f"{name} has the SHA-256 {digest}, published is {expected}")
    tell("unpacking")
    root = stage / "root"
    unpack(archive, root, source.strip)
    archive.unlink()
    return Acquired(
        programs={each: _inside(root, source.programs.get(each, each)) for each in programs}
    )


def unpack(archive: Path, into: Path, strip: int) -> None:
    """Unpack a tar without the first `strip` folders. Raises Unavailable on a bad archive.

    Files only, by hand: the filters of tarfile are not there in Debian 12's Python (3.11.2).
    """
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                parts = Path(member.name).parts[strip:]
                held = tar.extractfile(member) if parts and member.isfile() else None
                if held is None:
                    continue
                if ".." in parts or Path(*parts).is_absolute():
                    raise Unavailable(f"{archive.name} would write outside: {member.name}")
                path = into.joinpath(*parts)
                path.parent.mkdir(parents=True, exist_ok=True)
                with held, path.open("wb") as file:
                    shutil.copyfileobj(held, file)
                path.chmod(0o755 if member.mode & 0o100 else 0o644)
    except (tarfile.TarError, EOFError) as error:
        raise Unavailable(f"{archive.name} cannot be unpacked: {error}") from error


def _inside(root: Path, program: str) -> Path:
    found = next(
        (path for path in (root / program, root / "bin" / program) if path.is_file()), None
    )
    if found is None:
        raise Unavailable(f"the archive holds no {program}")
    return found
