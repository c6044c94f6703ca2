"""Which of the packs of a restic repository a backup reads once more, so that each has its turn."""

_SHARES = 16  # in as many backups each is read


def due(pack: str, number: int) -> bool:
    """Whether the backup of that number reads the pack of that name."""
    return int(pack[:2], 16) % _SHARES == number % _SHARES
