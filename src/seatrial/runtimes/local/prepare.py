"""A replica's folders, in which it is prepared: its marks lie in a folder of the runtime."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from seatrial.contract.output import Volume
from seatrial.contract.runtime import Executed, RuntimeFailure
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.local.replica import Replica
from seatrial.runtimes.shared.limits import COMMAND_SECONDS
from seatrial.runtimes.shared.prepare import PREPARED, PREPARING

_PAUSE = 0.1


@dataclass(kw_only=True)
class Prepared:
    """One replica; `execute` runs a command as it would, and lets it hold files open.

    A command outlives a seatrial that is killed, and goes on writing into the folder. So it holds a
    lock, which the kernel lets go of with its last process.
    """

    home: Home
    one: Replica
    execute: Callable[[Replica, tuple[str, ...], tuple[int, ...]], Executed]
    _held: list[IO[bytes]] = field(default_factory=list)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait for what an earlier preparation has left running; raises RuntimeFailure."""
        begun = self._path(PREPARING)
        path = begun.with_name(f"{begun.name}.lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            until = time.monotonic() + COMMAND_SECONDS
            while not _taken(file):
                if time.monotonic() > until:
                    raise RuntimeFailure(
                        f"an earlier preparation of {self.one.workload.name} still runs",
                        "run `seatrial down`, which ends it",
                    )
                time.sleep(_PAUSE)
            self._held.append(file)
            yield

    def marked(self, mark: str) -> bool:
        """Whether the mark is there."""
        return self._path(mark).exists()

    def mark(self, mark: str) -> None:
        """Leave it."""
        path = self._path(mark)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    def aside(self, volume: Volume, keep_as: str) -> None:
        """Move it to what `down` keeps, and make a fresh one."""
        self.one.aside(volume.path, self.home.kept(keep_as, self.one.location.replica))

    def run(self, argv: tuple[str, ...]) -> Executed:
        """Run it, and let it hold the lock."""
        return self.execute(self.one, argv, tuple(each.fileno() for each in self._held))

    def _path(self, mark: str) -> Path:
        of = {PREPARED: self.home.prepared, PREPARING: self.home.preparing}[mark]
        return of(self.one.workload.name, self.one.location.replica)


def _taken(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
