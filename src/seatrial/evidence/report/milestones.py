"""What of a timeline is worth drawing: from the fault to the page to the recovery. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from seatrial.contract.timeline import Observation

STEPS = {
    "defect planted": ("control", "Defect planted"),
    "inject": ("fault", "Fault injected"),
    "undo": ("undo", "Fault undone"),
    "recovered": ("good", "Ready again"),
    "not recovered": ("fault", "Not recovered"),
}
MESSAGES = {"page": "Page", "resolved": "Resolved notice"}
TOGETHER = 1.0  # seconds within which messages are of one notification


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One milestone. `offset` is in seconds from the first fault, negative before it.

    `kind` is one of control, fault, undo, good, scrape, pending, firing, page, resolved.
    `detail` is what the short label leaves out.
    """

    offset: float
    kind: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The milestones in order, and the spans (start, end) during which a fault was in place.

    Offsets in seconds from the first fault. Without a fault they count from the first thing seen,
    and `faulted` is False.
    """

    marks: tuple[Mark, ...]
    faults: tuple[tuple[float, float], ...]
    end: float
    faulted: bool


def story(timeline: Iterable[Observation]) -> Story:
    """What happened, without what was merely polled.

    Of each alert's states and of each channel's pages and resolved notices only the first counts;
    before the fault only the drill's own steps do, since the rest is of earlier drills.
    """
    seen = sorted(timeline, key=lambda each: each.at)
    injected = [each.at for each in seen if each.kind == "step" and each.subject == "inject"]
    if not seen:
        return Story(marks=(), faults=(), end=0.0, faulted=False)
    zero = injected[0] if injected else seen[0].at
    marks: list[Mark] = []
    known: set[tuple[str, ...]] = set()
    for each in seen:
        if each.kind != "step" and each.at < zero:
            continue
        found = _mark(each, each.at - zero, after=bool(injected))
        if found is None:
            continue
        key = (found.kind, found.label)
        # a fault that is injected again is a new fault; everything else is told once
        if each.kind != "step" and key in known:
            continue
        known.add(key)
        marks.append(found)
    joined = _joined(marks)
    return Story(
        marks=joined,
        faults=_spans(seen, zero),
        end=joined[-1].offset if joined else 0.0,
        faulted=bool(injected),
    )


def _joined(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Messages of one notification as one mark: `Page: slack, email`."""
    found: list[Mark] = []
    for mark in marks:
        last = found[-1] if found else None
        if (
            last is not None
            and mark.kind == last.kind
            and mark.kind in MESSAGES
            and mark.offset - last.offset <= TOGETHER
            and mark.detail == last.detail
        ):
            _, _, channel = mark.label.partition(": ")
            found[-1] = replace(last, label=f"{last.label}, {channel}")
        else:
            found.append(mark)
    return tuple(found)


def _mark(each: Observation, offset: float, *, after: bool) -> Mark | None:
    if each.kind == "step" and each.subject in STEPS:
        kind, label = STEPS[each.subject]
        return Mark(offset=offset, kind=kind, label=label, detail=each.text)
    if each.kind == "alert" and each.text in ("pending", "firing"):
        if each.labels.get("severity") == "info":
            return None  # the dead man's switch: it always fires
        service = each.labels.get("service", "")
        return Mark(
            offset=offset, kind=each.text, label=f"{each.subject} {each.text}", detail=service
        )
    if each.kind == "page":
        channel = each.labels.get("channel", "") or each.source
        kind = "resolved" if each.text == "resolved" else "page"
        return Mark(
            offset=offset,
            kind=kind,
            label=f"{MESSAGES[kind]}: {channel}",
            detail=_page_detail(each),
        )
    if after and each.kind in ("sample", "health", "scrape") and each.value == 0 and _is_up(each):
        return Mark(offset=offset, kind="scrape", label="First failed scrape", detail=each.subject)
    return None


def _page_detail(each: Observation) -> str:
    receiver = each.labels.get("receiver", "")
    return f"{each.subject} to {receiver}" if receiver else each.subject


def _is_up(each: Observation) -> bool:
    return each.labels.get("__name__") == "up" or each.subject == "up" or each.kind != "sample"


def _spans(seen: list[Observation], zero: float) -> tuple[tuple[float, float], ...]:
    spans: list[tuple[float, float]] = []
    start: float | None = None
    for each in seen:
        if each.kind != "step":
            continue
        if each.subject == "inject" and start is None:
            start = each.at - zero
        elif each.subject == "undo" and start is not None:
            spans.append((start, each.at - zero))
            start = None
    if start is not None:
        spans.append((start, seen[-1].at - zero))
    return tuple(spans)
