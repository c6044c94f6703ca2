"""Lines as Docker keeps them become the same rows as those of a process, over its rotation too."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from seatrial.capabilities.logs import lines

if TYPE_CHECKING:
    from conftest import Pipeline

Until = Callable[[Callable[[], object]], None]
PIECE = 16384
ROUNDS, MANY = 5, 400


def framed(text: str, at: str = "2026-01-01T00:00:00.123456789Z") -> str:
    """As Docker writes it; a long line comes in pieces."""
    found = []
    for line in text.splitlines(keepends=True):
        for begin in range(0, len(line), PIECE):
            log = json.dumps(line[begin : begin + PIECE], ensure_ascii=False)
            found.append(f'{{"log":{log},"stream":"stdout","time":"{at}"}}\n')
    return "".join(found)


@pytest.fixture
def contained(pipeline: Pipeline) -> Pipeline:
    """The pipeline, with a collector that reads what Docker keeps; links lead to its files."""
    pipeline.kill("collector")
    pipeline.configure(framed=True)
    own = pipeline.folder / "abc"
    own.mkdir()
    for older in ("", ".1", ".2", ".3"):  # most of them lead nowhere yet
        (pipeline.logs / f"api.0.log{older}").symlink_to(own / f"abc-json.log{older}")
    pipeline.start("collector")
    return pipeline


def test_every_form_is_read_and_no_secret_is_stored(contained: Pipeline, wait_until: Until) -> None:
    text = "\n".join((*lines.planted(), *(each.line for each in lines.FORMS)))
    (contained.folder / "abc/abc-json.log").write_text(framed(f"{text}\nthe end\n"))
    wait_until(lambda: contained.ask('"the end"'))
    rows = contained.ask("*")
    assert {(row["service"], row["replica"]) for row in rows} == {("api", "0")}
    for form in lines.FORMS:
        (row,) = (
            each for each in rows if each.get("form") == form.name and "planted" not in each["_msg"]
        )
        assert {key: row.get(key) for key in form.fields} == dict(form.fields), form.name
    (whole,) = (each for each in rows if each.get("form") == "traceback")
    assert whole["_msg"] == lines.TRACEBACK
    stored = json.dumps(rows)
    for kind, secrets in lines.SECRETS.items():
        assert [each for each in secrets if each in stored] == [], kind
    assert "not readable" not in stored


def test_a_long_line_is_whole_and_what_is_no_line_is_told(
    contained: Pipeline, wait_until: Until
) -> None:
    long = json.dumps({"msg": "long one", "filler": "f" * 40_000, "password": "hushhush"})
    half = framed('{"msg":"half","password":"hushhush')[:60]
    file = contained.folder / "abc/abc-json.log"
    file.write_text(framed(f"{long}\n") + f"{half}\n" + framed("the end\n"))
    wait_until(lambda: contained.ask('"the end"'))
    (row,) = contained.ask('"long one"')
    assert (len(row["filler"]), row["password"]) == (40_000, "***")
    assert len(contained.ask("*")) == 3
    assert "hushhush" not in json.dumps(contained.ask("*"))


def test_rotation_loses_nothing_and_repeats_nothing(contained: Pipeline, wait_until: Until) -> None:
    file = contained.folder / "abc/abc-json.log"
    for part in range(ROUNDS):
        for number in (3, 2, 1):  # the oldest goes, as Docker does it
            before = file.with_name(f"{file.name}.{number - 1}") if number > 1 else file
            if before.exists():
                before.rename(file.with_name(f"{file.name}.{number}"))
        text = "".join(
            framed(json.dumps({"msg": "turn", "part": part, "number": number}) + "\n")
            for number in range(MANY)
        )
        file.write_text(text)
        if part < ROUNDS - 1:  # the reader is never more than the kept files behind
            wait_until(lambda: bool(contained.ask('"turn"')))

    def counted() -> tuple[int, int]:
        (row,) = contained.ask('"turn" | stats count() n, count_uniq(part, number) m')
        return int(row["n"]), int(row["m"])

    wait_until(lambda: counted()[1] == ROUNDS * MANY)
    assert counted() == (ROUNDS * MANY, ROUNDS * MANY)
