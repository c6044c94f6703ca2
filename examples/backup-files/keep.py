"""A SQLite file put out while it is written to, looked at, and brought back.

keep.py out DATA OUT | keep.py back OUT DATA | keep.py look DATA UPLOADS
"""

import shutil
import sqlite3
import sys
from pathlib import Path

_NAME = "app.db"


def out(data: Path, folder: Path) -> int:
    """As it is at one moment, by SQLite's own backup."""
    source, target = sqlite3.connect(data / _NAME), sqlite3.connect(folder / _NAME)
    with source, target:
        source.backup(target)
    return 0


def back(folder: Path, data: Path) -> int:
    """Lay it down for a copy."""
    shutil.copyfile(folder / _NAME, data / _NAME)
    return 0


def look(data: Path, uploads: Path) -> int:
    """Whether SQLite finds it whole, and each file that it names is there, as large as it was."""
    found = sqlite3.connect(data / _NAME)
    sound = found.execute("PRAGMA integrity_check").fetchone()[0]
    rows = found.execute("SELECT name, size FROM uploads").fetchall()
    lost = [name for name, size in rows if not _as_large(uploads / name, size)]
    if sound != "ok" or lost:
        print(f"integrity: {sound}; lost: {', '.join(lost[:5]) or 'none'}", file=sys.stderr)
        return 1
    return 0


def _as_large(file: Path, size: int) -> bool:
    return file.is_file() and file.stat().st_size == size


if __name__ == "__main__":
    act = {"out": out, "back": back, "look": look}[sys.argv[1]]
    sys.exit(act(Path(sys.argv[2]), Path(sys.argv[3])))
