"""A root file system to be: which file goes where, its digest, and the archive that is sent."""

import hashlib
import io
import json
import os
import stat
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = "root"  # the folder of the archive that becomes the image's root
_SHARED = 0o755


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file: of this machine, or with a text of its own; or a link; or, without any, a folder."""

    source: Path | None = None
    text: str | None = None
    link: str | None = None
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class Tree:
    """Files by their place in the image, without the leading slash."""

    entries: Mapping[str, Entry] = field(default_factory=dict, hash=False)

    def with_(self, more: Mapping[str, Entry]) -> "Tree":
        """This one and more."""
        return Tree({**self.entries, **more})

    def digest(self, *more: str) -> str:
        """Twelve characters that change with what the image is made of.

        A file counts by size and time, not by its bytes: hundreds of megabytes would be read
        before each start. Whoever installs a file gives it another time.
        """
        digest = hashlib.sha256()
        for path, each in sorted(self.entries.items()):
            stamp: tuple[object, ...] = (path, each.mode, each.text, each.link)
            if each.source is not None:
                status = each.source.stat()
                stamp = (*stamp, status.st_size, status.st_mtime_ns)
            digest.update(json.dumps(stamp).encode())
        for text in more:
            digest.update(text.encode() + b"\0")
        return digest.hexdigest()[:12]


def folder(source: Path, place: str, *, without: Iterable[str] = ()) -> Iterator[tuple[str, Entry]]:
    """Every file below a folder of this machine. `without` are beginnings of relative paths."""
    skipped, root = tuple(without), str(source)
    for where, folders, names in os.walk(root):
        # plain text, not Path: a Python's library alone has thousands of files
        inside = f"{where}/"[len(root) + 1 :]
        links = [each for each in folders if os.path.islink(f"{where}/{each}")]  # noqa: PTH114
        folders[:] = sorted(each for each in folders if not f"{inside}{each}/".startswith(skipped))
        for name in sorted((*names, *links)):
            if f"{inside}{name}".startswith(skipped):
                continue
            if (entry := entry_of(Path(where, name))) is not None:
                yield f"{place}/{inside}{name}", entry


def entry_of(path: Path) -> Entry | None:
    """A file or a relative link as it is; None for what cannot be taken along."""
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        link = path.readlink().as_posix()
        return None if link.startswith("/") else Entry(link=link)
    if not stat.S_ISREG(status.st_mode):
        return None
    executable = bool(status.st_mode & stat.S_IXUSR)
    return Entry(source=path, mode=0o755 if executable else 0o644)


def write(tree: Tree, dockerfile: str, into: IO[bytes]) -> None:
    """The archive of a build: the Dockerfile, and below `root/` every file, owned by root."""
    with tarfile.open(fileobj=into, mode="w", format=tarfile.GNU_FORMAT) as archive:
        _text(archive, "Dockerfile", dockerfile)
        for path in _folders(tree):
            archive.addfile(_member(f"{ROOT}/{path}", tarfile.DIRTYPE, _SHARED))
        for path, each in sorted(tree.entries.items()):
            _add(archive, f"{ROOT}/{path}", each)


def _folders(tree: Tree) -> list[str]:
    """Every folder above a file, so that all may enter it."""
    above = {str(parent) for path in tree.entries for parent in Path(path).parents}
    return sorted(above - {"."} - set(tree.entries))


def _add(archive: tarfile.TarFile, path: str, each: Entry) -> None:
    if each.text is not None:
        _text(archive, path, each.text, mode=each.mode)
    elif each.link is not None:
        member = _member(path, tarfile.SYMTYPE, 0o777)
        member.linkname = each.link
        archive.addfile(member)
    elif each.source is None:
        archive.addfile(_member(path, tarfile.DIRTYPE, each.mode))
    else:
        with each.source.open("rb") as file:
            status = os.fstat(file.fileno())
            member = _member(path, tarfile.REGTYPE, each.mode)
            member.size, member.mtime = status.st_size, int(status.st_mtime)
            archive.addfile(member, file)


def _text(archive: tarfile.TarFile, path: str, text: str, mode: int = 0o644) -> None:
    data = text.encode()
    member = _member(path, tarfile.REGTYPE, mode)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


def _member(path: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(path)
    member.type, member.mode = kind, mode
    return member
