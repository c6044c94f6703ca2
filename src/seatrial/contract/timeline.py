"""What was seen during a drill, on one clock.

A timeline is a growing set of observations. Expectations judge it purely, so that the same
judgement runs in a unit test on hand-made observations and in a drill on real ones.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One thing seen.

    `at` is in seconds since the epoch, on the clock of the machine that injects the fault.
    `source` names the watch (or `drill` for its own steps), `kind` what it is (`page`, `sample`,
    `step`, `health`), `subject` what it is about. `id` tells repeated sightings of the same thing.
    """

    at: float
    source: str
    kind: str
    subject: str
    id: str = ""
    value: float | None = None
    text: str = ""
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Observations in the order of their instants."""

    observations: tuple[Observation, ...] = ()

    def adding(self, new: Iterable[Observation]) -> "Timeline":
        """With new observations; one whose (source, id) is known already is left out."""
        known = {(each.source, each.id) for each in self.observations if each.id}
        fresh: list[Observation] = []
        for each in new:
            if each.id and (each.source, each.id) in known:
                continue
            known.add((each.source, each.id))
            fresh.append(each)
        if not fresh:
            return self
        return Timeline(
            observations=tuple(sorted((*self.observations, *fresh), key=lambda each: each.at))
        )

    def of(self, *, source: str | None = None, kind: str | None = None) -> tuple[Observation, ...]:
        """Those of one source and one kind, in order."""
        return tuple(
            each
            for each in self.observations
            if (source is None or each.source == source) and (kind is None or each.kind == kind)
        )

    def step(self, name: str) -> float | None:
        """When the drill took a step of that name (`inject`, `undo`, ...), the first time."""
        for each in self.observations:
            if each.kind == "step" and each.subject == name:
                return each.at
        return None
