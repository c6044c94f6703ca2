"""The report as the page's template wants it: words and places, nothing left to decide. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from seatrial.contract.evidence import Environment, Evidence, Verdict
from seatrial.contract.requirements import (
    CRITERIA,
    REQUIREMENTS,
    TESTS,
    Criterion,
    Group,
    Requirement,
)
from seatrial.contract.words import instant, size
from seatrial.evidence.assess import WORST_FIRST, Standing
from seatrial.evidence.report.card import Card, FigureView, card, worst_figures
from seatrial.evidence.report.model import Report, evidence_in

WORDS = {
    Verdict.PROVEN: "proven",
    Verdict.FAILED: "failed",
    Verdict.UNKNOWN: "unknown",
    Verdict.STALE: "stale",
    Verdict.EXCEPTED: "excepted",
    Verdict.NOT_PROMISED: "not promised",
    Verdict.NOT_BUILT: "not built",
}
HEADLINE = {
    Verdict.PROVEN: "Ready",
    Verdict.EXCEPTED: "Ready, with exceptions",
    Verdict.STALE: "Not ready",
    Verdict.FAILED: "Not ready",
    Verdict.UNKNOWN: "Could not be determined",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """An item with its standing; `cards` are the anchors of the expectations that speak for it."""

    id: str
    text: str
    verdict: Verdict
    sentence: str
    cards: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementView:
    """A requirement: `built` of `total` items are covered by an expectation."""

    id: str
    title: str
    proven_when: str
    verdict: Verdict
    sentence: str
    built: int
    total: int
    items: tuple[ItemView, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A field of readiness: the requirements of which something is built, and the others."""

    title: str
    built: tuple[RequirementView, ...]
    unbuilt: tuple[RequirementView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionView:
    """A success criterion or kind of shipped test, with the worst of its figures."""

    id: str
    title: str
    text: str
    verdict: Verdict
    sentence: str
    figures: tuple[FigureView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """Everything on the page.

    `criteria_cards` and `tests_cards` are the expectations that speak for no requirement.
    """

    headline: str
    verdict: Verdict
    sentence: str
    made: str
    host: tuple[tuple[str, str], ...]
    counts: tuple[tuple[Verdict, int], ...]
    groups: tuple[GroupView, ...]
    criteria: tuple[CriterionView, ...]
    tests: tuple[CriterionView, ...]
    criteria_cards: tuple[Card, ...]
    tests_cards: tuple[Card, ...]
    seeded: str


def viewed(report: Report) -> PageView:
    """The page of a report."""
    evidence = evidence_in(report)
    overall = report.assessment.overall
    standings = {each.id: each for each in report.assessment.requirements}
    cards: set[str] = set()  # a card is drawn once, under the first requirement that it serves
    groups = []
    for group in Group:
        views = [
            _requirement(each, standings[each.id], evidence, report.made, cards)
            for each in REQUIREMENTS
            if each.group is group
        ]
        groups.append(
            GroupView(
                title=group.value,
                built=tuple(each for each in views if each.verdict not in _SET_ASIDE),
                unbuilt=tuple(each for each in views if each.verdict in _SET_ASIDE),
            )
        )
    assessment = report.assessment
    own = {
        name: _cards(_leaves(standings), evidence, report.made, cards)
        for name, standings in (("criteria", assessment.criteria), ("tests", assessment.tests))
    }
    return PageView(
        headline=HEADLINE[overall.verdict],
        verdict=overall.verdict,
        sentence=_sentence(overall),
        made=instant(report.made),
        host=_host(report.environment),
        counts=tuple(overall.counts.items()),
        groups=tuple(groups),
        criteria=_criteria(CRITERIA, assessment.criteria, evidence),
        tests=_criteria(TESTS, assessment.tests, evidence),
        criteria_cards=own["criteria"],
        tests_cards=own["tests"],
        seeded=report.seeded,
    )


def _sentence(overall: Standing) -> str:
    """The sentence without the headline that stands above it."""
    rest = overall.sentence.removeprefix(f"{HEADLINE[overall.verdict]}: ")
    return rest[:1].upper() + rest[1:]


def _leaves(parts: Iterable[Standing]) -> Mapping[str, Standing]:
    """The expectations of items, each once, as it stands worst."""
    found: dict[str, Standing] = {}
    for leaf in (leaf for part in parts for leaf in part.parts):
        held = found.get(leaf.id)
        if held is None or WORST_FIRST.index(leaf.verdict) < WORST_FIRST.index(held.verdict):
            found[leaf.id] = leaf
    return found


def _cards(
    leaves: Mapping[str, Standing], evidence: Mapping[str, Evidence], now: float, known: set[str]
) -> tuple[Card, ...]:
    """Cards of those that are not `known` yet, the worst first; then they are."""
    fresh = [each for name, each in leaves.items() if name not in known]
    known.update(leaves)
    fresh.sort(key=lambda each: (WORST_FIRST.index(each.verdict), each.id))
    return tuple(card(each, evidence.get(each.id), _anchor(each.id), now) for each in fresh)


_SET_ASIDE = (Verdict.NOT_BUILT, Verdict.NOT_PROMISED)


def _requirement(
    requirement: Requirement,
    standing: Standing,
    evidence: Mapping[str, Evidence],
    now: float,
    known: set[str],
) -> RequirementView:
    parts = {each.id: each for each in standing.parts}
    items = []
    for item in requirement.items:
        part = parts.get(item.id, standing)
        items.append(
            ItemView(
                id=item.id,
                text=item.text,
                verdict=part.verdict,
                sentence=part.sentence,
                cards=tuple((_anchor(each.id), each.id) for each in part.parts),
            )
        )
    return RequirementView(
        id=requirement.id,
        title=requirement.title,
        proven_when=requirement.proven_when,
        verdict=standing.verdict,
        sentence=standing.sentence,
        built=sum(1 for each in items if each.verdict not in _SET_ASIDE),
        total=len(items),
        items=tuple(items),
        cards=_cards(_leaves(standing.parts), evidence, now, known),
    )


def _criteria(
    asked: tuple[Criterion, ...],
    standings: tuple[Standing, ...],
    evidence: Mapping[str, Evidence],
) -> tuple[CriterionView, ...]:
    by_id = {each.id: each for each in standings}
    return tuple(
        CriterionView(
            id=each.id,
            title=each.title,
            text=each.text,
            verdict=by_id[each.id].verdict,
            sentence=by_id[each.id].sentence,
            figures=worst_figures(
                evidence[part.id] for part in by_id[each.id].parts if part.id in evidence
            ),
        )
        for each in asked
    )


def _anchor(name: str) -> str:
    """A fragment that any name may have: letters, digits and hyphens, unique by its bytes."""
    return "x-" + "".join(
        each if each.isascii() and each.isalnum() else f"-{ord(each):x}-" for each in name
    )


def _host(environment: Environment) -> tuple[tuple[str, str], ...]:
    facts = (
        ("Environment", environment.name),
        ("Runtime", environment.runtime),
        ("System", environment.os),
        ("Kernel", environment.kernel),
        ("CPUs", str(environment.cpus) if environment.cpus else ""),
        ("Memory", size(environment.memory) if environment.memory else ""),
        ("Ran as", "root" if environment.root else "ordinary user"),
        ("seatrial", environment.seatrial),
    )
    return tuple((name, value) for name, value in facts if value)
