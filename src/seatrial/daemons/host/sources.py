"""The three places where a machine writes: each gives what is new, and notes how far it came."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from seatrial.daemons.host.entries import Entry, filed, journal, kernel
from seatrial.daemons.host.state import State

KERNEL = Path("/dev/kmsg")
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_FIRST_S = 3600.0  # of what was written before the first start, so much is read
_RECORD = 64 * 1024
_PIECE = 1 << 20


class Source(Protocol):
    """What gives entries; `file` is ready for reading when there are some, None: look and see."""

    file: int | None

    def entries(self) -> Iterator[Entry]:
        """Give what is new. Raises OSError where it cannot be read any more."""
        ...


class Kernel:
    """The kernel's ring of messages, through a file that is open already, or opened here."""

    def __init__(self, state: State, file: int | None, now: float, monotonic: float) -> None:
        """`now` and `monotonic` are the same instant on two clocks. Raises OSError."""
        self.file: int | None = file
        if file is None:
            self.file = os.open(KERNEL, os.O_RDONLY | os.O_NONBLOCK)
        self._state, self._booted = state, now - monotonic
        self._first = now - _FIRST_S
        boot = _BOOT.read_text(encoding="ascii").strip()
        if state.boot != boot:
            state.boot, state.number = boot, -1

    def entries(self) -> Iterator[Entry]:
        """Give each record that was not given yet."""
        while (record := self._record()) is not None:
            with suppress(ValueError):
                found = kernel(record, self._booted)
                if found.number <= self._state.number:
                    continue
                if self._state.number >= 0 or (found.entry.at or 0.0) >= self._first:
                    yield found.entry
                    self._state.number = found.number

    def _record(self) -> bytes | None:
        while True:
            try:
                return os.read(self.file or 0, _RECORD)
            except BlockingIOError:
                return None
            except OSError as error:
                if error.errno != errno.EPIPE:  # that one: some were overwritten, the next is there
                    raise


class Journal:
    """The journal, as `journalctl` follows it."""

    def __init__(self, state: State) -> None:
        """Begin after the last entry that was given. Raises OSError."""
        begin = f"--after-cursor={state.cursor}" if state.cursor else f"--since=-{_FIRST_S:.0f}s"
        self._process = subprocess.Popen(
            ("journalctl", "--follow", "--lines=all", "--output=json", "--quiet", begin),
            stdout=subprocess.PIPE,
        )
        output = self._process.stdout
        if output is None:
            raise OSError("journalctl has no output")
        self.file: int | None = output.fileno()
        os.set_blocking(self.file, False)
        self._state, self._half = state, b""

    def entries(self) -> Iterator[Entry]:
        """Give the entries of each whole line. Raises OSError once journalctl has ended."""
        while True:
            try:
                piece = os.read(self.file or 0, _PIECE)
            except BlockingIOError:
                return
            if not piece:
                raise OSError(f"journalctl ended with {self._process.wait()}")
            *lines, self._half = (self._half + piece).split(b"\n")
            for line in lines:
                with suppress(ValueError):
                    found = journal(line)
                    yield found.entry
                    self._state.cursor = found.cursor

    def end(self) -> None:
        """Let it go."""
        self._process.terminate()
        self._process.wait()


class File:
    """A file that a syslog daemon writes and another program rotates."""

    file: int | None = None

    def __init__(self, state: State, path: Path) -> None:
        """Begin where an earlier life ended, or at the end of what is there. Raises OSError."""
        self._state, self._path = state, path
        if str(path) not in state.files:
            found = path.stat()
            state.files[str(path)] = [found.st_ino, found.st_size]

    def entries(self) -> Iterator[Entry]:
        """Give each whole line; the rest of a file that was rotated away comes before the new."""
        inode, offset = self._state.files[str(self._path)]
        try:
            there = self._path.stat()
        except FileNotFoundError:  # between two names
            return
        if there.st_ino != inode:
            older = self._path.with_name(f"{self._path.name}.1")
            with suppress(OSError):
                if older.stat().st_ino == inode:
                    yield from self._lines(older, inode, offset)
            offset = 0
        elif there.st_size < offset:  # it was emptied in its place
            offset = 0
        yield from self._lines(self._path, there.st_ino, offset)

    def _lines(self, path: Path, inode: int, offset: int) -> Iterator[Entry]:
        self._state.files[str(self._path)] = [inode, offset]
        with path.open("rb") as file:
            file.seek(offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                yield filed(line, self._path.name)
                offset += len(line)
                self._state.files[str(self._path)] = [inode, offset]
