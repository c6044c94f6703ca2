"""What detection tells the others: its alerts, and the seats of what evaluates them."""

from collections.abc import Iterator
from functools import lru_cache

from seatrial.capabilities.detection.model import Correlation, Found
from seatrial.capabilities.detection.settings import Settings
from seatrial.capabilities.detection.watching import DETECTOR, group
from seatrial.contract.capability import Dialect, Intent
from seatrial.contract.declaration import AlertRule, Declarations, ScrapeTarget, Tier
from seatrial.contract.placement import Seat
from seatrial.engines.otelcol import reach
from seatrial.engines.vmalert import rules as vmalert_rules
from seatrial.engines.vmalert import workload as vmalert
from seatrial.system.model import System
from seatrial.system.ownership import first_team

REQUIREMENT = "R05"
DETECTOR_PORTS = {"http": 8080}
EVERY = 5.0  # seconds between two looks
GAP_HOLD = 30.0  # a system that has just begun has not written yet


def wanted(intent: Intent) -> bool:
    """Whether anything looks: the logs are promised, and are collected here."""
    files = intent.dialect is Dialect.FILES and not intent.beside
    return files and intent.system.promised(REQUIREMENT) and reach.read(intent.runtime)


def declare(intent: Intent) -> Declarations:
    """The alerts, and who evaluates them."""
    if not wanted(intent):
        return Declarations()
    owner = owner_of(intent.system, intent.settings)
    names = (vmalert.NAME, DETECTOR)
    return Declarations(
        seats=(
            Seat(workload=vmalert.NAME, ports=vmalert.PORTS),
            Seat(workload=DETECTOR, ports=DETECTOR_PORTS),
        ),
        targets=tuple(
            ScrapeTarget(
                job=name,
                subject=name,
                kind="monitoring",
                workload=name,
                port="http",
                labels={"team": owner},
            )
            for name in names
        ),
        groups=(group(owner),),
        detections=(*queried(intent), *correlated(intent)),
    )


def owner_of(system: System, settings: Settings) -> str:
    """Who is told of what is nobody's service."""
    return settings.owner or first_team(system.teams)


def found(intent: Intent) -> Found:
    """The rules in force. pySigma is loaded here, by those alone who look at logs."""
    return _found(_Same(intent))


class _Same:
    """An intent as a cache's key: it is the same for one object of the system and the settings."""

    def __init__(self, intent: Intent) -> None:
        self.intent = intent
        self._key = (id(intent.system), id(intent.settings), tuple(intent.texts.items()))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._key == other._key


@lru_cache(maxsize=2)
def _found(same: _Same) -> Found:
    from seatrial.capabilities.detection.rules import rules  # noqa: PLC0415 - see `found`

    intent = same.intent
    settings: Settings = intent.settings
    return rules(
        intent.system,
        intent.texts,
        without=frozenset(settings.without),
        owner=owner_of(intent.system, settings),
    )


def queried(intent: Intent) -> tuple[AlertRule, ...]:
    """The alerts that one query each decides: a rule for each of its subjects; too few lines."""
    return tuple(_queried(intent))


def _queried(intent: Intent) -> Iterator[AlertRule]:
    known = found(intent)
    yield from (alert for alert, _ in singles(intent))
    for each in known.correlations:
        if each.fewer:
            rule = known.rules[each.parts[0]]
            query = vmalert_rules.fewer(
                rule.query(rule.subjects), than=each.count, window=each.span
            )
            yield _alert(each, query, hold=GAP_HOLD)


def singles(intent: Intent) -> Iterator[tuple[AlertRule, str]]:
    """The alerts of a rule that is one of its own, with the query for its lines."""
    for rule in found(intent).rules.values():
        for subject, owner in rule.kind.subjects if rule.alone else ():
            query = rule.query((subject,))
            alert = AlertRule(
                name=rule.name,
                expr=vmalert_rules.some(query, window=intent.settings.keep.seconds, by="region"),
                tier=Tier.SECURITY,
                severity=rule.severity,
                subject=subject,
                owner=owner,
                summary=rule.title,
                description=rule.description,
                interval=EVERY,
                language="logsql",
            )
            yield alert, query


def correlated(intent: Intent) -> tuple[AlertRule, ...]:
    """The alerts that the detector decides."""
    known = found(intent)
    return tuple(
        _alert(each, _told(each, known))
        for each in known.correlations
        if not each.fewer and each.alone
    )


def _alert(each: Correlation, expr: str, hold: float = 0.0) -> AlertRule:
    return AlertRule(
        name=each.name,
        expr=expr,
        tier=Tier.SECURITY,
        severity=each.severity,
        subject=each.subject,
        owner=each.owner,
        summary=each.title,
        description=each.description,
        hold=hold,
        interval=EVERY,
        window=each.span,
        language="logsql",
    )


def _told(each: Correlation, known: Found) -> str:
    """A correlation in words, with the queries that it rests on."""
    what = {
        "event_count": f"at least {each.count} lines",
        "value_count": f"at least {each.count} values of {each.value}",
        "temporal": "all of these, in any order,",
        "temporal_ordered": "all of these, in this order,",
    }[each.type]
    group = f" with one {', '.join(each.by)}" if each.by else ""
    lines = [f"# {what} within {each.span:g} s{group}: {', '.join(each.parts)}"]
    for part in each.parts:
        if part in known.rules:
            rule = known.rules[part]
            lines.append(rule.query(rule.subjects))
        else:
            lines.append(_told(next(one for one in known.correlations if one.name == part), known))
    return "\n".join(lines)
