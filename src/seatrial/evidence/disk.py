"""Files that are either wholly there or not there at all, also after a crash."""

import os
import secrets
from pathlib import Path


def written(path: Path, content: bytes, *, mode: int, replace: bool) -> bool:
    """Write a file atomically: synced under a name of its own, then put in place, then its folder.

    With `replace` False a file that is there already stays; returns whether ours was put there.
    Raises OSError.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)  # whatever the umask says
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            scratch.rename(path)
        else:
            try:
                os.link(scratch, path)
            except FileExistsError:
                return False
    finally:
        scratch.unlink(missing_ok=True)
    synced(path.parent)
    return True


def synced(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
