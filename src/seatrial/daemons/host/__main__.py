"""`python -m seatrial.daemons.host`: writes what the machine writes, until SIGTERM.

`--sources` are words with commas: `journal`, `kernel`, and the paths of log files. The file of the
kernel's messages is open already where SEATRIAL_KERNEL has its number: only root may open it.
"""

from __future__ import annotations

import argparse
import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from seatrial.daemons.host import state as states
from seatrial.daemons.host.sources import File, Journal, Kernel, Source
from seatrial.daemons.host.state import State
from seatrial.daemons.shared.errors import StartError
from seatrial.daemons.shared.life import life
from seatrial.daemons.shared.log import Log

_LOOK_S = 0.2


class _Ended(Exception):  # noqa: N818 - a request, not an error
    pass


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.host",
        description="Writes what the machine writes, one JSON line an entry.",
    )
    parser.add_argument("--sources", default="", help="journal, kernel, paths; with commas")
    parser.add_argument("--state", type=Path, required=True, help="folder of how far it came")
    return parser.parse_args()


def _source(word: str, state: State) -> Source:
    """Begin to read a source. Raises OSError."""
    if word == "journal":
        return Journal(state)
    if word == "kernel":
        held = os.environ.get("SEATRIAL_KERNEL", "")
        return Kernel(state, int(held) if held else None, time.time(), time.monotonic())
    return File(state, Path(word))


@contextmanager
def _opened(words: list[str], state: State, log: Log) -> Iterator[list[Source]]:
    """Every source that can be read; which one cannot, is told."""
    found: list[Source] = []
    try:
        for word in words:
            try:
                found.append(_source(word, state))
            except OSError as error:
                log.fault("not readable", source=word, fault=error.strerror or str(error))
        yield found
    finally:
        for each in found:
            if isinstance(each, Journal):
                each.end()


def _end(*_: object) -> None:
    raise _Ended


def _follow(sources: list[Source], state: State, path: Path) -> None:
    """Write what is new, then note how far that was: killed in between, it is written again."""
    files = [each.file for each in sources if each.file is not None]
    states.write(path, state)  # where a file's first reading begins
    while True:
        wrote = False
        for each in sources:
            for entry in each.entries():
                sys.stdout.write(f"{entry.line()}\n")
                wrote = True
        if wrote:
            sys.stdout.flush()
            states.write(path, state)
        select.select(files, (), (), _LOOK_S)


def main() -> int:
    """Run until SIGTERM or SIGINT."""
    options = _options()
    path = options.state / "read.json"

    def run(log: Log) -> None:
        state = states.read(path)
        words = [each for each in options.sources.split(",") if each]
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _end)
        with suppress(_Ended), _opened(words, state, log) as sources:
            log.info("ready", sources=words, readable=len(sources))
            try:
                _follow(sources, state, path)
            except OSError as error:
                raise StartError(f"a source ended: {error.strerror or error}") from error

    return life("host", run)


if __name__ == "__main__":
    sys.exit(main())
