"""The whole review of one subject: findings by risk, exceptions, the overview, the verdict."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from seatrial.review.exceptions import Exemption, Judged, Standing, idle, judge
from seatrial.review.overview import Row, overview
from seatrial.review.risk import Risk
from seatrial.review.rule import Finding, Rule
from seatrial.review.rules import RULES
from seatrial.review.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What the review says; `judged` by risk, the riskiest first."""

    subject: Subject
    judged: tuple[Judged, ...]
    rows: tuple[Row, ...]
    idle: tuple[Exemption, ...] = ()

    @property
    def counted(self) -> tuple[Judged, ...]:
        """The findings that count."""
        return tuple(each for each in self.judged if each.counts)

    def at_least(self, risk: Risk) -> tuple[Judged, ...]:
        """The findings that count, of that risk or above."""
        return tuple(each for each in self.counted if each.finding.rule.risk >= risk)

    @property
    def expired(self) -> tuple[Judged, ...]:
        """Those whose exception is over."""
        return tuple(each for each in self.judged if each.standing is Standing.EXPIRED)

    @property
    def excepted(self) -> tuple[Judged, ...]:
        """Those that an exception covers."""
        return tuple(each for each in self.judged if each.standing is Standing.EXCEPTED)

    def by_rule(self) -> tuple[tuple[Rule, tuple[Judged, ...]], ...]:
        """The findings that count, grouped by rule, the riskiest rule first."""
        groups: dict[str, list[Judged]] = {}
        for each in self.counted:
            groups.setdefault(each.finding.rule.id, []).append(each)
        return tuple((group[0].finding.rule, tuple(group)) for group in groups.values())


def findings(subject: Subject, rules: Iterable[Rule] = RULES) -> tuple[Finding, ...]:
    """Everything that the rules see, the riskiest first, then by rule and place."""
    found = [
        Finding(
            rule=rule,
            subject=seen.subject,
            place=seen.place,
            summary=seen.summary,
            cure=rule.cures[subject.source](subject, seen),
        )
        for rule in rules
        if subject.source in rule.cures
        for seen in rule.looks(subject)
    ]
    return tuple(
        sorted(
            found, key=lambda each: (-each.rule.risk.rank, each.rule.id, each.place, each.subject)
        )
    )


def assess(
    subject: Subject,
    exemptions: Collection[Exemption] = (),
    claims: Mapping[str, str] | None = None,
) -> Assessment:
    """Review a subject; exceptions are judged by the subject's day."""
    judged = tuple(judge(each, exemptions, subject.today) for each in findings(subject))
    return Assessment(
        subject=subject,
        judged=judged,
        rows=overview(subject, judged, claims or {}),
        idle=idle(judged, exemptions),
    )
