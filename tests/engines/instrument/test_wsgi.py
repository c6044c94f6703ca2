from typing import Any

import pytest
from collecting import Collector, attributes
from making import figures

from seatrial_instrument import Telemetry, current
from seatrial_instrument.wsgi import Middleware, flask_route

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def ask(app: Any, path: str = "/users/7", **more: str) -> bytes:
    answers: list[str] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "route": "/users/<id>", **more}
    body = app(environ, lambda status, *_: answers.append(status))
    try:
        return b"".join(body)
    finally:
        body.close() if hasattr(body, "close") else None


def test_a_request_lasts_until_its_answer_is_closed(
    telemetry: Telemetry, collector: Collector
) -> None:
    seen: list[Any] = []

    def app(_: Any, start: Any) -> Any:
        start("201 Created", [])
        seen.append(current.get())
        yield b"a"
        seen.append(current.get())
        yield b"b"

    middleware = Middleware(app, telemetry, route=lambda environ: environ["route"])
    assert ask(middleware, HTTP_TRACEPARENT=f"00-{TRACE}-{SPAN}-01") == b"ab"
    assert current.get() is None
    telemetry.flush()
    (span,) = collector.spans()
    assert (span["name"], span["traceId"], span["parentSpanId"]) == (
        "GET /users/<id>",
        TRACE,
        SPAN,
    )
    assert {one.span_id for one in seen} == {span["spanId"]}
    assert 'http_response_status_code="201",http_route="/users/<id>"' in figures(telemetry)


def test_errors_before_and_within_the_answer(telemetry: Telemetry, collector: Collector) -> None:
    def at_once(_: Any, __: Any) -> Any:
        raise KeyError("secret")

    def later(_: Any, start: Any) -> Any:
        start("200 OK", [])
        yield b"a"
        raise KeyError("secret")

    for app in (at_once, later):
        with pytest.raises(KeyError):
            ask(Middleware(app, telemetry))
    assert current.get() is None
    telemetry.flush()
    assert [attributes(span)["error.type"] for span in collector.spans()] == ["KeyError"] * 2
    assert '_count{http_request_method="GET",http_response_status_code="500"' in figures(telemetry)


def test_a_route_that_cannot_be_found_ends_no_request(telemetry: Telemetry) -> None:
    def app(_: Any, start: Any) -> Any:
        start("200 OK", [])
        return [b"ok"]

    assert ask(Middleware(app, telemetry, route=lambda environ: environ["none"])) == b"ok"
    assert 'http_route="unmatched"' in figures(telemetry)
    assert ask(Middleware(app, telemetry), "/livez") == b"ok"


def test_flasks_rule() -> None:
    class Rule:
        rule = "/users/<int:id>"

    class Asked:
        url_rule = Rule()

    assert flask_route({"werkzeug.request": Asked()}) == "/users/<int:id>"
    assert flask_route({}) == ""
