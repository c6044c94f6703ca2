"""What a timeline must show of a window: nobody is told in it, and everybody after it. Pure."""

from collections.abc import Callable, Mapping

from seatrial.capabilities.alerting.judges import Wanted, by_channel, pages, uncalled
from seatrial.contract.arrivals import FIRING, unseen
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

# Seconds before the undo is through in which the window may be gone already: it goes last.
_LAG = 10.0
_HELD_BY = "mute"
Found = tuple[State, str]


def held_until(held: Wanted, free: Wanted | None) -> tuple[Judge, Callable[[Timeline], bool]]:
    """The judge, and whether the fault that is there has been seen by whom it must.

    The alert of `held` fires in the first injection, is held back by a mute time as long as that
    lasts, and pages once it is over; `free` pages at once. Nothing else pages.
    """

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = timeline.step("inject")
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        end = timeline.step("undo")
        early = _early(held, timeline, start, end)
        figures = _figures(held, free, timeline, (start, end), len(early))
        if early:
            took = early[0].at - start
            reason = f"{early[0].subject} paged {took:.0f} s into its window"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        state, reason = _others(held, free, timeline, start) or _awaited(
            held, free, timeline, (start, end, now), over=over
        )
        dark = unseen(timeline)
        if dark and state is State.MET:
            state, reason = (State.BLIND if over else State.PENDING), f"{reason}, but {dark}"
        return Judgement(state=state, reason=reason, figures=figures)

    def ripe(timeline: Timeline) -> bool:
        start, end = timeline.step("inject"), timeline.step("undo")
        if start is None:
            return False
        if end is not None:
            return _arrived(held, timeline, end - _LAG)
        told = free is None or _arrived(free, timeline, start)
        return told and _muted(held, timeline) is not None

    return judge, ripe


def _muted(held: Wanted, timeline: Timeline) -> float | None:
    """When Alertmanager last said that a mute time holds the alert back; None if it never did."""
    told = (
        each.at
        for each in timeline.of(kind="routed")
        if held.matches(each) and each.labels["held_by"] == _HELD_BY
    )
    return max(told, default=None)


def _early(
    held: Wanted, timeline: Timeline, start: float, end: float | None
) -> tuple[Observation, ...]:
    """The pages that came while the window held."""
    over = float("inf") if end is None else max(end - _LAG, _muted(held, timeline) or 0.0)
    return tuple(
        each for each in pages(timeline, FIRING) if held.matches(each) and start <= each.at < over
    )


def _arrived(wanted: Wanted, timeline: Timeline, since: float) -> bool:
    return not _missing(wanted, timeline, since)


def _missing(wanted: Wanted, timeline: Timeline, since: float) -> list[str]:
    found = by_channel(wanted, timeline, FIRING, since)
    return [each for each in wanted.channels if each not in found]


def _others(held: Wanted, free: Wanted | None, timeline: Timeline, start: float) -> Found | None:
    known: list[Mapping[str, str]] = [
        each for one in (held, free) if one is not None for each in (one.labels, *one.after)
    ]
    for page in pages(timeline, FIRING):
        if page.at >= start and uncalled(page, timeline, tuple(known)):
            about = page.labels.get("service", "")
            after = f"{page.at - start:.0f} s after the fault"
            return State.BROKEN, f"{page.subject} of {about} also paged, {after}"
    return None


def _awaited(
    held: Wanted,
    free: Wanted | None,
    timeline: Timeline,
    when: tuple[float, float | None, float],
    *,
    over: bool,
) -> Found:
    """Whether all that must be seen was; `when` is the start, the end of the window, and now."""
    start, end, now = when
    name = held.labels["service"]
    if free is not None and (missing := _missing(free, timeline, start)):
        late = over or now - start > free.target
        reason = f"{free.labels['service']}, which has no window, did not page by"
        return (State.BROKEN if late else State.PENDING), f"{reason} {', '.join(missing)}"
    if _muted(held, timeline) is None:
        # that nobody was paged shows nothing where nothing would have paged
        reason = f"no mute time was seen to hold the alert of {name} back"
        return (State.BLIND if over else State.PENDING), reason
    if end is None:
        return (State.BLIND if over else State.PENDING), "the window still lasts"
    if missing := _missing(held, timeline, end - _LAG):
        late = over or now - end > held.target + _LAG
        reason = f"{name} did not page by {', '.join(missing)} when its window was over"
        return (State.BROKEN if late else State.PENDING), reason
    beside = f", {free.labels['service']} meanwhile did" if free is not None else ""
    return State.MET, f"{name} paged nobody in its window{beside}, and paged after it"


def _figures(
    held: Wanted,
    free: Wanted | None,
    timeline: Timeline,
    when: tuple[float, float | None],
    early: int,
) -> tuple[Figure, ...]:
    start, end = when
    found = [Figure(name="pages in the window", value=early, unit="", target=0, bound="==")]
    if end is not None:
        found.append(Figure(name="window", value=round(end - start, 1), unit="s"))
        at = by_channel(held, timeline, FIRING, end - _LAG).get("pagerduty")
        if at is not None:
            value = round(max(at.at - end, 0.0), 2)
            found.append(Figure(name="end of window to page", value=value, unit="s"))
    paged = by_channel(free, timeline, FIRING, start).get("pagerduty") if free is not None else None
    if free is not None and paged is not None:
        name = f"fault to page of {free.labels['service']}"
        value = round(paged.at - start, 2)
        found.append(Figure(name=name, value=value, unit="s", target=free.target, bound="<="))
    return tuple(found)
