"""What a timeline must show of people who are called and informed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from seatrial.contract.arrivals import ARRIVED, FIRING, SOURCE, unseen
from seatrial.contract.checklist import told_after, told_on
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.contract.words import duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A message that must reach `who` on each of `channels`, within so many seconds.

    It is told by its alert and its labels; its first line must hold `mark`.
    """

    who: str
    alert: str
    labels: tuple[tuple[str, str], ...]
    channels: tuple[str, ...]
    within: float
    mark: str


def reached(wanted: tuple[Wanted, ...]) -> Judge:
    """Each message arrives on each channel in its form, marked, and in time."""

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = timeline.step("inject")
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was sent yet")
        arrived = {each: _arrived(each, timeline, start) for each in wanted}
        figures = tuple(
            Figure(
                name=told_after(each.who),
                value=round(max(one.at for one in found.values()) - start, 2),
                unit="s",
                target=each.within,
                bound="<=",
            )
            for each, found in arrived.items()
            if found
        )
        wrong = [one for each, found in arrived.items() for one in _wrong(each, found)]
        wrong += [f"{each.name} {duration(each.value)}" for each in figures if not each.holds]
        figures += tuple(_reached(each, found) for each, found in arrived.items())
        if wrong:
            return Judgement(state=State.BROKEN, reason="; ".join(wrong), figures=figures)
        missing = [one for each, found in arrived.items() for one in _missing(each, found)]
        if not missing:
            count = sum(map(len, arrived.values()))
            reason = f"{len(wanted)} were reached by {count} messages, each marked as an exercise"
            return Judgement(state=State.MET, reason=reason, figures=figures)
        reason = f"not reached: {', '.join(missing)}"
        dark = unseen(timeline)
        if dark:
            reason = f"{reason}, but {dark}"
        state = State.PENDING if not over else State.BLIND if dark else State.BROKEN
        return Judgement(state=state, reason=reason, figures=figures)

    return judge


def _reached(wanted: Wanted, found: dict[str, Observation]) -> Figure:
    """On how many of its channels it came, in its form and marked."""
    right = [each for each in found if not tuple(_wrong(wanted, {each: found[each]}))]
    return Figure(
        name=told_on(wanted.who),
        value=sum(each in wanted.channels for each in right),
        unit="",
        target=len(wanted.channels),
        bound="==",
    )


def _arrived(wanted: Wanted, timeline: Timeline, start: float) -> dict[str, Observation]:
    """The first of them on each channel."""
    found: dict[str, Observation] = {}
    for each in timeline.of(source=SOURCE, kind=ARRIVED):
        right = each.subject == wanted.alert and each.text == FIRING
        if right and each.at >= start and set(wanted.labels) <= set(each.labels.items()):
            found.setdefault(each.labels["channel"], each)
    return found


def _wrong(wanted: Wanted, found: dict[str, Observation]) -> Iterator[str]:
    for channel, each in found.items():
        if each.labels["valid"] != "yes":
            yield f"{wanted.who} by {channel}: {each.labels['valid']}"
        if wanted.mark not in each.labels["summary"]:
            yield f"{wanted.who} by {channel}: it does not say {wanted.mark}"


def _missing(wanted: Wanted, found: dict[str, Observation]) -> Iterator[str]:
    for channel in wanted.channels:
        if channel not in found:
            yield f"{wanted.who} by {channel}"
