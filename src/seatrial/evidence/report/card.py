"""One expectation as the page shows it: figures against targets, control, timeline. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from seatrial.contract.evidence import Artefact, ControlResult, Evidence, Verdict, outdated
from seatrial.contract.scenario import Figure
from seatrial.contract.words import ago, day, duration, instant, quantity, size
from seatrial.evidence.assess import Standing
from seatrial.evidence.report.drawing import Drawing, drawn
from seatrial.evidence.report.milestones import Story, story

_BOUNDS = {"<=": "\u2264", ">=": "\u2265", "==": "=", "<": "<"}
_BAR = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureView:
    """A figure in words; `bar` and `mark` are its value and its target on a scale of 0 to 100.

    `bar` is None where a bar would say nothing (no target, or a target of zero).
    """

    name: str
    value: str
    target: str
    holds: bool
    bar: float | None
    mark: float
    of: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An expectation's card. `story` and `drawing` are None where no drill was run."""

    anchor: str
    name: str
    scenario: str
    summary: str
    verdict: Verdict
    reason: str
    figures: tuple[FigureView, ...]
    control: str
    control_text: str
    control_when: str
    story: Story | None
    drawing: Drawing | None
    artefacts: tuple[tuple[str, str, str], ...]
    subjects: tuple[tuple[str, str], ...]
    made: str
    took: str
    expires: str
    seeded: str
    open: bool


def card(standing: Standing, evidence: Evidence | None, anchor: str, now: float) -> Card:
    """The card of an expectation; without evidence it says only what is missing."""
    told = story(evidence.timeline) if evidence else None
    state, text = _control(evidence, now)
    return Card(
        anchor=anchor,
        name=standing.id,
        scenario=evidence.scenario if evidence else "",
        summary=evidence.summary if evidence else "",
        verdict=standing.verdict,
        reason=standing.sentence,
        figures=tuple(figure(each) for each in evidence.figures) if evidence else (),
        control=state,
        control_text=text,
        control_when=_control_when(evidence),
        story=told,
        drawing=drawn(told) if told else None,
        artefacts=tuple(_artefact(each) for each in evidence.artefacts) if evidence else (),
        subjects=tuple(sorted(evidence.subjects.items())) if evidence else (),
        made=f"{instant(evidence.finished)}, {ago(now - evidence.finished)}" if evidence else "",
        took=duration(evidence.finished - evidence.started) if evidence else "",
        expires=day(evidence.expires) if evidence else "",
        seeded=evidence.seeded if evidence else "",
        open=standing.verdict in (Verdict.FAILED, Verdict.UNKNOWN),
    )


def figure(each: Figure, *, of: int = 1) -> FigureView:
    """One figure against its target."""
    target = ""
    if each.target is not None:
        target = f"{_BOUNDS.get(each.bound, each.bound)}\u00a0{quantity(each.target, each.unit)}"
    bar, mark = _bar(each)
    return FigureView(
        name=each.name,
        value=quantity(each.value, each.unit),
        target=target,
        holds=each.holds,
        bar=bar,
        mark=mark,
        of=of,
    )


def worst_figures(evidence: Iterable[Evidence]) -> tuple[FigureView, ...]:
    """Of each figure with a target, by name: the one that is nearest to missing it."""
    found: dict[tuple[str, str, str], list[Figure]] = {}
    for one in evidence:
        for each in one.figures:
            if each.target is not None:
                found.setdefault((each.name, each.unit, each.bound), []).append(each)
    return tuple(figure(min(each, key=_room), of=len(each)) for each in found.values())


def _room(each: Figure) -> float:
    """How far the value is on the good side of the target, negative when it misses it."""
    target = each.target or 0.0
    if each.bound == ">=":
        return each.value - target
    return target - each.value if each.bound.startswith("<") else -abs(each.value - target)


def _bar(each: Figure) -> tuple[float | None, float]:
    if not each.target or not isfinite(each.value) or each.value < 0 or each.target < 0:
        return None, 0.0
    top = max(each.value, each.target) * 1.1
    return round(each.value / top * _BAR, 1), round(each.target / top * _BAR, 1)


def _control(evidence: Evidence | None, now: float) -> tuple[str, str]:
    result: ControlResult | None = evidence.control if evidence else None
    if evidence is None:
        return "", ""
    if result is None:
        return "open", "Control not yet run: nobody has seen this proof fail."
    if result.red is None:
        return "open", f"Control could not be determined with {result.defect}: {result.reason}"
    if outdated(result, now):
        return "open", f"Too long ago, with {result.defect}, it turned red: {result.reason}"
    if result.red:
        return "red", f"With {result.defect}, it turned red: {result.reason}"
    return "green", f"With {result.defect}, it stayed green: {result.reason}"


def _control_when(evidence: Evidence | None) -> str:
    """When the control was run, or empty."""
    return instant(evidence.control.at) if evidence and evidence.control else ""


def _artefact(each: Artefact) -> tuple[str, str, str]:
    return each.name, f"{each.media_type}, {size(each.size)}", each.sha256
