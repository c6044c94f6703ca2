"""Which of the packs of a restic repository a backup reads once more, so that each has its turn."""

from __future__ import annotations

from collections.abc import Iterable

_SHARES = 16  # in as many backups each is read


def due(pack: str, number: int) -> bool:
    """Whether the backup of that number reads the pack of that name."""
    return int(pack[:2], 16) % _SHARES == number % _SHARES


def following(numbers: Iterable[int]) -> int:
    """The number of the backup after these: each has its own with it.

    How many are kept is no number: it stays as it is once each new one drives out an old one.
    """
    return max(numbers, default=0) + 1
