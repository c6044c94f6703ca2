import io
import json
import logging
from typing import Any

import pytest
from making import Make

from seatrial_instrument import JsonFormatter, add_trace, bind


def line(message: str = "x", *values: object, exc_info: Any = None, **extra: Any) -> dict[str, Any]:
    record = logging.LogRecord("a.b", logging.WARNING, __file__, 1, message, values, exc_info)
    record.__dict__.update(extra)
    text = JsonFormatter("api").format(record)
    assert "\n" not in text
    return dict(json.loads(text))


def test_the_head() -> None:
    written = line("%d of %s", 1, "two", status=200, fields={"a": 1})
    assert written.pop("time").endswith("Z")
    assert written == {
        "level": "warning",
        "message": "1 of two",
        "service": "api",
        "logger": "a.b",
        "status": 200,
        "a": 1,
    }


def test_the_trace_is_in_each_line_also_of_a_span_that_is_not_recorded(make: Make) -> None:
    with make().span("x") as span:
        written = line()
        event = add_trace(None, "info", {"event": "y"})
    assert (written["trace_id"], written["span_id"]) == (span.trace_id, span.span_id)
    assert event == {"event": "y", "trace_id": span.trace_id, "span_id": span.span_id}
    assert "trace_id" not in line()
    assert add_trace(None, "info", {}) == {}


def test_what_is_bound_is_there_meanwhile() -> None:
    with bind(request_id="a"), bind(job=1):
        assert (line()["request_id"], line()["job"]) == ("a", 1)
        assert add_trace(None, "info", {"job": 2}) == {"job": 2, "request_id": "a"}
    assert "request_id" not in line()


def test_nothing_breaks_or_forges_a_line() -> None:
    assert line('a"\n{"level":"error"}\u2028')["message"] == 'a"\n{"level":"error"}\u2028'
    written = line(fields={"path": {1}, "level": "forged", "trace_id": "x"})
    assert (written["path"], written["level"]) == ("{1}", "warning")
    assert "trace_id" not in written
    circle: list[Any] = []
    circle.append(circle)
    assert line(fields={"circle": circle, "keys": {(1, 2): 3}})["keys"] == "{(1, 2): 3}"


class Silent:
    def __repr__(self) -> str:
        raise RuntimeError("hush")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        ([1, float("inf")], "[1, inf]"),
        ({"a": float("nan")}, "{'a': nan}"),
        (Silent(), "a Silent that cannot be written"),
        (10**5000, "a int that cannot be written"),
    ],
    ids=["nan", "infinity", "in a list", "in a mapping", "no repr", "too long"],
)
def test_what_json_cannot_say_is_said_in_words(value: Any, written: str) -> None:
    def refused(text: str) -> None:
        pytest.fail(f"{text} is no JSON")

    record = logging.LogRecord("a.b", logging.WARNING, __file__, 1, "x", (), None)
    record.ratio = value
    with bind(also=value):
        text = JsonFormatter("api").format(record)
    found = json.loads(text, parse_constant=refused)
    assert found["ratio"] == found["also"] == written


def test_an_exception_is_part_of_its_line() -> None:
    try:
        int("x")
    except ValueError as error:
        written = line("failed", exc_info=(type(error), error, error.__traceback__))
    assert "ValueError: invalid literal" in written["exception"]


def test_configuring_leads_every_logger_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from seatrial_instrument import configure  # noqa: PLC0415

    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging.root, "level", logging.root.level)
    out = io.StringIO()
    configure("api", "INFO", out)
    logging.getLogger("uvicorn.error").info("up")
    logging.getLogger("x").debug("not this")
    logging.root.handlers[0].flush()
    (written,) = map(json.loads, out.getvalue().splitlines())
    assert (written["message"], written["logger"]) == ("up", "uvicorn.error")
