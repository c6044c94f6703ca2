"""The middleware on Starlette, driven in process."""

import asyncio
import io
import json
from typing import Any

import pytest
from collecting import Collector, attributes
from making import Make, figures
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from seatrial_instrument import Telemetry, configure
from seatrial_instrument.asgi import Middleware

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = (b"traceparent", f"00-{TRACE}-{SPAN}-01".encode())


async def user(_: Request) -> Response:
    return PlainTextResponse("ok")


async def broken(_: Request) -> Response:
    raise LookupError("secret")


async def refused(_: Request) -> Response:
    return PlainTextResponse("no", status_code=503)


async def stream(_: Request) -> Response:
    async def parts() -> Any:
        await asyncio.sleep(0)
        yield b"a"

    return StreamingResponse(parts())


def application(telemetry: Telemetry) -> Any:
    below = Starlette(routes=[Route("/users/{id:int}", user)])
    app = Starlette(
        routes=[
            Route("/users/{id}", user),
            Route("/broken", broken),
            Route("/refused", refused),
            Route("/stream", stream),
            Route("/livez", user),
            Mount("/api/{tenant}", routes=[Mount("/v1", app=below)]),
        ]
    )
    app.add_middleware(Middleware, telemetry=telemetry)
    return app


def ask(app: Any, path: str, *headers: tuple[bytes, bytes], method: str = "GET") -> int:
    """The status of one request."""
    answers: list[Any] = []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"token=hush",
        "headers": [(b"host", b"x"), (b"authorization", b"hush"), *headers],
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("203.0.113.7", 1),
        "http_version": "1.1",
    }

    asked = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        if not asked:  # a client that stays says nothing more
            await asyncio.Event().wait()
        return asked.pop()

    async def send(message: Any) -> None:
        answers.append(message)

    asyncio.run(app(scope, receive, send))
    return int(answers[0]["status"])


def counted(telemetry: Telemetry, method: str, route: str, status: int) -> bool:
    labels = f'method="{method}",http_response_status_code="{status}",http_route="{route}"'
    return f"_count{{http_request_{labels}}}" in figures(telemetry)


def test_a_request_goes_on_with_its_callers_trace(
    telemetry: Telemetry, collector: Collector
) -> None:
    assert ask(application(telemetry), "/users/7", PARENT, (b"tracestate", b"a=b")) == 200
    telemetry.flush()
    (span,) = collector.spans()
    assert (span["traceId"], span["parentSpanId"]) == (TRACE, SPAN)
    assert (span["name"], span["kind"], span["traceState"]) == ("GET /users/{id}", 2, "a=b")
    assert attributes(span) == {
        "http.request.method": "GET",
        "http.route": "/users/{id}",
        "http.response.status_code": "200",
    }
    assert counted(telemetry, "GET", "/users/{id}", 200)


@pytest.mark.parametrize(
    "headers",
    [(), (PARENT, PARENT), ((b"traceparent", b"\xff"),), ((b"traceparent", b"00-0-0-01"),)],
)
def test_what_is_no_single_context_begins_a_trace(
    telemetry: Telemetry, collector: Collector, headers: Any
) -> None:
    ask(application(telemetry), "/users/7", *headers)
    telemetry.flush()
    (span,) = collector.spans()
    assert span["traceId"] != TRACE
    assert "parentSpanId" not in span


def test_a_caller_that_does_not_record_is_followed(
    telemetry: Telemetry, collector: Collector
) -> None:
    ask(application(telemetry), "/users/7", (b"traceparent", PARENT[1][:-1] + b"0"))
    telemetry.flush()
    assert collector.spans() == []


def test_paths_that_are_no_routes_are_one(telemetry: Telemetry) -> None:
    app = application(telemetry)
    for number in range(3):
        assert ask(app, f"/nothing/{number}") == 404
    assert counted(telemetry, "GET", "unmatched", 404)
    assert "nothing" not in figures(telemetry)


def test_methods_that_nobody_knows_are_one(telemetry: Telemetry) -> None:
    app = application(telemetry)
    for number in range(3):
        ask(app, "/users/7", method=f"HACK{number}")
    assert counted(telemetry, "_OTHER", "/users/{id}", 405)
    assert "HACK" not in figures(telemetry)


def test_of_mounted_applications_the_whole_template_is_told(telemetry: Telemetry) -> None:
    app = application(telemetry)
    assert ask(app, "/api/acme/v1/users/7") == 200
    assert ask(app, "/api/acme/v1/nothing") == 404
    assert counted(telemetry, "GET", "/api/{tenant}/v1/users/{id:int}", 200)
    assert "acme" not in figures(telemetry)


def test_probes_and_scrapes_are_not_users(telemetry: Telemetry, collector: Collector) -> None:
    assert ask(application(telemetry), "/livez") == 200
    telemetry.flush()
    assert collector.spans() == []
    assert "_count" not in figures(telemetry)


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([], 500),
        ([(b"a", True)], 500),
        ([(b"a", True), (b"", False)], 200),  # what fails behind a whole answer, as a task
    ],
    ids=["begun", "halfway", "whole"],
)
def test_an_answer_that_breaks_off_is_no_success(
    telemetry: Telemetry, collector: Collector, parts: list[tuple[bytes, bool]], status: int
) -> None:
    async def breaks(_: Any, __: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for body, more in parts:
            await send({"type": "http.response.body", "body": body, "more_body": more})
        raise LookupError

    with pytest.raises(LookupError):
        ask(Middleware(breaks, telemetry), "/users/7")
    telemetry.flush()
    (span,) = collector.spans()
    assert attributes(span)["http.response.status_code"] == str(status)
    assert attributes(span)["error.type"] == "LookupError"
    assert counted(telemetry, "GET", "unmatched", status)


def test_errors_are_errors_and_keep_their_words_to_themselves(
    telemetry: Telemetry, collector: Collector
) -> None:
    app = application(telemetry)
    with pytest.raises(LookupError):
        ask(app, "/broken")
    ask(app, "/refused")
    ask(app, "/stream")
    telemetry.flush()
    first, second, third = collector.spans()
    assert attributes(first)["error.type"] == "LookupError"
    assert attributes(second)["error.type"] == "503"
    assert first["status"] == second["status"] == {"code": 2}
    assert "status" not in third
    assert counted(telemetry, "GET", "/broken", 500)
    assert counted(telemetry, "GET", "/refused", 503)
    told = json.dumps(collector.bodies)
    assert not [word for word in ("secret", "hush", "203.0.113.7", "token") if word in told]


def test_a_line_a_request(telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch) -> None:
    import logging  # noqa: PLC0415

    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging.root, "level", logging.root.level)
    out = io.StringIO()
    configure("shop", "INFO", out)
    app = application(telemetry)
    ask(app, "/users/7", PARENT)
    fast = logging.root.handlers[0]
    fast.flush()
    fast.addFilter(lambda _: True)  # now the record has to be made
    ask(app, "/users/7", PARENT)
    fast.flush()
    first, second = map(json.loads, out.getvalue().splitlines())
    for one in (first, second):
        assert one.pop("duration_ms") >= 0
        assert one.pop("time").endswith("Z")
        assert len(one.pop("span_id")) == 16
    assert (
        first
        == second
        == {
            "level": "info",
            "message": "request",
            "service": "shop",
            "logger": "seatrial_instrument.access",
            "trace_id": TRACE,
            "method": "GET",
            "route": "/users/{id}",
            "status": 200,
        }
    )


def test_requests_side_by_side_keep_their_own_span(collector: Collector, make: Make) -> None:
    telemetry = make(collector.url)

    async def slow(_: Request) -> Response:
        for _ in range(3):
            await asyncio.sleep(0)
        with telemetry.span("inner"):
            await asyncio.sleep(0)
        return PlainTextResponse("ok")

    app = Middleware(Starlette(routes=[Route("/", slow)]), telemetry)

    async def main() -> None:
        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(_: Any) -> None:
            await asyncio.sleep(0)

        def scope() -> dict[str, Any]:
            return {
                "type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"",
                "root_path": "",
            }  # fmt: skip

        await asyncio.gather(*(app(scope(), receive, send) for _ in range(20)))

    asyncio.run(main())
    telemetry.flush()
    spans = collector.spans()
    outer = {one["spanId"]: one["traceId"] for one in spans if one["name"] == "GET /"}
    inner = [one for one in spans if one["name"] == "inner"]
    assert len(outer) == len(inner) == 20
    assert {one["parentSpanId"] for one in inner} == set(outer)
    assert all(outer[one["parentSpanId"]] == one["traceId"] for one in inner)


def test_the_end_of_the_application_sends_what_waits(collector: Collector, make: Make) -> None:
    telemetry = make(collector.url, OTEL_BSP_SCHEDULE_DELAY="600000")
    with telemetry.span("last"):
        pass

    async def app(_: Any, __: Any, send: Any) -> None:
        await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})

    sent: list[str] = []

    async def send(message: Any) -> None:
        sent.append(message["type"])

    asyncio.run(Middleware(app, telemetry)({"type": "lifespan"}, None, send))  # type: ignore[arg-type]
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert [span["name"] for span in collector.spans()] == ["last"]
