"""`python -m seatrial.daemons.backups.postgres.reading FOLDER`: what took rows away, as JSON.

The folder holds segments of one log as a repository keeps them: behind the name of each stands its
SHA-1, and what packed it. Apart from the daemon: a busy server writes millions of records, and the
daemon answers meanwhile. What is asked stands in standard input.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from itertools import pairwise
from pathlib import Path

import zstandard

from seatrial.daemons.backups.postgres.holes import Segment
from seatrial.daemons.backups.postgres.waldump import MANAGERS, File, Reader, Table

SIZE = 1 << 24  # bytes of a segment: what initdb makes it unless it is told otherwise
PACKED = ".zst"
_SINCE = 15


def asked(tables: Mapping[File, Table], since: float, only: str, *, begins: bool) -> str:
    """What is to be written to standard input."""
    rows = [[*file, *astuple(each)] for file, each in tables.items()]
    return json.dumps({"tables": rows, "since": since, "only": only, "begins": begins})


def _reader(text: str) -> Reader:
    found = json.loads(text)
    tables = {
        (database, file): Table(name=name, oid=oid, kind=kind, root=root)
        for database, file, name, oid, kind, root in found["tables"]
    }
    return Reader(tables=tables, **{key: found[key] for key in ("since", "only", "begins")})


def _unpacked(folder: Path) -> list[str]:
    """Raises ValueError for one that is not as it was archived."""
    for each in sorted(folder.glob(f"*{PACKED}")):
        name, _, known = each.stem.partition("-")
        found = hashlib.sha1(usedforsecurity=False)
        with each.open("rb") as packed, (folder / name).open("wb") as plain:
            for piece in zstandard.ZstdDecompressor().read_to_iter(packed):
                plain.write(piece)
                found.update(piece)
        if found.hexdigest() != known:
            raise ValueError(f"{name} is not as it was archived: it is damaged in the repository")
        each.unlink()
    return sorted(each.name for each in folder.iterdir())


def runs(names: list[str]) -> Iterator[tuple[str, str]]:
    """The first and the last of each row of segments in which none lacks."""
    if not names:
        return
    first = names[0]
    for one, after in pairwise(names):
        if _number(after) != _number(one) + 1:
            yield first, one
            first = after
    yield first, names[-1]


def _number(name: str) -> int:
    found = Segment.read(name, SIZE)
    if found is None:
        raise ValueError(f"{name} is no segment")
    return found.number


def able(said: str) -> None:
    """Raise ValueError for a pg_waldump that cannot tell it all; `said` is its --version.

    Before 15 it takes one of several managers alone, and commits say not which tables they drop.
    """
    found = re.search(r"\) (\d+)", said)
    if found is None or int(found[1]) < _SINCE:
        raise ValueError(f"PostgreSQL {_SINCE} or newer is wanted, and there is {said.strip()}")


def _fed(reader: Reader, folder: Path, first: str, last: str) -> None:
    """Raises CalledProcessError where a record cannot be read."""
    managers = (f"--rmgr={each}" for each in MANAGERS)
    words = ["pg_waldump", *managers, "--path", str(folder), first, last]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, errors="replace", env={**os.environ, "TZ": "UTC"}
    ) as process:
        for line in process.stdout or ():
            reader.read(line.rstrip("\n"))
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)


def main(folder: Path) -> int:
    """Write what was found."""
    reader = _reader(sys.stdin.read())
    try:
        names = _unpacked(folder)
        if names:
            able(subprocess.check_output(["pg_waldump", "--version"], text=True))
        for first, last in runs(names):
            _fed(reader, folder, first, last)
    except (OSError, ValueError, zstandard.ZstdError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"ERROR: the log cannot be read: {error}\n")
        return 1
    told = {name: getattr(reader, name) for name in ("others", "partial", "unnamed")}
    json.dump({"transactions": reader.found(), **told}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
