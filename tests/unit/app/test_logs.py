"""Logs as they are asked for: order, narrowing, following, and what is wrong with a query."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from seatrial.app import logs
from seatrial.contract.output import Origin, Workload
from seatrial.contract.placement import Placement
from seatrial.contract.runtime import Answer, Desired, NoSuchWorkload, RuntimeFailure
from seatrial.runtimes.memory import Asked, MemoryRuntime

FILE = Path("seatrial.yaml")
ALL = logs.Asked(query="*", service=None, since=60.0, limit=10)


def row(number: int, **more: str) -> dict[str, str]:
    return {
        "_time": f"2026-01-01T00:00:0{number}Z",
        "_stream_id": "s",
        "_msg": f"m{number}",
        **more,
    }


def body(*rows: dict[str, str]) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Asked]]:
    """A runtime with these workloads, whose store gives these answers, the last again and again."""

    def begin(*answers: Answer, names: tuple[str, ...] = ("api", "victorialogs")) -> list[Asked]:
        asked: list[Asked] = []

        def answer(one: Asked) -> Answer:
            asked.append(one)
            return answers[min(len(asked), len(answers)) - 1]

        runtime = MemoryRuntime(clock=lambda: 0.0, answer=answer)
        workloads = tuple(Workload(name=each, origin=Origin.ENGINE, argv=("x",)) for each in names)
        placed = Placement(runtime="memory", locations=())
        desired = Desired(system="shop", root="/", placement=placed, workloads=workloads)
        runtime.apply(desired, lambda _: None)
        monkeypatch.setattr(logs, "open_runtime", lambda _file: runtime)
        return asked

    return begin


def test_the_newest_lines_come_in_the_order_of_their_time(
    store: Callable[..., list[Asked]],
) -> None:
    asked = store(Answer(status=200, body=body(row(3), row(1), row(2))))
    found = logs.ask(FILE, logs.Asked(query="x y", service="api", since=60.0, limit=7))
    assert [each["_msg"] for each in found] == ["m1", "m2", "m3"]
    (one,) = asked
    words = parse_qs(urlsplit(one.path).query)
    assert words["query"] == ["x y"]
    assert words["limit"] == ["7"]
    assert words["extra_stream_filters"] == ['{"service": "api"}']


def test_a_query_that_cannot_be_read_is_told_as_the_store_tells_it(
    store: Callable[..., list[Asked]],
) -> None:
    store(Answer(status=400, body=b"cannot parse `query` arg [a |]: missing; context: [a |]\n"))
    with pytest.raises(logs.Unreadable) as wrong:
        logs.ask(FILE, ALL)
    assert (wrong.value.what, wrong.value.read) == ("missing", "a |")


def test_a_store_that_refuses_is_a_failure_with_a_cure(store: Callable[..., list[Asked]]) -> None:
    store(Answer(status=503, body=b"busy"))
    with pytest.raises(RuntimeFailure, match="HTTP 503 busy") as failure:
        logs.ask(FILE, ALL)
    assert failure.value.cure


@pytest.mark.parametrize(
    ("names", "told", "cure"),
    [(("api",), "no logs are kept here", "add R05"), ((), "nothing of this system", "seatrial up")],
)
def test_without_a_store_it_is_said_how_to_have_one(
    store: Callable[..., list[Asked]], names: tuple[str, ...], told: str, cure: str
) -> None:
    store(Answer(status=200, body=b""), names=names)
    with pytest.raises(RuntimeFailure, match=told) as failure:
        logs.ask(FILE, ALL)
    assert cure in failure.value.cure


def test_an_unknown_service_is_told_with_the_nearest(store: Callable[..., list[Asked]]) -> None:
    store(Answer(status=200, body=b""))
    with pytest.raises(NoSuchWorkload) as failure:
        logs.ask(FILE, logs.Asked(query="*", service="apii", since=60.0, limit=10))
    assert "api" in failure.value.cure


def test_the_host_is_asked_for_by_the_name_of_its_lines(
    store: Callable[..., list[Asked]],
) -> None:
    asked = store(Answer(status=200, body=body()), names=("host-log", "victorialogs"))
    logs.ask(FILE, logs.Asked(query="*", service="host", since=60.0, limit=10))
    assert "host" in asked[0].path
    with pytest.raises(NoSuchWorkload):
        logs.ask(FILE, logs.Asked(query="*", service="host-log", since=60.0, limit=10))


def test_each_line_is_followed_once(store: Callable[..., list[Asked]]) -> None:
    store(
        Answer(status=200, body=body(row(1))),
        Answer(status=200, body=body(row(1), row(2))),
        Answer(status=200, body=body(row(2), row(3))),
    )
    found = logs.follow(FILE, ALL, sleep=lambda _: None, clock=lambda: 1000.0)
    assert list(itertools.islice(found, 3)) == [row(1), row(2), row(3)]


def test_lines_of_one_millisecond_are_all_followed_and_true_doubles_too(
    store: Callable[..., list[Asked]],
) -> None:
    """As access logs are: one message, an instant in milliseconds."""
    one, two = row(1, _msg="request", span="a"), row(1, _msg="request", span="b")
    store(
        Answer(status=200, body=body(one)),
        Answer(status=200, body=body(one, two)),
        Answer(status=200, body=body(two, one, two)),
        Answer(status=200, body=body(one, two, two, row(2))),
    )
    found = logs.follow(FILE, ALL, sleep=lambda _: None, clock=lambda: 1000.0)
    assert list(itertools.islice(found, 4)) == [one, two, two, row(2)]


def test_many_lines_are_each_followed_once_and_forgotten_when_they_come_no_more(
    store: Callable[..., list[Asked]],
) -> None:
    rows = [row(1, n=str(n)) for n in range(5000)]
    looks = [Answer(status=200, body=body(*rows))] * 3
    asked = store(Answer(status=200, body=body()), *looks, Answer(status=200, body=body(row(2))))
    found = logs.follow(FILE, ALL, sleep=lambda _: None, clock=lambda: 1000.0)
    assert list(itertools.islice(found, 5001)) == [*rows, row(2)]
    assert parse_qs(urlsplit(asked[-1].path).query)["limit"] == [str(logs.FOLLOWED)]
    seen = logs._Seen()
    assert len(list(seen.new(tuple(rows)))) == 5000
    for _ in range(logs._REMEMBERED):
        assert list(seen.new((row(2),))) in ([], [row(2)])
    assert len(seen._given) == 5001
    list(seen.new((row(2),)))
    assert len(seen._given) == 1


def test_a_look_that_was_full_is_said_once(
    store: Callable[..., list[Asked]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "FOLLOWED", 2)
    many = Answer(status=200, body=body(row(2), row(3)))
    few = Answer(status=200, body=body(row(4)))
    store(Answer(status=200, body=body(row(1))), many, many, few, many)
    found = logs.follow(FILE, replace(ALL, limit=1), sleep=lambda _: None, clock=lambda: 1000.0)
    kinds = [each if isinstance(each, logs.Full) else each["_msg"] for each in
             itertools.islice(found, 6)]  # fmt: skip
    full = kinds[1]
    assert isinstance(full, logs.Full)
    assert kinds == ["m1", full, "m2", "m3", "m4", full]


def test_lines_before_the_first_that_are_shown_do_not_come_after_it(
    store: Callable[..., list[Asked]],
) -> None:
    shown = Answer(status=200, body=body(row(5), row(6)))
    asked = store(shown, shown, Answer(status=200, body=body(row(7))))
    clock = 1767225608.0  # 2026-01-01T00:00:08Z: ten seconds back lie before the first line
    found = logs.follow(FILE, replace(ALL, limit=2), sleep=lambda _: None, clock=lambda: clock)
    assert [each["_msg"] for each in itertools.islice(found, 3) if not isinstance(each, logs.Full)]
    (start,) = parse_qs(urlsplit(asked[1].path).query)["start"]
    assert float(start) == clock - 3


def test_whole_seconds_stand_before_their_parts(store: Callable[..., list[Asked]]) -> None:
    later = {**row(1), "_time": "2026-01-01T00:00:01.5Z"}
    store(Answer(status=200, body=body(later, row(1))))
    assert logs.ask(FILE, ALL) == (row(1), later)


def test_figures_cannot_be_followed(store: Callable[..., list[Asked]]) -> None:
    store(Answer(status=200, body=b'{"n":"1"}'))
    with pytest.raises(logs.NoLines):
        next(logs.follow(FILE, ALL, sleep=lambda _: None, clock=lambda: 1000.0))
