"""What a timeline must show: the page at the right team, or no page at all. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from seatrial.capabilities.alerting.arrivals import FIRING, RESOLVED
from seatrial.capabilities.alerting.declare import SINK
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

CHANNELS = ("pagerduty", "slack", "email")
BEAT = "beat"
BEAT_GAP = 30.0  # seconds between two sightings of the alerting path's own beat


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The page that must arrive: its labels, its receiver, its channels, within `target` s.

    No other page may come meanwhile but those of `among` (labels). `worst` is how long
    the page may take by the configuration, in seconds: told beside what was measured.
    """

    labels: Mapping[str, str]
    receiver: str
    target: float
    channels: tuple[str, ...] = CHANNELS
    clears: bool = False
    clear_within: float = 180.0
    worst: float | None = None
    among: tuple[Mapping[str, str], ...] = ()

    def matches(self, page: Observation) -> bool:
        """Whether a page is about this alert."""
        named = {**page.labels, "alertname": page.subject}
        return all(named.get(key) == value for key, value in self.labels.items())


def pages(timeline: Timeline, status: str) -> tuple[Observation, ...]:
    """What arrived at the sink with that status."""
    return tuple(each for each in timeline.of(source=SINK, kind="page") if each.text == status)


def _by_channel(
    wanted: Wanted, timeline: Timeline, status: str, since: float
) -> dict[str, Observation]:
    found: dict[str, Observation] = {}
    for page in pages(timeline, status):
        right = page.labels["receiver"] == wanted.receiver
        if page.at >= since and right and wanted.matches(page):
            found.setdefault(page.labels["channel"], page)
    return found


def ripe(wanted: Wanted) -> Callable[[Timeline], bool]:
    """The fault has been seen on every channel, and may end."""

    def seen(timeline: Timeline) -> bool:
        start = timeline.step("inject")
        if start is None:
            return False
        return set(wanted.channels) <= set(_by_channel(wanted, timeline, FIRING, start))

    return seen


def paged(wanted: Wanted) -> Judge:
    """The page arrives on each channel at the right receiver in time, and clears if asked."""

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = timeline.step("inject")
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        arrived = _by_channel(wanted, timeline, FIRING, start)
        figures = _arrival_figures(wanted, arrived, start)
        name = wanted.labels.get("alertname", "the alert")
        broken = _wrong(wanted, timeline, start) or _invalid(arrived)
        if broken:
            return Judgement(state=State.BROKEN, reason=broken, figures=figures)
        missing = [each for each in wanted.channels if each not in arrived]
        if missing:
            return _missing(wanted, timeline, missing, now - start, over=over, figures=figures)
        late = [each for each in figures if not each.holds]
        if late:
            reason = f"{late[0].name}: {late[0].value:.1f} s is more than {wanted.target:g} s"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        if wanted.clears:
            return _cleared(wanted, timeline, figures, over=over)
        took = max(each.at for each in arrived.values()) - start
        reason = f"{name} reached {wanted.receiver} on {len(arrived)} channels in {took:.1f} s"
        return Judgement(state=State.MET, reason=reason, figures=figures)

    return judge


def _arrival_figures(
    wanted: Wanted, arrived: Mapping[str, Observation], start: float
) -> tuple[Figure, ...]:
    found = [
        Figure(
            name="fault to page" if channel == "pagerduty" else f"fault to {channel}",
            value=round(arrived[channel].at - start, 2),
            unit="s",
            target=wanted.target,
            bound="<=",
        )
        for channel in wanted.channels
        if channel in arrived
    ]
    if found and wanted.worst is not None:
        found.append(Figure(name="worst case by configuration", value=wanted.worst, unit="s"))
    return tuple(found)


def _wrong(wanted: Wanted, timeline: Timeline, start: float) -> str:
    for page in pages(timeline, FIRING):
        if page.at < start:
            continue
        about = page.labels.get("service", "")
        if wanted.matches(page):
            if page.labels["receiver"] != wanted.receiver:
                return f"{page.subject} also went to {page.labels['receiver']}"
        elif _uncalled(page, timeline, wanted.among):
            return f"{page.subject} of {about} also paged, {page.at - start:.0f} s after the fault"
    return ""


def _uncalled(
    page: Observation, timeline: Timeline, among: tuple[Mapping[str, str], ...] = ()
) -> bool:
    """A page that neither this drill nor one that runs beside it expects."""
    if page.labels.get("severity") != "page":
        return False
    named = {**page.labels, "alertname": page.subject}
    return not any(
        all(named.get(key) == value for key, value in labels.items())
        for labels in (*among, *(each.labels for each in timeline.of(kind="beside")))
    )


def _invalid(arrived: Mapping[str, Observation]) -> str:
    for channel, page in arrived.items():
        if page.labels["valid"] != "yes":
            return f"the {channel} message is not in its form: {page.labels['valid']}"
    return ""


def _missing(
    wanted: Wanted,
    timeline: Timeline,
    missing: list[str],
    waited: float,
    *,
    over: bool,
    figures: tuple[Figure, ...],
) -> Judgement:
    name = wanted.labels.get("alertname", "the alert")
    where = f"{name} did not reach {wanted.receiver} by {', '.join(missing)}"
    blind = [each for each in timeline.of(kind="unreachable") if each.subject == SINK]
    if blind and over:
        return Judgement(
            state=State.BLIND,
            reason=f"{where}, but the sink could not be asked {len(blind)} times",
            figures=figures,
        )
    if over or waited > wanted.target:
        return Judgement(
            state=State.BROKEN, reason=f"{where} within {waited:.0f} s", figures=figures
        )
    return Judgement(state=State.PENDING, reason=f"{where} yet", figures=figures)


def _cleared(
    wanted: Wanted, timeline: Timeline, figures: tuple[Figure, ...], *, over: bool
) -> Judgement:
    undone = timeline.step("undo")
    if undone is None:
        state = State.BROKEN if over else State.PENDING
        return Judgement(state=state, reason="the fault is still there", figures=figures)
    resolved = _by_channel(wanted, timeline, RESOLVED, undone)
    missing = [each for each in wanted.channels if each not in resolved]
    if missing:
        state = State.BROKEN if over else State.PENDING
        reason = f"paged, but no resolved notice by {', '.join(missing)}"
        return Judgement(state=state, reason=reason, figures=figures)
    took = max(each.at for each in resolved.values()) - undone
    clear = Figure(
        name="repair to resolved notice",
        value=round(took, 2),
        unit="s",
        target=wanted.clear_within,
        bound="<=",
    )
    name = wanted.labels.get("alertname", "the alert")
    return Judgement(
        state=State.MET if clear.holds else State.BROKEN,
        reason=f"{name} paged {wanted.receiver} and cleared {took:.0f} s after the repair",
        figures=(*figures, clear),
    )


def quiet(*, at_least: float = 0.0) -> Judge:
    """No page arrives while the drill lasts, with the whole way of a page seen to be alive.

    `at_least`: seconds for which something must have been watched. The alerting path's own beat
    must be seen to the end, without a gap: silence of the dead is not quiet.
    """

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = timeline.step("inject")
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        came = [
            each
            for each in pages(timeline, FIRING)
            if each.at >= start and _uncalled(each, timeline)
        ]
        count = len({(each.subject, each.labels.get("service")) for each in came})
        figures = (Figure(name="pages", value=count, unit="", target=0, bound="=="),)
        if came:
            first = came[0]
            about = first.labels.get("service", "")
            reason = f"{first.subject} of {about} paged {first.at - start:.0f} s in"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        if not over:
            return Judgement(state=State.PENDING, reason="no page so far", figures=figures)
        blind = _blindness(timeline, start, now, at_least)
        if blind:
            return Judgement(state=State.BLIND, reason=blind, figures=figures)
        return Judgement(state=State.MET, reason=f"no page in {now - start:.0f} s", figures=figures)

    return judge


def _blindness(timeline: Timeline, start: float, now: float, at_least: float) -> str:
    if now - start < at_least:
        return f"watched for {now - start:.0f} s only"
    sinks = [each for each in timeline.of(kind="unreachable") if each.subject == SINK]
    if sinks:
        return f"the sink could not be asked {len(sinks)} times"
    beats = [each.at for each in timeline.of(kind="sample") if each.subject == BEAT and each.value]
    moments = [start, *(each for each in beats if each > start), now]
    gap = max(after - before for before, after in pairwise(moments))
    if gap > BEAT_GAP:
        return f"the alerting path was not seen to be alive for {gap:.0f} s"
    return ""


def delivered(wanted: tuple[Wanted, ...]) -> Judge:
    """Every one of several messages arrives, valid, at its own receiver."""
    among = tuple(each.labels for each in wanted)
    judges = tuple(paged(replace(each, among=among)) for each in wanted)

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        found = [each(timeline, now, over) for each in judges]
        arrived = sum(len(each.figures) for each in found)
        total = sum(len(each.channels) for each in wanted)
        slowest = max((one.value for each in found for one in each.figures), default=0.0)
        figures = (
            Figure(name="messages", value=arrived, unit="", target=total, bound="=="),
            Figure(name="slowest message", value=slowest, unit="s"),
        )
        for state in (State.BROKEN, State.BLIND, State.PENDING):
            for each in found:
                if each.state is state:
                    return Judgement(state=state, reason=each.reason, figures=figures)
        reason = f"{arrived} messages reached {len(wanted)} receivers"
        return Judgement(state=State.MET, reason=reason, figures=figures)

    return judge


def paged_after(wanted: Wanted, silent: float) -> Judge:
    """No page in the first `silent` seconds, and the page after them."""
    later = paged(wanted)

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = timeline.step("inject")
        early = [
            each
            for each in pages(timeline, FIRING)
            if start is not None and wanted.matches(each) and start <= each.at < start + silent
        ]
        if early:
            return Judgement(
                state=State.BROKEN, reason=f"{early[0].subject} paged while it was silenced"
            )
        return later(timeline, now, over)

    return judge


def held_back(
    held: tuple[Mapping[str, str], ...],
    free: tuple[Mapping[str, str], ...],
    *,
    by: str = "inhibition",
) -> Judge:
    """Alertmanager suppresses each of `held` as `by` says, and none of `free`."""

    def newest(timeline: Timeline, labels: Mapping[str, str]) -> str | None:
        state = None
        for each in timeline.of(kind="routed"):
            if all(each.labels.get(key) == value for key, value in labels.items()):
                state = each.labels["held_by"] or each.text
        return state

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        loose = [each for each in held if newest(timeline, each) != by]
        taken = [each for each in free if newest(timeline, each) != "active"]
        figures = (
            Figure(
                name="held back",
                value=len(held) - len(loose),
                unit="",
                target=len(held),
                bound="==",
            ),
            Figure(
                name="left alone",
                value=len(free) - len(taken),
                unit="",
                target=len(free),
                bound="==",
            ),
        )
        if not loose and not taken:
            reason = f"{len(held)} alerts are held back, {len(free)} are not"
            return Judgement(state=State.MET, reason=reason, figures=figures)
        last = max((each.at for each in timeline.of(kind="routed")), default=0.0)
        lost = [each for each in timeline.of(kind="unreachable") if each.at > last]
        if over and lost:
            return Judgement(state=State.BLIND, reason=lost[-1].text, figures=figures)
        wrong = (loose or taken)[0]
        what = "is not held back" if loose else "is held back or missing"
        return Judgement(
            state=State.BROKEN if over else State.PENDING,
            reason=f"the alert of {wrong['service']} {what}",
            figures=figures,
        )

    return judge
