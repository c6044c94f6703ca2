"""A recovery key: made, written where it was told to, and read again.

An age key (X25519, https://age-encryption.org/v1) in the form that age-keygen writes, so that age
itself opens a bundle, too.
"""

import datetime as dt
import os
import tempfile
from pathlib import Path

from seatrial.app.unclear import Unclear

_BEGINS, _TOLD = "AGE-SECRET-KEY-", "age1"
_MOST = 64 * 1024  # bytes of a file of keys
_NEW = "`seatrial key new --out FILE` makes one"


def new(out: Path, now: dt.datetime) -> str:
    """Write a new key to a file of mode 0600 that was not there; the half that is told.

    The file is there whole or not at all. Raises Unclear.
    """
    from pyrage.x25519 import Identity  # noqa: PLC0415 - most commands need no key

    if out.is_dir() or str(out) == "-":
        raise Unclear(f"{out} names no file", "name one that is not there yet")
    made = Identity.generate()
    told = str(made.to_public())
    created = now.isoformat(timespec="seconds")
    text = f"# created: {created}\n# public key: {told}\n{made}\n"
    try:
        handle, draft = tempfile.mkstemp(dir=out.parent, prefix=".key-")
    except FileNotFoundError as error:
        raise Unclear(f"there is no folder {out.parent}", "make it, or choose another") from error
    except OSError as error:
        raise Unclear(
            f"{out} cannot be written: {error.strerror}", "choose another folder"
        ) from error
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:  # mkstemp makes it 0600
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, out)  # fails where there is one: no key is ever written over
    except FileExistsError as error:
        raise Unclear(
            f"{out} is there already, and a key is never written over",
            "choose another name, or move it away",
        ) from error
    finally:
        Path(draft).unlink(missing_ok=True)
    return told


def read(path: Path) -> tuple[str, ...]:
    """The keys of a file, one a line, without its comments. Raises Unclear."""
    try:
        with path.open("rb") as opened:
            text = opened.read(_MOST).decode("ascii")
    except OSError as error:
        raise Unclear(f"{path} cannot be read: {error.strerror}", "name the key's file") from error
    except UnicodeDecodeError as error:
        raise Unclear(f"{path} holds no recovery key", _NEW) from error
    lines = [line.strip() for line in text.splitlines()]
    words = [line for line in lines if line and not line.startswith("#")]
    if any(each.startswith(_TOLD) for each in words):
        raise Unclear(
            f"{path} holds the public half of a key, which opens nothing",
            f"name the file with its secret half, which begins with {_BEGINS}",
        )
    if not words or not all(each.startswith(_BEGINS) for each in words):
        raise Unclear(f"{path} holds no recovery key", f"one begins with {_BEGINS}; {_NEW}")
    return tuple(words)
