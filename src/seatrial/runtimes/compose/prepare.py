"""A replica's volume, in which it is prepared: its marks lie at its top, out of its own reach."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from seatrial.contract.output import Volume
from seatrial.contract.runtime import Executed
from seatrial.runtimes.compose.archive import Entry
from seatrial.runtimes.compose.commands import end_left
from seatrial.runtimes.compose.engine import Engine
from seatrial.runtimes.compose.replica import Replica


def own(path: str, text: str) -> Entry:
    """A file of the runtime itself: the replica may neither read nor change it."""
    return Entry(path=path, data=text.encode(), mode=0o600, uid=0, gid=0)


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """One replica; `apart` runs a command in a container of its own, `move` sets a folder aside."""

    engine: Engine
    one: Replica
    apart: Callable[[Replica, tuple[str, ...]], Executed]
    move: Callable[[Replica, str, str], None]

    def alone(self) -> AbstractContextManager[object]:
        """End what an earlier preparation has left running: what it makes is set aside."""
        end_left(self.engine, self.one.names.labels, self.one.name)
        return nullcontext()

    def marked(self, mark: str) -> bool:
        """Whether the mark is there."""
        return bool(self.engine.get(self.one.name, f"{self.one.volume}/{mark}"))

    def mark(self, mark: str) -> None:
        """Leave it."""
        self.engine.put(self.one.name, self.one.volume, (own(mark, "yes"),))

    def aside(self, volume: Volume, keep_as: str) -> None:
        """Move it away within the replica's volume."""
        self.move(self.one, volume.path, keep_as)

    def run(self, argv: tuple[str, ...]) -> Executed:
        """Run it in a container of its own."""
        return self.apart(self.one, argv)
