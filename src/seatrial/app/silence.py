"""Silences: hold alerts back for a while, with a reason and an end. Alertmanager keeps them."""

import json
import time
from dataclasses import dataclass
from pathlib import Path

from seatrial.app.environment import open_runtime
from seatrial.app.plan import Plan, plan
from seatrial.contract.runtime import Runtime, RuntimeFailure
from seatrial.engines.alertmanager import query
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.system.suggest import Suggester

_OK = 200
_LABELS = ("alertname", "cluster", "region", "service", "severity", "team", "tier")


class Unclear(Exception):  # noqa: N818 - bad input, not a failure
    """What was asked cannot be meant; the text says why and what can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """One silence. `ends` is in seconds since the epoch."""

    id: str
    matchers: tuple[str, ...]
    ends: float
    author: str
    reason: str


def matchers(planned: Plan, words: tuple[str, ...]) -> dict[str, str]:
    """What words such as `api`, `team=data` or `severity=ticket` select. Raises Unclear.

    A word alone names a service, a store, a journey or a team of the file.
    """
    system = planned.system
    subjects = {*system.services, *system.stores, *system.journeys}
    subjects |= {each.subject for each in planned.declarations.alerts}
    found: dict[str, str] = {}
    for word in words:
        label, equals, value = word.partition("=")
        if not equals:
            label, value = ("team" if word in system.teams else "service"), word
            if word not in subjects | set(system.teams):
                known = subjects | set(system.teams)
                cure = Suggester().cure(word, known, f"there are {', '.join(sorted(known))}")
                raise Unclear(f"nothing here is called {word}; {cure}")
        if label not in _LABELS:
            raise Unclear(f"alerts have no label {label}; there are {', '.join(_LABELS)}")
        known = _values(planned, label)
        if known and value not in known:
            cure = Suggester().cure(value, known, f"there are {', '.join(sorted(known))}")
            raise Unclear(f"no alert has {label}={value}; {cure}")
        if label in found:
            raise Unclear(f"{label} is given twice; write a silence for each")
        found[label] = value
    return found


def _values(planned: Plan, label: str) -> set[str]:
    """What the label is on the alerts of this plan; empty where only the runtime knows."""
    alerts = planned.declarations.alerts
    return {
        "alertname": {each.name for each in alerts},
        "severity": {each.severity.value for each in alerts},
        "tier": {each.tier.value for each in alerts},
        "team": {each.owner for each in alerts},
        "service": {each.subject for each in alerts},
    }.get(label, set())


def add(file: Path, words: tuple[str, ...], *, seconds: float, author: str, reason: str) -> Silence:
    """Silence what the words select from now on. Raises Unclear, Refused and RuntimeFailure."""
    runtime = open_runtime(file)
    selected = matchers(plan(file, runtime), words)
    now = time.time()
    body = query.silence(selected, starts=now, ends=now + seconds, author=author, comment=reason)
    answer = json.loads(_ask(runtime, "POST", "/api/v2/silences", body))
    return Silence(
        id=answer["silenceID"],
        matchers=tuple(f"{key}={value}" for key, value in selected.items()),
        ends=now + seconds,
        author=author,
        reason=reason,
    )


def active(file: Path) -> tuple[Silence, ...]:
    """The silences that hold now or will, those that end first at the top."""
    answer = _ask(open_runtime(file), "GET", "/api/v2/silences", "")
    found = [
        Silence(
            id=each.id, matchers=each.matchers, ends=each.ends, author=each.author, reason=each.text
        )
        for each in query.silences(answer)
    ]
    return tuple(sorted(found, key=lambda each: each.ends))


def end(file: Path, name: str) -> Silence:
    """End a silence now; `name` is its id or the beginning of it. Raises Unclear."""
    matching = [each for each in active(file) if each.id.startswith(name)]
    if len(matching) != 1:
        how = "no silence" if not matching else f"{len(matching)} silences"
        raise Unclear(f"{how} whose id begins with {name}; `seatrial silence` lists them")
    _ask(open_runtime(file), "DELETE", f"/api/v2/silence/{matching[0].id}", "")
    return matching[0]


def _ask(runtime: Runtime, method: str, path: str, body: str) -> bytes:
    answer = runtime.request(method, alertmanager.NAME, "http", path, body)
    if answer.status != _OK:
        text = answer.body.decode(errors="replace")[:200]
        raise RuntimeFailure(f"Alertmanager refused: HTTP {answer.status} {text}")
    return answer.body
