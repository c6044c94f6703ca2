"""Rendered files that a hand has edited: each is named, with where its text is now."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from seatrial.app.files import FileChange, FilePlan


def edited(
    console: Console, files: Iterable[FilePlan], folder: str | Path, by: str = "--overwrite"
) -> None:
    """Say of each what was done with it, below the folder that is written into.

    `by` is what replaces those that are left alone.
    """
    for each in files:
        if each.change is not FileChange.EDITED:
            continue
        if each.kept:
            told = f"replaced; what was edited by hand is kept as {folder}/{each.kept}"
        else:
            told = f"was edited by hand and is left alone; `{by}` replaces it and keeps a copy"
        console.print(f"edited  {folder}/{each.path} {told}")
