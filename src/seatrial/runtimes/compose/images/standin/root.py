"""The packages of a new Debian system, and its files before any of them is configured.

All of it is done by the user's own rights: nothing is unpacked onto this machine's disk but one
archive, in which every file belongs to root.
"""

import io
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from subprocess import PIPE
from typing import IO

from seatrial.runtimes.local.install.apt import Apt
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import Unavailable, refusal

# What a system needs to install more by itself; and what keeps `usrmerge` (and all of Perl) away.
_ALWAYS = ("?essential", "apt", "ca-certificates")
_MERGED = "usr-is-merged"
_IN_USR = ("bin", "sbin", "lib", "lib64", "lib32", "libx32", "libo32")
_QUIET = (("var/lib/dpkg/status", ""), ("etc/.pwd.lock", ""))


def download(apt: Apt, packages: Sequence[str], commands: Commands) -> tuple[Path, ...]:
    """The archives of a new system with these packages and all they need. Raises Unavailable."""
    output = ""
    for merged in ((_MERGED,), ()):  # newer suites are merged anyway and lack the package
        done = commands.run(
            [
                *("apt-get", "--quiet", "--yes", "--no-install-recommends", "--download-only"),
                *("install", *_ALWAYS, *merged, *packages),
            ],
            env={"APT_CONFIG": str(apt.conf)},
            timeout=600,
        )
        if done.ok:
            return tuple(sorted((apt.conf.parent / "cache/archives").glob("*.deb")))
        output = done.output
    raise refusal(f"downloading {' '.join(packages) or 'the base system'} failed", output)


def write(archives: Iterable[Path], extra: Iterable[tuple[str, str, int]], into: Path) -> None:
    """One archive of everything that the packages hold, laid out as a merged /usr.

    `extra` are files (path, text, mode). Raises Unavailable, OSError.
    """
    commands = Commands()
    seen: set[str] = set()
    with tarfile.open(into, "w", format=tarfile.GNU_FORMAT) as root:
        for member, data in (*_links(), *_files(extra)):
            seen.add(member.name)
            root.addfile(member, data)
        for archive in archives:
            for member, data in _members(archive, commands):
                if member.name not in seen:  # an image takes no path twice
                    seen.add(member.name)
                    root.addfile(member, data)


def _links() -> Iterator[tuple[tarfile.TarInfo, IO[bytes] | None]]:
    for name in _IN_USR[:4]:
        folder, link = tarfile.TarInfo(f"usr/{name}"), tarfile.TarInfo(name)
        folder.type, folder.mode = tarfile.DIRTYPE, 0o755
        link.type, link.linkname, link.mode = tarfile.SYMTYPE, f"usr/{name}", 0o777
        yield folder, None
        yield link, None


def _files(
    extra: Iterable[tuple[str, str, int]],
) -> Iterator[tuple[tarfile.TarInfo, IO[bytes] | None]]:
    for path, text, mode in (*((path, text, 0o644) for path, text in _QUIET), *extra):
        member = tarfile.TarInfo(path)
        member.mode, member.size = mode, len(text.encode())
        yield member, io.BytesIO(text.encode())


def _members(
    archive: Path, commands: Commands
) -> Iterator[tuple[tarfile.TarInfo, IO[bytes] | None]]:
    process = commands.start(["dpkg-deb", "--fsys-tarfile", str(archive)], output=PIPE)
    try:
        if process.stdout is None:
            raise Unavailable("no output of dpkg-deb")
        with tarfile.open(fileobj=process.stdout, mode="r|") as files:
            for member in files:
                moved = _moved(member)
                if moved is not None:
                    yield moved, files.extractfile(member) if member.isreg() else None
    except tarfile.TarError as error:
        raise Unavailable(f"{archive.name} cannot be read: {error}") from error
    finally:
        commands.end(process)


def _moved(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """The member where a merged /usr has it; None for the folders that are links there."""
    path = merged(member.name)
    if path in ("", *_IN_USR):
        return None
    member.name = path
    if member.islnk():
        member.linkname = merged(member.linkname)
    return member


def merged(path: str) -> str:
    """A path of a package as it is on a system whose /bin, /sbin and /lib are in /usr."""
    plain = path.removeprefix("./").strip("/")
    first, slash, _ = plain.partition("/")
    return f"usr/{plain}" if slash and first in _IN_USR else plain
