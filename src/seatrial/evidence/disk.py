"""What is wholly there or not there at all, also after a crash: files, and lines of a journal."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any


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


def appended(descriptor: int, entry: Mapping[str, Any]) -> None:
    """One more line of a journal, synced; the descriptor is closed. Raises OSError."""
    # a line that starts anew also ends one that a crash left torn
    data = f"\n{json.dumps(entry, sort_keys=True)}\n".encode()
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lines(text: str) -> tuple[dict[str, Any], ...]:
    """All whole lines of a journal; a torn one was never written."""
    found = []
    for line in text.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # torn by a crash while it was written, or empty
        if isinstance(entry, dict) and "is" in entry:
            found.append(entry)
    return tuple(found)
