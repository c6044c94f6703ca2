"""One look: what to ask the store, how to read its answer, what to tell. Pure.

Formats: VictoriaLogs' /select/logsql/query (one JSON object a line), Alertmanager's API v2.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypedDict

from seatrial.daemons.detector.correlate import Event
from seatrial.daemons.detector.plan import Alert as Told
from seatrial.daemons.detector.plan import Plan, Single

ARRIVED = "arrived"  # a line's field: when the store was given it, as log-keeper notes it
LATEST = 86_400.0  # seconds: of a line that is later, the collector does not believe the instant
MOST = 200_000  # lines of one answer: of more, the newest are read, and that is told
_PARTS = 1000  # of a window, where it is cut
# How a figure tells of an alert. The target that it is read at has a team and a service of its own.
KINDS = ("alert", "severity", "owner", "subject")
_TOLD = ("alertname", "severity", "team", "service")
_LABEL = re.compile(r"[^A-Za-z0-9_]")


class Alert(TypedDict):
    """An alert as Alertmanager takes it."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    startsAt: str
    endsAt: str


def late(plan: Plan, now: float, *, since: float = 0.0) -> str:
    """The filter of lines that came a short time ago, and too late for who looks by their instant.

    None of them is before `since`.
    """
    begin, until = max(since, now - LATEST), now - plan.keep
    return f"_time:>={_stamp(begin)} _time:<{_stamp(until)} {ARRIVED}:>={int(until)}"


def first_late(plan: Plan, now: float) -> str:
    """What to ask for the instant of the first of them."""
    return f"{late(plan, now)} | stats min(_time) as _time, count() as n"


def first(body: bytes, now: float) -> float:
    """That instant; `now` where none came late. Raises ValueError, KeyError."""
    rows = [json.loads(line) for line in body.splitlines()]
    return min((_instant(row["_time"]) for row in rows if int(row["n"])), default=now)


def begin(plan: Plan, name: str, now: float, first: float) -> float:
    """Since when a rule's lines matter, where the `first` of those that are new is so old."""
    return min(now, first) - plan.horizons()[name]


def query(plan: Plan, name: str, begin: float) -> str:
    """What to ask for a rule's lines since then.

    Where there are more than MOST, which of them come is left to chance.
    """
    names = ", ".join(json.dumps(each) for each in ("_time", ARRIVED, *plan.fields()[name]))
    return f"_time:>={_stamp(begin)} {plan.queries[name]} | fields {names} | limit {MOST}"


def counts(plan: Plan, name: str, begin: float, now: float) -> str:
    """What to ask where there are too many: how many lines each part of the time has.

    The store sorts no 200,000 lines for their newest: that takes more memory than it is given.
    """
    part = max(1, math.ceil((now - begin) / _PARTS))
    return f"_time:>={_stamp(begin)} {plan.queries[name]} | stats by (_time:{part}s) count() as n"


def newest(body: bytes) -> float:
    """Since when there are no more lines than are read, in epoch seconds; a part at least.

    Raises ValueError, KeyError.
    """
    rows = [json.loads(line) for line in body.splitlines()]
    parts = sorted(((_instant(row["_time"]), int(row["n"])) for row in rows), reverse=True)
    if not parts:
        raise ValueError("the store counts no line where it had too many")
    since, lines = parts[0]
    for at, more in parts[1:]:
        lines += more
        if lines > MOST:
            break
        since = at
    return since


def events(body: bytes) -> tuple[Event, ...]:
    """The lines of an answer. Raises ValueError, KeyError."""
    found = []
    for line in body.splitlines():
        fields = json.loads(line)
        at = _instant(fields.pop("_time"))
        known = max(at, float(fields.pop(ARRIVED, "") or 0.0))
        found.append(Event(at=at, known=known, fields=fields))
    return tuple(found)


def alerts(plan: Plan, made: Mapping[str, Sequence[Event]], now: float) -> list[Alert]:
    """What to tell: an alert for each group in which a correlation held a short time ago.

    Each is said again with every look, and is over when it is said no more.
    """
    found: list[Alert] = []
    for each in plan.correlations:
        if each.alert is None:
            continue
        groups: dict[tuple[tuple[str, str], ...], float] = {}
        for event in made[each.name]:
            if max(event.at, event.known) >= now - plan.keep:
                groups.setdefault(tuple(sorted(event.fields.items())), event.at)
        found += (_told(plan, each.alert, _labels(group), at, now) for group, at in groups.items())
    return found


def single(plan: Plan, rule: Single, now: float, first: float) -> str:
    """What to ask for a rule of one line, of those that came late."""
    where = late(plan, now, since=first)
    return f"{where} {rule.query} | stats by (region) min(_time) as _time, count() as n"


def alone(plan: Plan, rule: Single, body: bytes, now: float) -> list[Alert]:
    """What to tell of it: an alert a region, as of a line in time. Raises ValueError, KeyError."""
    rows = [json.loads(line) for line in body.splitlines()]
    return [
        _told(plan, rule.alert, {"region": row.get("region", "")}, _instant(row["_time"]), now)
        for row in rows
        if int(row["n"])
    ]


def _told(plan: Plan, alert: Told, own: Mapping[str, str], at: float, now: float) -> Alert:
    return {
        "labels": {**{name: value for name, value in own.items() if value}, **alert.labels},
        "annotations": alert.annotations,
        "startsAt": _stamp(at),
        "endsAt": _stamp(now + 4 * plan.every),
    }


def counted(plan: Plan, told: Sequence[Alert]) -> Mapping[tuple[str, ...], int]:
    """How many alerts of each kind were told: 0 of those that can be and were not."""
    found = {_kind(each.labels): 0 for each in plan.alerts()}
    for each in told:
        found[_kind(each["labels"])] += 1
    return found


def _kind(labels: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(labels.get(name, "") for name in _TOLD)


def _labels(group: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """What a group has in common, as labels may be called."""
    return {_LABEL.sub("_", f"by_{name}"): value for name, value in group}


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _instant(text: str) -> float:
    """An instant with up to nine digits after the second, of which six are kept."""
    whole, _, rest = text.removesuffix("Z").partition(".")
    return datetime.fromisoformat(f"{whole}+00:00").timestamp() + float(f"0.{rest or 0}")
