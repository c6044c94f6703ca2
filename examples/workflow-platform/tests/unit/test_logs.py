import json
import logging
import sys
from typing import Any

from common.logs import JsonFormatter, request_id


def line(message: str, *values: object, exc_info: Any = None, **fields: object) -> dict[str, Any]:
    record = logging.LogRecord("a.b", logging.WARNING, __file__, 1, message, values, exc_info)
    record.fields = fields
    text = JsonFormatter("api").format(record)
    assert "\n" not in text
    return dict(json.loads(text))


def test_a_line_has_its_head_and_its_fields() -> None:
    written = line("%d of %s", 1, "two", status=200)
    assert written.pop("ts").endswith("+00:00")
    assert written == {
        "level": "warning",
        "msg": "1 of two",
        "service": "api",
        "logger": "a.b",
        "status": 200,
    }


def test_the_request_id_is_added_while_there_is_one() -> None:
    token = request_id.set("abc")
    try:
        assert line("x")["request_id"] == "abc"
    finally:
        request_id.reset(token)
    assert "request_id" not in line("x")


def test_nothing_breaks_the_line() -> None:
    assert line('a"\n{"level":"error"}')["msg"] == 'a"\n{"level":"error"}'
    assert line("x", path={1, 2})["path"] == "{1, 2}"


def test_an_exception_is_part_of_its_line() -> None:
    try:
        int("x")
    except ValueError:
        written = line("failed", exc_info=sys.exc_info())
    assert "ValueError: invalid literal" in written["exception"]
