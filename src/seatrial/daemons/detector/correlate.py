"""What events are together: pure, over windows that slide with every event.

Format of the meaning: the Sigma correlation rules specification. A window is the time span that
ends at an event, both ends included. Events of one instant count as in order, whichever is asked
for: a log that writes whole seconds cannot tell, and to miss an attack is worse.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from seatrial.daemons.detector.plan import Correlation

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a rule matched, or that was itself made of such; in epoch seconds.

    `at` is when it happened, `known` since when it could be known: a line can come late.
    """

    at: float
    known: float = 0.0
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)


def evaluate(
    correlations: Iterable[Correlation], events: Mapping[str, Sequence[Event]]
) -> Mapping[str, Sequence[Event]]:
    """Each correlation's events by its name: one whenever its condition holds at an event.

    `events` are those of rules by name. A correlation comes after those that it is made of.
    """
    known: dict[str, Sequence[Event]] = dict(events)
    made: dict[str, Sequence[Event]] = {}
    for each in correlations:
        made[each.name] = known[each.name] = _one(each, known)
    return made


def _one(correlation: Correlation, known: Mapping[str, Sequence[Event]]) -> list[Event]:
    groups: dict[Group, list[tuple[float, str, str]]] = defaultdict(list)
    known_of: dict[Group, list[tuple[float, float]]] = defaultdict(list)
    for part in correlation.parts:
        names = correlation.fields.get(part, ())
        for event in known.get(part, ()):
            group = tuple(event.fields.get(name, "") for name in names)
            if all(group):  # an event that lacks what a group has in common is in none
                value = event.fields.get(correlation.value, "")
                groups[group].append((event.at, part, value))
                known_of[group].append((event.at, event.known))
    found: list[Event] = []
    for group, entries in groups.items():
        entries.sort(key=lambda entry: entry[0])
        fields = dict(zip(correlation.by, group, strict=True))
        since = _known(known_of[group])
        found += (
            Event(at=at, known=since(at), fields=fields) for at in _held(correlation, entries)
        )
    return sorted(found, key=lambda event: event.at)


def _known(entries: list[tuple[float, float]]) -> Callable[[float], float]:
    """Since when all that a group had until an instant could be known."""
    entries.sort()
    times = [at for at, _ in entries]
    newest = list(accumulate((known for _, known in entries), max))
    return lambda at: newest[bisect_right(times, at) - 1]


def _held(correlation: Correlation, entries: list[tuple[float, str, str]]) -> Iterator[float]:
    """The instants of events at which the condition holds."""
    if correlation.type == "event_count":
        return _counted([at for at, _, _ in entries], correlation.count, correlation.span)
    if correlation.type == "value_count":
        valued = [(at, value) for at, _, value in entries if value]
        return _distinct(valued, correlation.count, correlation.span)
    times: dict[str, list[float]] = {part: [] for part in correlation.parts}
    for at, part, _ in entries:
        times[part].append(at)
    if correlation.type == "temporal":
        return _together([at for at, _, _ in entries], times, correlation.span)
    return _ordered([times[part] for part in correlation.parts], correlation.span)


def _counted(times: list[float], count: int, span: float) -> Iterator[float]:
    for place, at in enumerate(times):
        if place + 1 >= count and at - times[place + 1 - count] <= span:
            yield at


def _distinct(entries: list[tuple[float, str]], count: int, span: float) -> Iterator[float]:
    window: deque[tuple[float, str]] = deque()
    values: Counter[str] = Counter()
    for at, value in entries:
        window.append((at, value))
        values[value] += 1
        while at - window[0][0] > span:
            _, gone = window.popleft()
            values[gone] -= 1
            if not values[gone]:
                del values[gone]
        if len(values) >= count:
            yield at


def _together(
    instants: list[float], times: Mapping[str, list[float]], span: float
) -> Iterator[float]:
    for at in instants:
        newest = (_newest(each, at) for each in times.values())
        if all(one is not None and at - one <= span for one in newest):
            yield at


def _ordered(times: Sequence[list[float]], span: float) -> Iterator[float]:
    """At an event of the last part: the newest of each part before gives the shortest way back."""
    for end in times[-1]:
        begin: float | None = end
        for earlier in reversed(times[:-1]):
            begin = _newest(earlier, begin) if begin is not None else None
        if begin is not None and end - begin <= span:
            yield end


def _newest(times: list[float], until: float) -> float | None:
    place = bisect_right(times, until)
    return times[place - 1] if place else None
