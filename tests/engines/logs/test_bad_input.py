"""Clocks that jump, lines that are too long, bytes that are no text: stored or told, never lost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Pipeline

Until = Callable[[Callable[[], object]], None]
HOUR = 3600.0
MANY = 500
LONG = 5_000_000


def at(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def instant(told: str) -> float:
    return datetime.fromisoformat(told).timestamp()


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_no_line_is_lost_when_a_clock_jumps_an_hour_and_back(
    pipeline: Pipeline, wait_until: Until, jump: float
) -> None:
    now = time.time()
    with (pipeline.logs / "api.0.log").open("w", encoding="utf-8") as log:
        for part, away in enumerate((0.0, jump, 0.0)):
            for number in range(MANY):
                told = {"ts": at(now + away + number / 1000), "msg": "tick", "part": part}
                log.write(json.dumps({**told, "number": number}) + "\n")

    def stored(query: str) -> int:
        (row,) = pipeline.ask(f"{query} | stats count() n, count_uniq(part, number) m", hours=2)
        assert row["n"] == row["m"]  # none is there twice
        return int(row["n"])

    wait_until(lambda: stored("tick") == 3 * MANY)
    (row,) = pipeline.ask("tick part:1 | stats min(_time) first, max(_time) last", hours=2)
    # a clock that is ahead is not believed: nobody would find the line for an hour
    for each in row.values():
        assert instant(each) == pytest.approx(now + min(jump, 0.0), abs=300)
    assert stored("tick part:1") == MANY


def test_a_line_of_5_mb_in_a_container_is_told_and_nothing_around_it_is_lost(
    pipeline: Pipeline, wait_until: Until
) -> None:
    pipeline.kill("collector")
    pipeline.configure(framed=True)
    pipeline.start("collector")
    whole = "before\n" + "x" * LONG + "\nafter\n"
    given = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    with (pipeline.logs / "api.0.log").open("w", encoding="utf-8") as log:
        for line in whole.splitlines(keepends=True):
            for begin in range(0, len(line), 16384):  # the pieces in which Docker keeps it
                piece = {"log": line[begin : begin + 16384], "stream": "stdout", "time": given}
                log.write(json.dumps(piece, separators=(",", ":")) + "\n")
    wait_until(lambda: pipeline.ask('"after"'))
    assert pipeline.ask('"before"')
    cut = pipeline.ask('damaged:"cut off" | fields _msg')
    kept = sum(len(each["_msg"]) for each in cut)
    assert 0.95 * LONG < kept <= LONG  # in pieces, of which the last may be short of the mark


def test_bytes_of_every_value_are_a_line_that_says_so(
    pipeline: Pipeline, wait_until: Until
) -> None:
    noise = bytes(each for each in range(256) if each not in b"\r\n")
    body = b"".join(b"noise %d %s\n" % (number, noise) for number in range(MANY))
    (pipeline.logs / "api.0.log").write_bytes(b"before\n" + body + b"after\n")
    wait_until(lambda: pipeline.ask('"after"'))
    (row,) = pipeline.ask('damaged:"not text" | stats count() n')
    assert int(row["n"]) == MANY
    assert pipeline.ask('"before"')


def test_files_are_told_with_their_lengths_and_the_asking_leaves_a_line(
    pipeline: Pipeline,
) -> None:
    (pipeline.logs / "api.0.log").write_text("one\n", encoding="utf-8")
    first, second, gone = json.loads(pipeline.streams())["streams"]
    assert (first["bytes"], second["bytes"], gone["bytes"]) == (4, None, None)
    assert first["age"] < HOUR
    assert "streams asked for" in (pipeline.folder / "keeper.out").read_text(encoding="utf-8")
