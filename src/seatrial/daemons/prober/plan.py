"""The plan: which journeys to run, how often, and what each step expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from seatrial.daemons.prober.browser import model
from seatrial.daemons.prober.browser.model import Act
from seatrial.daemons.prober.checks.model import Check
from seatrial.daemons.prober.path import Path

RUN = "run"  # `${run}` is a fresh id a run, so that what a journey makes can be told apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What an answer must be: one of `status`, these values at these paths, this text in it."""

    status: frozenset[int]
    json: Mapping[Path, Any] = field(default_factory=dict)
    contains: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """Ask again every `every_s` until the answer holds these values, at most `within_s`."""

    json: Mapping[Path, Any]
    within_s: float
    every_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request. `keep` names values of the answer for later steps."""

    name: str
    method: str
    path: str
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    expect: Expect
    keep: Mapping[str, Path] = field(default_factory=dict)
    until: Until | None = None


ANY_STATUS = frozenset(range(100, 600))  # RFC 9110, section 15
SUCCESS = frozenset(range(200, 300))  # what a step expects of which nothing is said


def unasserted(step: Step | Act) -> Step | Act:
    """The step with whatever answer it may get: a defect to plant."""
    if isinstance(step, Act):
        return model.unasserted(step)
    return replace(step, expect=Expect(status=ANY_STATUS), until=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One user's workflow: `rate` runs a second, each within `timeout_s`.

    `bases` are where it starts, a URL a replica: each run takes the next one and stays with it.
    `host` is the name that it is asked for, where that is not the base's own; over TLS the
    certificate must be for it, if one is to be judged (`verify`).
    `max_in_flight` bounds the runs under way; one more arrival is then an error. `cleanup` takes
    back what a run made, however it ended. `entry` is the region whose own way in the bases are,
    where each has one: a journey is then planned once for each. One that has `acts` is walked by a
    browser, and has no `steps`. `maintenance` are spans in which it is not walked, in seconds since
    1970.
    """

    name: str
    bases: tuple[str, ...]
    rate: float
    timeout_s: float
    max_in_flight: int
    steps: tuple[Step, ...]
    cleanup: tuple[Step, ...] = ()
    host: str = ""
    verify: bool = True
    entry: str = ""
    acts: tuple[Act, ...] = ()
    maintenance: tuple[tuple[float, float], ...] = ()

    def maintained(self, now: float) -> bool:
        """Whether maintenance was announced for this instant, in seconds since 1970."""
        return any(begin <= now < until for begin, until in self.maintenance)

    @property
    def key(self) -> str:
        """What tells it from its likes that begin elsewhere."""
        return f"{self.name} at {self.entry}" if self.entry else self.name

    @property
    def walked(self) -> tuple[Step | Act, ...]:
        """What a run consists of, whoever walks it."""
        return self.acts or self.steps

    def number(self, step: Step) -> int:
        """The place of this very step among all of the journey, from 1: another may be alike."""
        every = enumerate((*self.steps, *self.cleanup), 1)
        return next(number for number, each in every if each is step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All journeys and all checks; the names of each unique, of journeys at each entry."""

    journeys: tuple[Journey, ...]
    checks: tuple[Check, ...] = ()
