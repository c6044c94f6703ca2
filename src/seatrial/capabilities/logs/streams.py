"""Whether every replica's stream of lines is stored: fresh, idle, or silently lost. Pure.

What a replica has written is told by its files, what of it is there by the store. A stream is

- `fresh`: its file has grown while it was looked at, and lines of it have come in since; or its
  file was written in the last minute, and the store's newest line of it is not a minute older;
- `idle`: its file has not grown, for as long as is told, and what was written last is stored;
- `lost`: its file has grown and nothing has come in, or what was written last never did;
- `never seen`: there is no file.

The store's lines are those of a day: no line that comes in is of an instant longer ago. So a file
that was not written for a day is idle, and no more is said of it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from seatrial.capabilities.logs.judges import NAMED, WITHIN
from seatrial.contract.scenario import Figure, Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.otelcol.reach import stored_as

FRESH, IDLE, LOST, NEVER, WAITING = "fresh", "idle", "lost", "never seen", "waiting"
RECENT = 60.0  # seconds: a line's own instant may be so much before it was written
DAY = 86400.0
_SLACK = 2.0  # seconds: of a line that is written at once
WRITTEN, STORED = "written streams", "stored streams"
QUERY = "_time:1d | stats by (service, replica) count() lines, max(_time) newest"
_WELL = frozenset({FRESH, IDLE})
_Stream = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The state of a stream, and what there is to say of it."""

    state: str
    said: str = ""


def written(at: float, body: bytes) -> tuple[Observation, ...]:
    """A parser of what the keeper tells of the files: each becomes a `written`."""
    return tuple(
        Observation(
            at=at,
            source=WRITTEN,
            kind="written",
            subject=stored_as(each["service"]),
            value=each["bytes"],
            labels={
                key: str(each[key])
                for key in ("replica", "written", "age")
                if each[key] is not None
            },
        )
        for each in json.loads(body)["streams"]
    )


def told(replicas: tuple[_Stream, ...], witness: str) -> Judge:
    """Every stream is fresh or idle; that of `witness`, which writes when it is asked, is fresh."""

    def judge(timeline: Timeline, now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
        files, stored = _by_stream(timeline, "written"), _by_stream(timeline, "stored")
        if not any(each.value is not None for seen in files.values() for each in seen):
            return _unseen("the file of no replica could be looked at", over=over)
        if not stored:
            return _unseen("the store told of no stream", over=over)
        looked = min(seen[0].at for seen in stored.values())
        states = {
            each: _state(files.get(each, ()), stored.get(each, ()), looked, now)
            for each in replicas
        }
        own = (witness, 0)
        states[own] = _witnessed(files.get(own, ()), stored.get(own, ()), now)
        ill = {each: one for each, one in states.items() if one.state not in _WELL}
        figures = _figures(states)
        if ill:
            waits = not over or all(one.state == WAITING for one in ill.values())
            state = State.PENDING if not over else State.BLIND if waits else State.BROKEN
            return Judgement(state=state, reason=_told(ill), figures=figures)
        return Judgement(state=State.MET, reason=_well(states), figures=figures)

    return judge


def _unseen(reason: str, *, over: bool) -> Judgement:
    return Judgement(state=State.BLIND if over else State.PENDING, reason=reason)


def _by_stream(timeline: Timeline, kind: str) -> Mapping[_Stream, tuple[Observation, ...]]:
    found: dict[_Stream, list[Observation]] = {}
    for each in timeline.of(kind=kind):
        found.setdefault((each.subject, int(each.labels.get("replica", "0"))), []).append(each)
    return {stream: tuple(seen) for stream, seen in found.items()}


def _state(
    files: tuple[Observation, ...], stored: tuple[Observation, ...], looked: float, now: float
) -> _Found:
    """What a stream is; `looked` is when the store was first asked."""
    if not files or files[-1].value is None:
        return _Found(state=NEVER)
    newest = float(stored[-1].labels["newest"]) if stored else None
    if (grown := _grown(files)) is not None:
        at = float(files[-1].labels.get("written", "inf"))
        if _arrived(stored, looked) or (newest is not None and newest >= at - _SLACK):
            return _Found(state=FRESH)
        said = f"its file has grown, and nothing of it has come in for {now - grown:.0f} s"
        return _Found(state=LOST if now - grown > WITHIN else WAITING, said=said)
    if "written" not in files[-1].labels:
        return _Found(state=IDLE, said="has written nothing")
    return _resting(files[-1], newest)


def _witnessed(
    files: tuple[Observation, ...], stored: tuple[Observation, ...], now: float
) -> _Found:
    """The state of the stream that gets a line whenever it is looked at.

    A line that was written after the first look must be there: one that was on its way then says
    nothing of how things are now.
    """
    if not files or "written" not in files[0].labels:
        return _Found(state=NEVER)
    newest = float(stored[-1].labels["newest"]) if stored else 0.0
    if newest > float(files[0].labels["written"]):
        return _Found(state=FRESH)
    since = now - files[0].at
    said = f"it writes whenever it is asked, and nothing of it has come in for {since:.0f} s"
    return _Found(state=LOST if since > WITHIN else WAITING, said=said)


def _resting(file: Observation, newest: float | None) -> _Found:
    """The state of a stream whose file has not grown; `newest` is the store's newest line of it."""
    at, age = (float(file.labels[key]) for key in ("written", "age"))
    if age > DAY or (newest is not None and newest >= at - RECENT):
        return _Found(state=FRESH if age <= RECENT else IDLE, said=_ago(age))
    if age <= WITHIN:
        return _Found(state=WAITING, said="its last line is not stored yet")
    last = "no line of a day" if newest is None else f"one of {_clock(newest)} as its newest"
    return _Found(state=LOST, said=f"written last at {_clock(at)}, the store has {last}")


def _grown(files: tuple[Observation, ...]) -> float | None:
    """When it was first seen that the file had grown since the first look."""
    if not files:
        return None
    first = files[0]

    def length(each: Observation) -> tuple[float | None, str]:
        return each.value, each.labels.get("written", "")

    return next((each.at for each in files[1:] if length(each) != length(first)), None)


def _arrived(stored: tuple[Observation, ...], looked: float) -> bool:
    """Whether lines have come in since the first look; the oldest of a day leave meanwhile."""
    if not stored:
        return False
    first, last = stored[0], stored[-1]
    if first.at > looked:  # there was none of it at first
        return True
    more = (last.value or 0.0) > (first.value or 0.0)
    return more or float(last.labels["newest"]) > float(first.labels["newest"])


def _figures(states: Mapping[_Stream, _Found]) -> tuple[Figure, ...]:
    def count(state: str) -> int:
        return sum(each.state == state for each in states.values())

    return (
        Figure(name="streams", value=len(states), unit=""),
        Figure(name="fresh", value=count(FRESH), unit=""),
        Figure(name="idle", value=count(IDLE), unit=""),
        Figure(name="lost", value=count(LOST), unit="", target=0, bound="=="),
        Figure(name="never seen", value=count(NEVER), unit="", target=0, bound="=="),
    )


def _told(ill: Mapping[_Stream, _Found]) -> str:
    return _listed(
        ill, lambda one: f" is {one.state}" + (f": {one.said}" if one.said else ""), between="; "
    )


def _well(states: Mapping[_Stream, _Found]) -> str:
    idle = {each: one for each, one in states.items() if one.state == IDLE}
    fresh = f"{len(states) - len(idle)} of {len(states)} streams are fresh"
    if not idle:
        return fresh
    return f"{fresh}; idle: {_listed(idle, lambda one: f' ({one.said})', between=', ')}"


def _listed(found: Mapping[_Stream, _Found], say: Callable[[_Found], str], *, between: str) -> str:
    named = [f"{name} (replica {number}){say(one)}" for (name, number), one in found.items()]
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    return f"{between.join(named[:NAMED])}{more}"


def _ago(seconds: float) -> str:
    unit, size = ("s", 1) if seconds < 120 else ("min", 60) if seconds < 7200 else ("h", 3600)  # noqa: PLR2004 - two of each
    return f"for {seconds / size:.0f} {unit}"


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, tz=UTC).strftime("%H:%M:%S")
