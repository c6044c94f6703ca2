"""Whom the traces name for what is wrong at a place, and that they name nobody where nothing is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from statistics import median

from seatrial.capabilities.tracing import course
from seatrial.capabilities.tracing.course import Window
from seatrial.capabilities.tracing.places import Kind, Place
from seatrial.capabilities.tracing.watches import PROFILE
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.traces.diagnosis import Diagnosis, failing, slow
from seatrial.traces.profile import Replica, Work, read

ENOUGH = 20  # runs of a journey on either side
OVERLOADED = 2.0  # times as long as before that what was not struck takes: it shows nothing then
OFTEN = 10  # calls of which the mean says something
_ANY = 7  # where chance begins: the same traces, the same answer
_SHARE, _SURE = 0.5, 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place, and the number of the injection that strikes it."""

    place: Place
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the runs of one window say: one diagnosis a journey, with that journey's name.

    `rest` is how many times as long as before what was not struck takes, in the median.
    """

    diagnoses: tuple[tuple[str, Diagnosis], ...]
    runs: int
    rest: float

    @property
    def named(self) -> tuple[Diagnosis, ...]:
        """Those that name somebody."""
        return tuple(each for _, each in self.diagnoses if each.culprit is not None)

    @property
    def told(self) -> str:
        """In a sentence."""
        return "; ".join(f"{name}: {each.reason}" for name, each in self.diagnoses)


def named(spots: Sequence[Spot], seed: int) -> Judge:
    """Each place is named by the runs of a journey, and no journey's name anybody else."""

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        found = [
            (
                each,
                _looked(
                    timeline,
                    each.index,
                    each.place.journeys,
                    (each.place.kind,),
                    each.place.struck,
                ),
            )
            for each in spots
        ]
        unseen = [each for each, seen in found if seen is None]
        if unseen:
            return _unseen(str(unseen[0].place), over=over)
        hidden = next((each for each, seen in found if seen and _hidden(each.place, seen)), None)
        if hidden is not None:
            return _overloaded(str(hidden.place))
        judged = [(each.place, seen) for each, seen in found if seen is not None]
        wrong = [(place, seen) for place, seen in judged if not _is_right(place, seen)]
        figures = _figures(judged, len(judged) - len(wrong), seed)
        if wrong:
            place, seen = wrong[0]
            return Judgement(
                state=State.BROKEN,
                reason=f"{len(judged) - len(wrong)} of {len(judged)} are named; {place} is not:"
                f" {seen.told}",
                figures=figures,
            )
        told = ", ".join(str(place) for place, _ in judged)
        return Judgement(
            state=State.MET, reason=f"named by the traces alone: {told}", figures=figures
        )

    return judge


def nobody(journeys: Sequence[str], index: int = course.QUIET) -> Judge:
    """While nothing is done, nobody is named, neither as slow nor as failing.

    `index` is the number of the injection that is none.
    """

    def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        found = _looked(timeline, index, journeys, (Kind.LINKS, Kind.CALLS), _nothing)
        if found is None:
            return _unseen("nothing done", over=over)
        if found.named and found.rest >= OVERLOADED:
            return _overloaded("nothing done")
        figures = (
            Figure(name="culprits named", value=len(found.named), unit="", target=0, bound="=="),
            Figure(name="runs compared", value=found.runs, unit=""),
        )
        state = State.BROKEN if found.named else State.MET
        return Judgement(state=state, reason=found.told, figures=figures)

    return judge


def _unseen(what: str, *, over: bool) -> Judgement:
    reason = f"fewer than {ENOUGH} runs of a journey are there to compare: {what}"
    return Judgement(state=State.BLIND if over else State.PENDING, reason=reason)


def _overloaded(what: str) -> Judgement:
    reason = f"all else is {OVERLOADED:g} times as slow, too: the machine is overloaded; {what}"
    return Judgement(state=State.BLIND, reason=reason)


def _nothing(_work: Work, _replica: Replica) -> bool:
    return False


def _hidden(place: Place, found: Found) -> bool:
    """Whether it is not named while the machine makes slow what was not struck."""
    return found.rest >= OVERLOADED and not _is_right(place, found)


def _is_right(place: Place, found: Found) -> bool:
    culprits = [each.culprit for each in found.named if each.culprit is not None]
    return bool(culprits) and all(place.is_right(each) for each in culprits)


def _figures(judged: Iterable[tuple[Place, Found]], right: int, seed: int) -> tuple[Figure, ...]:
    every = list(judged)
    culprits = [each.culprit for _, found in every for each in found.named if each.culprit]
    figures = [
        Figure(name="places named right", value=right, unit="", target=len(every), bound="=="),
        Figure(name="seed of the places", value=seed, unit=""),
        Figure(name="runs compared", value=sum(found.runs for _, found in every), unit=""),
    ]
    if culprits:
        least = min(each.share for each in culprits)
        sure = min(each.confidence for each in culprits)
        figures += [
            Figure(name="least share", value=round(least, 3), unit="", target=_SHARE, bound=">="),
            Figure(name="least confidence", value=sure, unit="", target=_SURE, bound=">="),
        ]
    return tuple(figures)


def _looked(
    timeline: Timeline,
    index: int,
    journeys: Sequence[str],
    kinds: Sequence[Kind],
    struck: Callable[[Work, Replica], bool],
) -> Found | None:
    """What the runs in the window of an injection say; None where too few were seen as yet."""
    first, window = course.before(timeline), course.during(timeline, index)
    if first is None or window is None:
        return None
    seen = timeline.of(source="jaeger", kind=PROFILE)
    newest = max((each.at for each in seen), default=0.0)
    if newest - window.end < course.SETTLED:
        return None
    diagnoses, runs, rest = [], 0, 0.0
    for journey in journeys:
        was, now = _runs(seen, journey, first), _runs(seen, journey, window)
        if min(len(was), len(now)) < ENOUGH:
            return None
        runs += len(was) + len(now)
        rest = max(rest, _rest(was, now, struck))
        diagnoses += [(journey, _diagnosed(was, now, kind)) for kind in kinds]
    return Found(diagnoses=tuple(diagnoses), runs=runs, rest=rest)


def _rest(
    before: Iterable[str], during: Iterable[str], struck: Callable[[Work, Replica], bool]
) -> float:
    """How many times as long a call takes of what was not struck, in the median of its works."""
    was, now = (_calls(side, struck) for side in (before, during))
    return median([now[each] / was[each] for each in was if was[each] and each in now] or [1.0])


def _calls(texts: Iterable[str], struck: Callable[[Work, Replica], bool]) -> Mapping[Work, float]:
    """Microseconds that a call takes, of each work that is not struck and is called often."""
    costs: dict[Work, int] = {}
    calls: dict[Work, int] = {}
    for text in texts:
        for (work, replica), (cost, count) in read(text).shares.items():
            if not struck(work, replica):
                costs[work] = costs.get(work, 0) + cost
                calls[work] = calls.get(work, 0) + count
    return {each: cost / calls[each] for each, cost in costs.items() if calls[each] >= OFTEN}


def _runs(seen: Iterable[Observation], journey: str, window: Window) -> tuple[str, ...]:
    """The profiles of the runs that began in the window, each as it was seen last."""
    last = {
        each.labels["trace"]: each.text
        for each in seen
        if each.subject == journey and window.start <= (each.value or 0.0) < window.end
    }
    return tuple(last.values())


@lru_cache(maxsize=64)
def _diagnosed(before: tuple[str, ...], during: tuple[str, ...], kind: Kind) -> Diagnosis:
    """Asked again and again of the same runs, while a drill waits for more."""
    chance = Random(_ANY)  # noqa: S311 - resampling, no secret
    ask = failing if kind is Kind.CALLS else slow
    return ask([read(each) for each in before], [read(each) for each in during], chance)
