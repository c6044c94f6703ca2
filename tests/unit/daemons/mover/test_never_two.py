"""Never two regions take writes: the mover's own decisions in a model of home, etcd and time.

The model knows of Patroni what the argument rests on. A primary renews its lease once a loop, has
stopped when that fails for less time than the lease lasts, and opens by what it read some seconds
before. Whoever reaches the majority, whoever hangs, and how long a change is on its way, is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st
from mover_samples import COPY, LEADS, PLAN, view

from seatrial.daemons.mover.decide import Memory, looked, verdict
from seatrial.daemons.mover.quorum import Config, View, merged
from seatrial.engines.patroni.config import LOOP, RETRY, TTL

CLOSES = LOOP + 2 * RETRY  # seconds without a renewal, at most, until a primary has stopped
OLD = 2 * RETRY  # seconds, at most, between what a member reads and what it does about it


@dataclass(frozen=True)
class Phase:
    """For some seconds: who reaches the majority, and how late the mover's change arrives."""

    seconds: int
    home: bool
    mover: bool
    late: int
    age: int  # of what home acts by


@dataclass
class World:
    """Home, the other region, and what the majority says."""

    closes: float
    takes_lease: bool
    now: int = 0
    home_open: bool = True
    renewed: int = 0
    lease: tuple[str, int] = ("home", int(TTL))
    home: Config = field(default_factory=lambda: Config(settings=LEADS, revision=1))
    other: Config = field(default_factory=lambda: Config(settings=COPY, revision=1))
    read: list[tuple[int, Config]] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    sent: list[tuple[int, View]] = field(default_factory=list)

    @property
    def held(self) -> bool:
        return self.lease[1] > self.now

    def look(self) -> View:
        return view(held=self.held, home=self.home, other=self.other, told=1000)

    def step(self, phase: Phase) -> bool:
        """One second passes; whether both take writes then."""
        self.now += 1
        self._home(phase)
        self._mover(phase)
        for each in [one for one in self.sent if one[0] <= self.now]:
            self.sent.remove(each)
            self._changed(each[1])
        return self.home_open and not self.other.copies

    def _home(self, phase: Phase) -> None:
        if not phase.home:
            if self.now - self.renewed >= self.closes:
                self.home_open = False
            return
        self.read.append((self.now, self.home))
        seen = next(config for at, config in self.read if at >= self.now - phase.age)
        if self.now % int(LOOP):
            return
        if seen.copies:
            self.home_open = False
        elif not self.held or self.lease[0] == "home":
            self.lease, self.renewed = ("home", self.now + int(TTL)), self.now
            self.home_open = True
        else:
            self.home_open = False

    def _mover(self, phase: Phase) -> None:
        seen = self.look() if phase.mover else None
        self.memory = looked(self.memory, seen, float(self.now))
        if verdict(PLAN, self.memory, seen, 1000, float(self.now)).moves and seen is not None:
            self.sent.append((self.now + phase.late, seen))

    def _changed(self, seen: View) -> None:
        """As etcd carries it out: compared at this instant, all or nothing."""
        assert seen.home is not None
        assert seen.other is not None
        same = (seen.home.revision, seen.other.revision) == (
            self.home.revision,
            self.other.revision,
        )
        if self.held or not same:
            return
        self.home = Config(settings=merged(LEADS, PLAN.home.settings), revision=2)
        self.other = Config(settings=merged(COPY, PLAN.other.settings), revision=2)
        if self.takes_lease:
            self.lease = ("mover", self.now + int(PLAN.lease))


def two(
    phases: Sequence[Phase], *, closes: float = CLOSES, takes_lease: bool = True
) -> tuple[bool, bool]:
    """Whether both ever took writes, and whether the store was moved."""
    world = World(closes=closes, takes_lease=takes_lease)
    found = [world.step(each) for each in phases for _ in range(each.seconds)]
    return any(found), not world.other.copies


PHASES = st.lists(
    st.builds(
        Phase,
        seconds=st.integers(1, 60),
        home=st.booleans(),
        mover=st.booleans(),
        late=st.integers(0, 90),
        age=st.integers(0, OLD),
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=400, deadline=None)
@given(PHASES)
def test_never_two_whoever_is_cut_off_hangs_or_is_late(phases: list[Phase]) -> None:
    assert not two(phases)[0]


CUT = Phase(seconds=50, home=False, mover=True, late=0, age=0)


def test_home_that_is_cut_off_has_stopped_before_the_other_begins() -> None:
    assert two([CUT]) == (False, True)


def test_a_home_that_does_not_close_itself_is_one_of_two() -> None:
    assert two([CUT], closes=600.0) == (True, True)


def test_who_acts_by_what_it_read_before_is_kept_out_by_the_lease() -> None:
    # home is back a moment before, reads that it leads, and acts when it is a copy already
    for seconds in range(28, 45):
        phases = [
            Phase(seconds=seconds, home=False, mover=True, late=3, age=0),
            Phase(seconds=40, home=True, mover=True, late=3, age=OLD),
        ]
        assert not two(phases)[0]
    found = [
        two(
            [
                Phase(seconds=seconds, home=False, mover=True, late=3, age=0),
                Phase(seconds=40, home=True, mover=True, late=3, age=OLD),
            ],
            takes_lease=False,
        )[0]
        for seconds in range(28, 45)
    ]
    assert any(found)


def test_a_dead_mover_and_a_home_that_is_well_move_nothing() -> None:
    assert two([Phase(seconds=200, home=False, mover=False, late=0, age=0)]) == (False, False)
    assert two([Phase(seconds=200, home=True, mover=True, late=0, age=0)]) == (False, False)
