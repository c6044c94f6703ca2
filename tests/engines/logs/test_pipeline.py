"""Lines in files become rows in the store: read, masked, whole, and none is lost."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from seatrial.capabilities.logs import lines

if TYPE_CHECKING:
    from conftest import Pipeline

Until = Callable[[Callable[[], object]], None]
MANY = 5000
LONG = 3000  # of 40 KB: twice what the store takes in one request


def test_every_form_is_read_and_no_secret_is_stored(pipeline: Pipeline, wait_until: Until) -> None:
    text = "\n".join((*lines.planted(), *(each.line for each in lines.FORMS)))
    (pipeline.logs / "api.1.log").write_text(f"{text}\nthe end\n", encoding="utf-8")
    wait_until(lambda: pipeline.ask('"the end"'))
    rows = pipeline.ask("*")
    assert {(row["service"], row["replica"], row["region"]) for row in rows} == {
        ("api", "1", "here")
    }
    for form in lines.FORMS:
        (row,) = (
            each
            for each in rows
            if each.get("form") == form.name
            and lines.MARK in each["_msg"]
            and "planted" not in each["_msg"]
        )
        assert {key: row.get(key) for key in form.fields} == dict(form.fields), form.name
    (whole,) = (each for each in rows if each.get("form") == "traceback")
    assert whole["_msg"] == lines.TRACEBACK
    stored = json.dumps(rows)
    for kind, secrets in lines.SECRETS.items():
        assert [each for each in secrets if each in stored] == [], kind
    assert pipeline.ask(f'"{lines.PLANTED}"')


def test_of_numbers_cards_are_masked_and_others_are_not(
    pipeline: Pipeline, wait_until: Until
) -> None:
    wrong = [f"{each[:-1]}{(int(each[-1]) + 1) % 10}" for each in lines.CARDS]
    many = " ".join([lines.NO_CARD] * 6)  # more than are checked in one line
    texts = [
        *(json.dumps({"msg": "card", "number": int(each)}) for each in lines.CARDS),
        *(f"run {each} is over" for each in wrong),
        f"{lines.NO_CARD} then {'-'.join(lines.BARE_CARD[n : n + 4] for n in range(0, 16, 4))}",
        f"many {many}",
    ]
    (pipeline.logs / "api.0.log").write_text("\n".join((*texts, "the end", "")), encoding="utf-8")
    wait_until(lambda: pipeline.ask('"the end"'))
    stored = {each["_msg"] for each in pipeline.ask("*")}
    assert {f"run {each} is over" for each in wrong} <= stored
    assert f"{lines.NO_CARD} then ***" in stored
    assert f"many {' '.join([*[lines.NO_CARD] * 5, '***'])}" in stored
    rows = pipeline.ask('"card"')
    assert [each["number"] for each in rows] == ["***"] * len(lines.CARDS)


def test_a_secret_that_is_quoted_within_json_is_masked_and_the_line_still_read(
    pipeline: Pipeline, wait_until: Until
) -> None:
    line = json.dumps({"msg": 'quoted "password: hush\\hush" token=hushhush', "level": "error"})
    (pipeline.logs / "api.0.log").write_text(f"{line}\nthe end\n", encoding="utf-8")
    wait_until(lambda: pipeline.ask('"the end"'))
    (row,) = pipeline.ask("quoted")
    assert row["_msg"] == 'quoted "password: ***" token=***'
    assert (row["form"], row["level"]) == ("json", "error")


def test_lines_of_the_audit_and_no_others_are_sent_there(
    pipeline: Pipeline, wait_until: Until
) -> None:
    pipeline.kill("collector")
    pipeline.configure(audited=True)
    pipeline.start("collector")
    wanted = lines.audited()
    others = (
        json.dumps({"msg": "let in", "method": "GET", "status": 200}),
        json.dumps({"msg": "no request", "status": 401}),
        json.dumps({"msg": "found", "method": "GET", "status": 404, "bytes": 403}),
    )
    (pipeline.logs / "api.0.log").write_text("\n".join((*wanted, *others, "the end", "")))
    wait_until(lambda: len(pipeline.ask("*")) == 2 * len(wanted) + len(others) + 1)
    twice = Counter(each["_msg"] for each in pipeline.ask("*"))
    assert sorted(twice.values()) == [1] * (len(others) + 1) + [2] * len(wanted)
    assert {twice[each] for each in ("let in", "no request", "found")} == {1}


def test_a_line_that_claims_to_be_of_another_service_does_not_end_the_store(
    pipeline: Pipeline, wait_until: Until
) -> None:
    began = int(time.time())
    line = (
        '{"msg":"claims","service":"other","replica":"9","_stream":"x","_time":"y","arrived":7}\n'
    )
    (pipeline.logs / "api.0.log").write_text(line * 3 + "the end\n", encoding="utf-8")
    wait_until(lambda: pipeline.ask('"the end"'))
    rows = pipeline.ask('"claims"')
    assert [(row["service"], row["line_service"]) for row in rows] == [("api", "other")] * 3
    assert all(row["line_arrived"] == "7" for row in rows)
    assert all(began <= int(row["arrived"]) <= time.time() for row in rows)


def test_binary_and_very_long_lines_are_told_and_nothing_else_is_lost(
    pipeline: Pipeline, wait_until: Until
) -> None:
    (pipeline.logs / "api.0.log").write_bytes(
        b"before\n\xff\xfe\x00binary\n" + b"x" * 5_000_000 + b"\nthe end\n"
    )
    wait_until(lambda: pipeline.ask('"the end"'))
    assert pipeline.ask('"before"')
    (binary,) = pipeline.ask('damaged:"not text"')
    assert "binary" in binary["_msg"]
    cut = pipeline.ask('damaged:"cut off"')
    assert 1 <= len(cut) <= 10  # the collector lets some more pieces of it pass
    assert all(len(each["_msg"]) == 65536 for each in cut)


def test_a_backlog_of_long_lines_is_sent_in_pieces_that_the_store_takes(
    pipeline: Pipeline, wait_until: Until
) -> None:
    pipeline.kill("collector")
    pipeline.configure(masked=False)  # which costs time, and decides nothing here
    pipeline.start("collector")
    pipeline.kill("store")  # an outage: lines wait, and then are sent at once
    with (pipeline.logs / "api.0.log").open("w", encoding="utf-8") as log:
        for number in range(LONG):
            log.write(json.dumps({"msg": "long", "number": number, "rest": "x" * 40_000}) + "\n")
    pipeline.wait_read(LONG)
    pipeline.start("store")

    def stored() -> int:
        (row,) = pipeline.ask('"long" | stats count_uniq(number) n')
        return int(row["n"])

    wait_until(lambda: stored() + pipeline.given_up() >= LONG)
    assert (stored(), pipeline.given_up()) == (LONG, 0)


def test_killed_in_the_middle_of_a_burst_nothing_is_lost(
    pipeline: Pipeline, wait_until: Until
) -> None:
    file = pipeline.logs / "api.0.log"

    def write(part: int) -> None:
        with file.open("a", encoding="utf-8") as log:
            for number in range(MANY):
                log.write(json.dumps({"msg": "burst", "part": part, "number": number}) + "\n")

    def different() -> int:
        (row,) = pipeline.ask('"burst" | stats count_uniq(part, number) n')
        return int(row["n"])

    write(0)
    wait_until(lambda: different() > 0)
    pipeline.kill("collector")
    write(1)
    pipeline.start("collector")
    wait_until(lambda: different() > MANY)
    pipeline.kill("store")  # what it has just taken is in its memory only
    write(2)
    pipeline.start("store")
    wait_until(lambda: different() == 3 * MANY)
