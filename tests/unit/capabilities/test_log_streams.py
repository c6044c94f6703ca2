"""Which streams of lines are fresh, idle, lost or never seen."""

from __future__ import annotations

import json
from collections.abc import Iterable

from seatrial.capabilities.logs import judges, streams
from seatrial.contract.scenario import Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.victorialogs import query

KEEPER, API = ("log-keeper", 0), ("api", 1)
NOW = 100_000.0


def written(
    at: float, who: tuple[str, int], size: int | None, since: float | None = None
) -> Observation:
    """What the keeper tells at `at`: `size` bytes, the last of them `since` (epoch seconds)."""
    told = {"service": who[0], "replica": who[1], "bytes": size, "written": since}
    told["age"] = None if since is None else at - since
    (found,) = streams.written(at, json.dumps({"streams": [told]}).encode())
    return found


def stored(at: float, who: tuple[str, int], count: int, newest: float) -> Observation:
    row = {"replica": str(who[1]), "newest": f"{newest}"}
    return Observation(
        at=at,
        source=streams.STORED,
        kind="stored",
        subject=who[0],
        value=count,
        labels={"service": who[0], **row},
    )


WITNESSED = (
    stored(NOW, KEEPER, 5, NOW - 9),
    written(NOW, KEEPER, 500, NOW - 9),
    stored(NOW + 1, KEEPER, 6, NOW),
    written(NOW + 1, KEEPER, 600, NOW),
)


def judged(seen: Iterable[Observation], *, now: float = NOW + 20, over: bool = True) -> Judgement:
    judge = streams.told((KEEPER, API), KEEPER[0])
    return judge(Timeline().adding((*WITNESSED, *seen)), now, over)


def figures(found: Judgement) -> dict[str, float]:
    return {each.name: each.value for each in found.figures}


def test_a_stream_whose_file_grows_and_whose_lines_come_in_is_fresh() -> None:
    seen = (
        stored(NOW, API, 3, NOW - 1),
        written(NOW, API, 10, NOW - 1),
        stored(NOW + 2, API, 4, NOW + 1),
        written(NOW + 1, API, 20, NOW + 1),
    )
    found = judged(seen, over=False)
    assert (found.state, found.reason) == (State.MET, "2 of 2 streams are fresh")


def test_lines_whose_instants_are_hours_ago_are_fresh_once_they_come_in() -> None:
    late = NOW - 7200
    seen = (
        stored(NOW, API, 3, late),
        written(NOW, API, 10, NOW - 1),
        written(NOW + 1, API, 20, NOW + 1),
    )
    assert judged(seen).state is State.BROKEN
    assert judged((*seen, stored(NOW + 2, API, 4, late))).state is State.MET


def test_a_file_that_has_not_grown_is_told_as_idle_for_so_long() -> None:
    at = NOW - 300
    found = judged((stored(NOW, API, 3, at - 30), written(NOW, API, 10, at)))
    assert found.state is State.MET
    assert found.reason == "1 of 2 streams are fresh; idle: api (replica 1) (for 5 min)"
    assert (figures(found)["fresh"], figures(found)["idle"]) == (1, 1)
    nothing = judged((written(NOW, API, 0),))
    assert nothing.reason.endswith("idle: api (replica 1) (has written nothing)")
    assert judged((written(NOW, API, 10, NOW - 2 * streams.DAY),)).state is State.MET


def test_a_stream_that_grows_and_of_which_nothing_comes_in_is_lost() -> None:
    seen = (
        stored(NOW, API, 3, NOW - 1),
        written(NOW, API, 10, NOW - 1),
        written(NOW + 5, API, 20, NOW + 5),
        stored(NOW + 15, API, 3, NOW - 1),
    )
    assert judged(seen, over=False).state is State.PENDING
    found = judged(seen)
    assert found.state is State.BROKEN
    assert found.reason == (
        "api (replica 1) is lost: its file has grown, and nothing of it has come in for 15 s"
    )
    assert figures(found)["lost"] == 1


def test_what_was_written_last_and_never_stored_is_lost_also_without_growth() -> None:
    file = written(NOW, API, 10, NOW - 300)
    assert "has no line of a day" in judged((file,)).reason
    found = judged((file, stored(NOW, API, 3, NOW - 300 - streams.RECENT - 1)))
    assert found.state is State.BROKEN
    assert "as its newest" in found.reason


def test_what_was_written_just_now_is_waited_for_and_then_unknown() -> None:
    seen = (written(NOW, API, 10, NOW - judges.WITHIN + 1),)
    assert judged(seen, over=False).state is State.PENDING
    assert judged(seen).state is State.BLIND


def test_a_replica_without_a_file_was_never_seen() -> None:
    found = judged((written(NOW, API, None),))
    assert (found.state, found.reason) == (State.BROKEN, "api (replica 1) is never seen")
    assert judged(()).reason == "api (replica 1) is never seen"


def test_nothing_is_said_where_neither_files_nor_the_store_nor_the_witness_could_be_seen() -> None:
    judge = streams.told((KEEPER, API), KEEPER[0])

    def state(*seen: Observation) -> tuple[State, str]:
        found = judge(Timeline().adding(seen), NOW, True)  # noqa: FBT003 - Judge
        return found.state, found.reason

    assert state(stored(NOW, API, 3, NOW), written(NOW, API, None)) == (
        State.BLIND,
        "the file of no replica could be looked at",
    )
    assert state(written(NOW, API, 3, NOW))[0] is State.BLIND


def test_of_the_witness_a_line_that_was_written_after_the_first_look_must_come_in() -> None:
    judge = streams.told((KEEPER,), KEEPER[0])
    on_its_way = (
        stored(NOW, KEEPER, 5, NOW - 9),
        written(NOW, KEEPER, 500, NOW - 1),
        stored(NOW + 1, KEEPER, 6, NOW - 1),
        written(NOW + 1, KEEPER, 600, NOW),
    )

    def judged(*more: Observation, after: float) -> Judgement:
        return judge(Timeline().adding((*on_its_way, *more)), NOW + after, True)  # noqa: FBT003 - Judge

    assert judged(after=2).state is State.BLIND
    lost = judged(after=20)
    assert lost.state is State.BROKEN
    assert lost.reason.startswith("log-keeper (replica 0) is lost: it writes whenever it is asked")
    assert judged(stored(NOW + 2, KEEPER, 7, NOW), after=20).state is State.MET


def test_the_store_s_answer_is_read() -> None:
    body = (
        b'{"service":"api","replica":"1","lines":"7","newest":"1970-01-02T03:46:40.5Z"}\n'
        b'{"service":"db","replica":"0","lines":"1","newest":"1970-01-02T03:46:40.123456789Z"}\n'
    )
    one, two = query.newest("any")(5.0, body)
    assert (one.kind, one.subject, one.value, one.labels["newest"]) == (
        "stored",
        "api",
        7.0,
        "100000.5",
    )
    assert float(two.labels["newest"]) == 100000.123456
