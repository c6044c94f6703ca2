"""The file that says what a daemon is to do."""

from __future__ import annotations

from pathlib import Path

from seatrial.daemons.shared.errors import StartError


def text(path: Path) -> str:
    """Its text. Raises StartError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"{path}: cannot be read: {error}") from error
