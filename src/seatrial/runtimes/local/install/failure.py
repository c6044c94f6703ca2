"""Why an engine cannot be had from a source, and the one failure that stops all sources."""

import errno

_FULL = ("No space left on device", "Disk quota exceeded", "not enough free space")
_FULL_NUMBERS = (errno.ENOSPC, errno.EDQUOT)


class Unavailable(Exception):  # noqa: N818 - a fact about a source, not a fault of the program
    """This source cannot give the engine here; the text says why, without a full stop."""


class NoSpace(Unavailable):
    """The disk of the cache is full: no other source would help."""


class Interrupted(Unavailable):
    """The installation was told to stop."""


def refusal(what: str, output: str) -> Unavailable:
    """The failure of a command, with the last line that it printed that says anything."""
    if any(sign in output for sign in _FULL):
        return NoSpace(what)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("E:", "ERROR", "error"))] or lines
    return Unavailable(f"{what}: {told[-1][:300]}" if told else what)


def of_os_error(error: OSError) -> Unavailable:
    """An operating system's error, told apart by whether the disk is full."""
    if error.errno in _FULL_NUMBERS:
        return NoSpace(str(error))
    return Unavailable(str(error))
