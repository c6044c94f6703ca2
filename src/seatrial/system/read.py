"""Reading a file's text without trusting it: kind, size, encoding, control characters."""

import os
import re
import stat
from pathlib import Path

from seatrial.system.problem import Place, Problem

MAX_BYTES = 1 << 20
_UTF8_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
# YAML 1.2, production [1] c-printable, without the byte order mark inside the text.
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_NOT_FILES = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_text(path: Path, file: str, *, most: int = MAX_BYTES) -> str | Problem:
    """The text of the file, or why there is none; `most` bytes at most are accepted."""
    start = Place(file, 1, 1)
    try:
        content = _read_bytes(path, most)
    except FileNotFoundError:
        return Problem(
            "ST1001", start, "the file does not exist", "check the path, or run seatrial init"
        )
    except (OSError, ValueError) as error:
        # ValueError: a path with a NUL in it. Both carry the system's own words.
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return Problem(
            "ST1003",
            start,
            f"the file cannot be read: {reason.lower()}",
            "correct its permissions or the path",
        )
    if isinstance(content, str):
        return Problem("ST1002", start, f"the path names {content}", "name a YAML file")
    if len(content) > most:
        return _too_large(start, most)
    return _decode(content, file)


def _too_large(start: Place, most: int) -> Problem:
    return Problem(
        "ST1004",
        start,
        "the file is larger than 1 MiB"
        if most == MAX_BYTES
        else "with this file the system is larger than 1 MiB",
        "keep one file for each system",
    )


def _read_bytes(path: Path, most: int) -> bytes | str:
    """One byte more than allowed at most, or what the path names instead of a file."""
    # O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            return next((what for test, what in _NOT_FILES if test(mode)), "no regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as opened:
            return opened.read(most + 1)
    finally:
        os.close(descriptor)


def _decode(content: bytes, file: str) -> str | Problem:
    for mark, encoding in _WIDE_MARKS:
        if content.startswith(mark):
            return Problem(
                "ST1005", Place(file, 1, 1), f"the file is {encoding}", "save it as UTF-8"
            )
    content = content.removeprefix(_UTF8_MARK)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        return Problem(
            "ST1005",
            _place_after(before, file),
            f"the byte 0x{content[error.start]:02x} is not UTF-8",
            "save the file as UTF-8",
        )


def check_characters(text: str, file: str) -> Problem | None:
    """The first character that YAML forbids in a text (a NUL, an escape, a lone surrogate)."""
    match = _FORBIDDEN.search(text)
    if match is None:
        return None
    return Problem(
        "ST1006",
        _place_after(text[: match.start()], file),
        f"the control character U+{ord(match[0]):04X} cannot stand in YAML",
        "delete it, or write it as an escape in double quotes",
    )


def _place_after(before: str, file: str) -> Place:
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Place(file, len(lines), len(lines[-1]) + 1)
