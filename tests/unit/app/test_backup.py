"""A piece of work is watched to its end, whatever happens to its daemon meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

import pytest

from seatrial.app.backup import Backed
from seatrial.contract.runtime import Answer, Headers, Runtime, RuntimeFailure


class Answers:
    """The daemon's answers one after the other, the last again and again; None: nobody answers."""

    def __init__(self, *works: dict[str, Any] | None) -> None:
        self._works = list(works)
        self.asked = 0
        self.secret = "the-token"
        self.shown: list[tuple[str, Headers]] = []

    def known_secrets(self, names: tuple[str, ...]) -> dict[str, str]:
        return dict.fromkeys(names, self.secret)

    def request(self, method: str, *_: str, headers: Headers = ()) -> Answer:
        self.asked += 1
        self.shown.append((method, headers))
        work = self._works.pop(0) if len(self._works) > 1 else self._works[0]
        if work is None:
            raise RuntimeFailure("db-backups does not answer", "")
        return Answer(status=200, body=json.dumps(work).encode())


def work(state: str, *steps: str, began: float = 5.0) -> dict[str, Any]:
    told = [{"name": each, "at": 6.0} for each in steps]
    return {"state": state, "began": began, "steps": told, "error": ""}


@pytest.fixture
def watched() -> Callable[..., tuple[list[str], Answers]]:
    def watch(*works: dict[str, Any] | None) -> tuple[list[str], Answers]:
        said: list[str] = []
        answers = Answers(*works)
        one = Backed(store="db", runtime=cast("Runtime", answers))
        one.followed("restore", said.append, lambda _: None)
        return said, answers

    return watch


Watched = Callable[..., tuple[list[str], Answers]]


def test_one_look_that_nobody_answers_ends_no_command() -> None:
    answers = Answers(None, None, {"taking": ""})
    assert Backed(store="db", runtime=cast("Runtime", answers)).told() == {"taking": ""}


def test_a_daemon_that_never_answers_is_told_as_such() -> None:
    with pytest.raises(RuntimeFailure, match="does not answer"):
        Backed(store="db", runtime=cast("Runtime", Answers(None))).told()


def test_one_that_does_not_answer_for_a_moment_is_watched_on(watched: Watched) -> None:
    said, _ = watched(work("running", "a"), *[None] * 9, work("done", "a", "b"))
    assert said == ["a", "b"]


def test_one_that_does_not_answer_for_long_is_a_failure(watched: Watched) -> None:
    with pytest.raises(RuntimeFailure, match="does not answer"):
        watched(work("running", "a"), None)


@pytest.mark.parametrize("anew", [{}, work("running", "a", began=9.0)])
def test_a_daemon_that_was_started_anew_is_told(watched: Watched, anew: dict[str, Any]) -> None:
    with pytest.raises(RuntimeFailure, match="started anew") as told:
        watched(work("running", "a"), anew)
    assert "same command again" in told.value.cure


def test_orders_show_the_token_and_looking_does_not() -> None:
    answers = Answers(work("running"))
    one = Backed(store="db", runtime=cast("Runtime", answers))
    one.begin("full")
    one.remove("yesterday")
    shown = (("authorization", "Bearer the-token"),)
    assert answers.shown == [("POST", shown), ("DELETE", shown)]

    looked = Answers({"works": {}})
    Backed(store="db", runtime=cast("Runtime", looked)).told()
    assert looked.shown == [("GET", ())]


def test_an_order_without_a_token_here_is_not_sent() -> None:
    answers = Answers(work("done"))
    answers.secret = ""
    with pytest.raises(RuntimeFailure, match="the secret db-backups-orders is not known") as told:
        Backed(store="db", runtime=cast("Runtime", answers)).begin("full")
    assert "seatrial up" in told.value.cure
    assert not answers.asked


def test_where_home_does_not_answer_the_other_region_is_named() -> None:
    runtime = cast("Runtime", Answers(None))
    with pytest.raises(RuntimeFailure) as failed:
        Backed(store="db", runtime=runtime, others=("us",)).told()
    assert failed.value.cure == "`seatrial restore db --from us` asks another region"
    with pytest.raises(RuntimeFailure) as failed:
        Backed(store="db", runtime=runtime).told()
    assert failed.value.cure == ""
