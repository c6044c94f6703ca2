"""What a timeline must show of the collection. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from seatrial.capabilities.metrics.rules import EXPLOSION
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline

FRESH = 60.0
MEASURED, IDLE, DEPLOYING, NEVER = "measured", "idle", "deploying", "never seen"
_WELL = frozenset({MEASURED, IDLE})
NAMED = 5  # things named in a reason; the rest is in the raw timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One thing that must have fresh data: labels that some sample of `subject` must carry.

    Every matching sample's value must be `good`: then the thing is `measured`, or `idle` where all
    samples of `pace` with these labels (events a second) are 0. Else it is `deploying` where it
    is one `replica` of several of which another is good, and `otherwise` where it is not.
    """

    title: str
    subject: str
    labels: Mapping[str, str]
    good: Callable[[float], bool]
    otherwise: str
    pace: str = ""


def up(title: str, subject: str, labels: Mapping[str, str], otherwise: str = "dead") -> Expected:
    """A gauge that is 1 while all is well."""
    return Expected(
        title=title,
        subject=subject,
        labels=labels,
        good=lambda value: value == 1,
        otherwise=otherwise,
    )


def fresh(title: str, subject: str, labels: Mapping[str, str], pace: str = "") -> Expected:
    """A series whose sample is the age, in seconds, of its newest value; `pace`: a counter's."""
    return Expected(
        title=title,
        subject=subject,
        labels=labels,
        good=lambda value: value < FRESH,
        otherwise="stale",
        pace=pace,
    )


def counted(title: str, subject: str, labels: Mapping[str, str], otherwise: str) -> Expected:
    """A number of events that is not zero."""
    return Expected(
        title=title,
        subject=subject,
        labels=labels,
        good=lambda value: value > 0,
        otherwise=otherwise,
    )


def _carries(sample: Observation, labels: Mapping[str, str]) -> bool:
    return all(sample.labels.get(key) == value for key, value in labels.items())


def coverage(expected: tuple[Expected, ...], *, well: str) -> Judge:
    """Everything expected has a sample, and a good one: then `well` is said of it."""

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        newest = _newest(timeline)
        states = {each.title: _state(each, newest) for each in expected}
        ill = {title: state for title, state in states.items() if state not in _WELL}
        share = 100 * (len(states) - len(ill)) / len(states) if states else 0.0
        figures = (
            Figure(name="measured", value=round(share, 2), unit="%", target=100, bound="=="),
            Figure(name="things to measure", value=len(states), unit=""),
        )
        if states and not ill:
            return Judgement(state=State.MET, reason=f"{well}{_idle(states)}", figures=figures)
        first = [f"{title} is {state}" for title, state in list(ill.items())[:NAMED]]
        listed = "; ".join(first) or "there is nothing to measure"
        return Judgement(state=absent(timeline, over=over), reason=listed, figures=figures)

    return judge


def lacking(judge: Judge, gap: str) -> Judge:
    """Never more than unknown: `gap` says, in a sentence, what nobody can see here."""

    def judged(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge's protocol
        found = judge(timeline, now, over)
        if found.state is not State.MET:
            return found
        return replace(found, state=State.BLIND, reason=f"{found.reason}; but {gap}")

    return judged


def told(judge: Judge, subject: str, figures: frozenset[str]) -> Judge:
    """Unknown, where samples of `subject` say of some of these figures why nobody can tell them."""

    def judged(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge's protocol
        found = judge(timeline, now, over)
        untold = [
            f"{each.labels['figure']} of {each.labels.get('service', '')}"
            f" (replica {each.labels.get('replica', '')}): {each.labels.get('reason', '')}"
            for each in _newest(timeline).get(subject, ())
            if each.labels.get("figure") in figures
        ]
        if found.state is not State.BROKEN or not untold:
            return found
        return replace(found, state=State.BLIND, reason="; ".join(untold[:NAMED]))

    return judged


def _newest(timeline: Timeline) -> Mapping[str, tuple[Observation, ...]]:
    """Each subject's samples of its last poll, in each region: every one is asked by itself."""
    last: dict[tuple[str, str], float] = {}
    samples = timeline.of(kind="sample")
    for each in samples:
        asked = each.subject, each.labels.get("region", "")
        last[asked] = max(last.get(asked, 0.0), each.at)
    found: dict[str, tuple[Observation, ...]] = {}
    for each in samples:
        if each.at == last[each.subject, each.labels.get("region", "")]:
            found[each.subject] = (*found.get(each.subject, ()), each)
    return found


def _idle(states: Mapping[str, str]) -> str:
    """What is measured and does nothing: no failure, but to be known."""
    titles = [title for title, state in states.items() if state == IDLE]
    more = f" and {len(titles) - NAMED} more" if len(titles) > NAMED else ""
    return f"; idle: {', '.join(titles[:NAMED])}{more}" if titles else ""


def _state(expected: Expected, newest: Mapping[str, tuple[Observation, ...]]) -> str:
    """measured, idle, deploying, never seen, or what it is otherwise: dead, stale, unready."""
    found = _values(expected.subject, expected.labels, newest)
    if found is None:
        return NEVER
    if not found or not all(map(expected.good, found)):
        return DEPLOYING if _beside(expected, newest) else expected.otherwise
    pace = _values(expected.pace, expected.labels, newest) if expected.pace else None
    return IDLE if pace and not any(pace) else MEASURED


def _values(
    subject: str, labels: Mapping[str, str], newest: Mapping[str, tuple[Observation, ...]]
) -> list[float] | None:
    """The values of the samples that carry the labels; None where there is no such sample."""
    matching = [each for each in newest.get(subject, ()) if _carries(each, labels)]
    return [each.value for each in matching if each.value is not None] if matching else None


def _beside(expected: Expected, newest: Mapping[str, tuple[Observation, ...]]) -> bool:
    """Whether another replica of the same is well."""
    if "replica" not in expected.labels:
        return False
    others = {key: value for key, value in expected.labels.items() if key != "replica"}
    return any(map(expected.good, _values(expected.subject, others, newest) or ()))


def _unseen(timeline: Timeline) -> bool:
    """Whether the last that is known of Prometheus is that it could not be asked."""
    refused = [each.at for each in timeline.of(kind="unreachable")]
    answers = [each.at for kind in ("sample", "alert") for each in timeline.of(kind=kind)]
    return bool(refused) and max(refused) > max(answers, default=0.0)


def absent(timeline: Timeline, *, over: bool) -> State:
    """What something that was not seen amounts to: nothing, as long as nobody could look."""
    if not over:
        return State.PENDING
    return State.BLIND if _unseen(timeline) else State.BROKEN


def exploded(metric: str, subject: str, within: float) -> Judge:
    """The alert fires for the subject, and the metric is named as its biggest."""

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        start = timeline.step("inject")
        if start is None:
            return Judgement(state=State.PENDING, reason="nothing was injected yet")
        caught = [
            each
            for each in timeline.of(kind="alert")
            if each.subject == EXPLOSION
            and each.labels.get("service") == subject
            and each.text == "firing"
            # what was already active was not caught, whenever it was first looked at
            and each.value is not None
            and each.value >= start
        ]
        named = [
            each
            for each in timeline.of(kind="sample")
            if each.subject == "biggest" and each.labels.get("__name__") == metric
        ]
        if not caught or not named:
            state = absent(timeline, over=over)
            lacks = "caught" if not caught else "named"
            return Judgement(state=state, reason=f"the explosion was not {lacks}")
        took = Figure(
            name="explosion to alert",
            value=round(caught[0].at - start, 2),
            unit="s",
            target=within,
            bound="<=",
        )
        series = Figure(name="series of the metric", value=named[-1].value or 0.0, unit="")
        return Judgement(
            state=State.MET if took.holds else State.BROKEN,
            reason=f"{metric} of {subject} was caught and named",
            figures=(took, series),
        )

    return judge
