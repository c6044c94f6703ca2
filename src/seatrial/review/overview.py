"""Each requirement in one row: what is there, what is missing, what could be proven today."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from seatrial.contract.requirements import REQUIREMENTS, Requirement
from seatrial.review.exceptions import Judged
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule
from seatrial.review.subject import Subject
from seatrial.review.there import facts


class Sight(StrEnum):
    """What the files show of a requirement. None of them means that it is met."""

    MISSING = "missing"
    PARTLY = "in part"
    WRITTEN = "written"  # something is there and no rule objects; whether it works is not known
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One requirement. `provable` maps the items that a capability can prove to its name."""

    requirement: Requirement
    sight: Sight
    there: tuple[str, ...]
    missing: tuple[str, ...]
    rules: tuple[str, ...]
    risk: Risk | None
    provable: Mapping[str, str]


def overview(
    subject: Subject, judged: Collection[Judged], claims: Mapping[str, str]
) -> tuple[Row, ...]:
    """R01 to R22. `claims` maps an item's id to the installed capability that claims it."""
    found = facts(subject)
    rules = {each.finding.rule.id: each.finding.rule for each in judged if each.counts}
    return tuple(
        _row(each, found.get(each.id, ()), rules.values(), claims) for each in REQUIREMENTS
    )


def _row(
    each: Requirement,
    there: tuple[str, ...],
    rules: Iterable[Rule],
    claims: Mapping[str, str],
) -> Row:
    objecting = (
        rule for rule in rules if any(id_.partition(".")[0] == each.id for id_ in rule.requirements)
    )
    by_risk = sorted(objecting, key=lambda rule: (-rule.risk.rank, rule.id))
    sight = (
        (Sight.PARTLY if by_risk else Sight.WRITTEN)
        if there
        else (Sight.MISSING if by_risk else Sight.UNKNOWN)
    )
    return Row(
        requirement=each,
        sight=sight,
        there=there,
        missing=tuple(rule.title for rule in by_risk),
        rules=tuple(rule.id for rule in by_risk),
        risk=by_risk[0].risk if by_risk else None,
        provable={item.id: claims[item.id] for item in each.items if item.id in claims},
    )
