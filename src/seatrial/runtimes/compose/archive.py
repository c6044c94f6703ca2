"""Tar archives: how files go into a container and come out, wherever its engine runs. Pure."""

import io
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file, or a folder where `data` is None; `path` is relative to where it is unpacked.

    With `link` it is a symbolic link that leads there.
    """

    path: str
    data: bytes | None
    mode: int
    uid: int
    gid: int
    link: str = ""


def packed(entries: Iterable[Entry], now: float) -> bytes:
    """The archive of these entries, in their order, made at `now`; owners by number only."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for each in entries:
            info = tarfile.TarInfo(each.path)
            info.mode, info.uid, info.gid, info.mtime = each.mode, each.uid, each.gid, now
            if each.link:
                info.type, info.linkname = tarfile.SYMTYPE, each.link
                tar.addfile(info)
            elif each.data is None:
                info.type = tarfile.DIRTYPE
                tar.addfile(info)
            else:
                info.size = len(each.data)
                tar.addfile(info, io.BytesIO(each.data))
    return made.getvalue()


def only_file(archive: bytes) -> bytes | None:
    """The content of the one file of an archive; None when it holds none."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for each in tar:
            if each.isfile():
                opened = tar.extractfile(each)
                return opened.read() if opened is not None else None
    return None
