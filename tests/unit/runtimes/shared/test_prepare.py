"""What runs before the first start: once, to its end, never on what half of it left."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

import pytest

from seatrial.contract.output import Origin, Volume, Workload
from seatrial.contract.runtime import Executed, RuntimeFailure
from seatrial.runtimes.shared.prepare import PREPARED, PREPARING, prepare

WORK = Workload(
    name="db",
    origin=Origin.STORE,
    argv=("db",),
    volumes=(Volume(name="data", path="d"), Volume(name="log", path="l")),
    prepare=(("initdb",), ("create", "app")),
)


class Killed(BaseException):
    """The end of seatrial itself."""


@dataclass
class Replica:
    """Remembers what was done to it; `kill` ends seatrial in the middle of that program."""

    kill: str = ""
    fails: str = ""
    marks: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def alone(self) -> AbstractContextManager[object]:
        return nullcontext()

    def marked(self, mark: str) -> bool:
        return mark in self.marks

    def mark(self, mark: str) -> None:
        self.marks.append(mark)

    def aside(self, volume: Volume, keep_as: str) -> None:
        assert keep_as.startswith(f"unprepared-{volume.name}-")
        self.done.append(f"aside {volume.name}")

    def run(self, argv: tuple[str, ...]) -> Executed:
        if argv[0] == self.kill:
            raise Killed
        self.done.append(argv[0])
        return Executed(status=int(argv[0] == self.fails), stdout="one\n", stderr="two\n")


def test_it_runs_once() -> None:
    site = Replica()
    prepare(WORK, site)
    prepare(WORK, site)
    assert site.done == ["initdb", "create"]
    assert site.marks == [PREPARING, PREPARED]


@pytest.mark.parametrize("kill", ["initdb", "create"])
def test_what_a_killed_one_left_is_set_aside_before_it_begins_anew(kill: str) -> None:
    site = Replica(kill=kill)
    with pytest.raises(Killed):
        prepare(WORK, site)
    site.kill, site.done = "", []
    prepare(WORK, site)
    assert site.done == ["aside data", "aside log", "initdb", "create"]


def test_what_fails_is_told_with_its_last_lines_and_begun_anew() -> None:
    site = Replica(fails="create")
    with pytest.raises(RuntimeFailure, match="create ended with 1") as failure:
        prepare(WORK, site)
    assert failure.value.logs == ("one", "two")
    assert PREPARED not in site.marks
    site.fails, site.done = "", []
    prepare(WORK, site)
    assert site.done == ["aside data", "aside log", "initdb", "create"]


def test_what_needs_no_preparation_leaves_no_mark() -> None:
    site = Replica()
    prepare(Workload(name="api", origin=Origin.SERVICE, argv=("api",)), site)
    assert (site.marks, site.done) == ([], [])
