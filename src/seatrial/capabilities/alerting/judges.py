"""What a timeline must show: the page at the right team, or no page at all. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from seatrial.capabilities.alerting.declare import SINK
from seatrial.contract.arrivals import FIRING, RESOLVED, unseen
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

CHANNELS = ("pagerduty", "slack", "email")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The page that must arrive: its labels, its receiver, its channels, within `target` s.

    No other page may come meanwhile but those of `among` (labels), and no channel may carry the
    page more than `times`: once for each region that has an alert of its own. `worst` is how long
    the page may take by the configuration, in seconds: told beside what was measured. `after` may
    page, too, once the fault is undone: an outage's errors stay in the budget. `cause` are
    words of the step from which all counts; without them it is the first injection.
    """

    labels: Mapping[str, str]
    receiver: str
    target: float
    channels: tuple[str, ...] = CHANNELS
    clears: bool = False
    clear_within: float = 180.0
    worst: float | None = None
    among: tuple[Mapping[str, str], ...] = ()
    after: tuple[Mapping[str, str], ...] = ()
    times: int = 1
    cause: str = ""

    def begun(self, timeline: Timeline) -> float | None:
        """When what asks for the page was done; None before."""
        if not self.cause:
            return timeline.step("inject")
        steps = timeline.of(source="drill", kind="step")
        asked = [each.at for each in steps if each.subject == "inject" and self.cause in each.text]
        return asked[-1] if asked else None

    def matches(self, page: Observation) -> bool:
        """Whether a page is about this alert."""
        named = {**page.labels, "alertname": page.subject}
        return all(named.get(key) == value for key, value in self.labels.items())


def pages(timeline: Timeline, status: str) -> tuple[Observation, ...]:
    """What arrived at the sink with that status."""
    return tuple(each for each in timeline.of(source=SINK, kind="page") if each.text == status)


def _all_by_channel(
    wanted: Wanted, timeline: Timeline, status: str, since: float
) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = {}
    for page in pages(timeline, status):
        right = page.labels["receiver"] == wanted.receiver
        if page.at >= since and right and wanted.matches(page):
            found.setdefault(page.labels["channel"], []).append(page)
    return found


def by_channel(
    wanted: Wanted, timeline: Timeline, status: str, since: float
) -> dict[str, Observation]:
    """The first of the wanted notices on each channel that carried one."""
    found = _all_by_channel(wanted, timeline, status, since)
    return {channel: each[0] for channel, each in found.items()}


def ripe(wanted: Wanted) -> Callable[[Timeline], bool]:
    """The fault has been seen on every channel, and may end."""

    def seen(timeline: Timeline) -> bool:
        start = wanted.begun(timeline)
        if start is None:
            return False
        return set(wanted.channels) <= set(by_channel(wanted, timeline, FIRING, start))

    return seen


def paged(wanted: Wanted) -> Judge:
    """The page arrives once on each channel at the right receiver in time; clears if asked."""

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = wanted.begun(timeline)
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        arrived = by_channel(wanted, timeline, FIRING, start)
        figures = _arrival_figures(wanted, arrived, start)
        broken = _seen_wrong(wanted, timeline, start, arrived, figures)
        if broken:
            return Judgement(state=State.BROKEN, reason=broken, figures=figures)
        found = _awaited(wanted, timeline, start, now, over=over, figures=figures)
        dark = unseen(timeline)
        if not dark or found.state is State.PENDING:
            return found
        # what did not come, and what did not come beside it, rests on the sink's last word
        state = State.BLIND if over else State.PENDING
        return replace(found, state=state, reason=f"{found.reason}, but {dark}")

    return judge


def untold(reason: str) -> Judge:
    """Nothing here can tell, and `reason` says why: unknown, whatever happens."""

    def judge(_timeline: Timeline, _now: float, _over: bool) -> Judgement:  # noqa: FBT001 - Judge
        return Judgement(state=State.BLIND, reason=reason)

    return judge


def once(wanted: Wanted) -> Judge:
    """As `paged`, with the number of notices as a figure: a page that repeats is no page."""
    inner = paged(replace(wanted, clears=False, worst=None))

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        found = inner(timeline, now, over)
        start = wanted.begun(timeline)
        if start is None:
            return found
        notices = _all_by_channel(wanted, timeline, FIRING, start).values()
        most = max(map(len, notices), default=0)
        figure = Figure(
            name="notices on one channel", value=most, unit="", target=wanted.times, bound="<="
        )
        return replace(found, figures=(*found.figures, figure))

    return judge


def _seen_wrong(
    wanted: Wanted,
    timeline: Timeline,
    start: float,
    arrived: Mapping[str, Observation],
    figures: tuple[Figure, ...],
) -> str:
    """What was seen and must not be, whatever else could not be seen."""
    broken = _wrong(wanted, timeline, start) or _invalid(arrived) or _again(wanted, timeline, start)
    late = [each for each in figures if not each.holds]
    if broken or not late:
        return broken
    return f"{late[0].name}: {late[0].value:.1f} s is more than {wanted.target:g} s"


def _again(wanted: Wanted, timeline: Timeline, start: float) -> str:
    for channel, notices in _all_by_channel(wanted, timeline, FIRING, start).items():
        if len(notices) > wanted.times:
            gap = notices[wanted.times].at - notices[0].at
            name = wanted.labels.get("alertname", "the alert")
            return f"{name} paged {len(notices)} times by {channel}, again after {gap:.0f} s"
    return ""


def _awaited(
    wanted: Wanted,
    timeline: Timeline,
    start: float,
    now: float,
    *,
    over: bool,
    figures: tuple[Figure, ...],
) -> Judgement:
    """Whether everything that must come has come."""
    arrived = by_channel(wanted, timeline, FIRING, start)
    missing = [each for each in wanted.channels if each not in arrived]
    if missing:
        return _missing(wanted, missing, now - start, over=over, figures=figures)
    if wanted.clears:
        return _cleared(wanted, timeline, figures, over=over)
    name = wanted.labels.get("alertname", "the alert")
    took = max(each.at for each in arrived.values()) - start
    reason = f"{name} reached {wanted.receiver} on {len(arrived)} channels in {took:.1f} s"
    return Judgement(state=State.MET, reason=reason, figures=figures)


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
    undone = timeline.step("undo")
    for page in pages(timeline, FIRING):
        if page.at < start:
            continue
        about = page.labels.get("service", "")
        if wanted.matches(page):
            if page.labels["receiver"] != wanted.receiver:
                return f"{page.subject} also went to {page.labels['receiver']}"
            continue
        repaired = undone is not None and page.at >= undone
        if uncalled(page, timeline, (*wanted.among, *(wanted.after if repaired else ()))):
            return f"{page.subject} of {about} also paged, {page.at - start:.0f} s after the fault"
    return ""


def uncalled(
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
    missing: list[str],
    waited: float,
    *,
    over: bool,
    figures: tuple[Figure, ...],
) -> Judgement:
    name = wanted.labels.get("alertname", "the alert")
    where = f"{name} did not reach {wanted.receiver} by {', '.join(missing)}"
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
    resolved = by_channel(wanted, timeline, RESOLVED, undone)
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
