"""The prober's own spans: their form, and that nobody who takes them can hold it up."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp import web
from prometheus_client import CollectorRegistry

from seatrial.daemons.prober.plan import Expect, Journey, Step, Until
from seatrial.daemons.prober.spans import BATCH, Exporter, Span, Trail, message, resource
from seatrial.daemons.shared.log import Log

STEP = Step(name="GET /", method="GET", path="/", expect=Expect(status=frozenset({200})))
JOURNEY = Journey(
    name="buy",
    bases=("http://127.0.0.1:8080",),
    rate=1,
    timeout_s=5,
    max_in_flight=5,
    steps=(STEP,),
)


def _span(number: int = 0) -> Span:
    return Span(trace="t" * 32, id=f"{number:016x}", name="buy", start=1, end=2)


def _count(registry: CollectorRegistry, outcome: str) -> float:
    return registry.get_sample_value("prober_spans_total", {"outcome": outcome}) or 0.0


def _exporter(session: Any, registry: CollectorRegistry, url: str, **more: Any) -> Exporter:
    log = Log(daemon="prober", stream=io.StringIO(), clock=lambda: 0.0)
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": url} if url else {}
    return Exporter(session, registry, log, environ, **more)


def test_a_run_and_its_step_are_one_trace() -> None:
    trail = Trail(id="a" * 32, run="b" * 16, began=1_000)
    run = trail.of_run(JOURNEY, "failed", "status 500", 9_000)
    step = trail.of_step(JOURNEY, STEP, "c" * 16, "status 500", (2_000, 8_000))
    assert (run.trace, run.parent, run.fault) == (step.trace, "", "status 500")
    assert (step.parent, step.client) == (run.id, True)
    assert step.attributes["server.port"] == 8080
    assert "seatrial.waits" not in step.attributes
    waits = Until(json={}, within_s=1, every_s=1)
    waiting = Step(name="w", method="GET", path="/", expect=STEP.expect, until=waits)
    assert trail.of_step(JOURNEY, waiting, "d" * 16, "", (2, 3)).attributes["seatrial.waits"]


def test_a_clock_that_is_set_back_makes_no_span_of_negative_length() -> None:
    trail = Trail(id="a" * 32, run="b" * 16, began=1_000)
    assert trail.of_run(JOURNEY, "ok", "", 500).end == 1_000
    assert trail.of_step(JOURNEY, STEP, "c" * 16, "", (900, 500)).end == 900


def test_the_message_is_otlp() -> None:
    of = resource(
        {"OTEL_SERVICE_NAME": "prober", "OTEL_RESOURCE_ATTRIBUTES": "service.namespace=shop,a= b"}
    )
    body = json.loads(message([_span(7)], of))
    (one,) = body["resourceSpans"]
    told = {each["key"]: each["value"]["stringValue"] for each in one["resource"]["attributes"]}
    assert told == {"service.namespace": "shop", "a": "b", "service.name": "prober"}
    (span,) = one["scopeSpans"][0]["spans"]
    assert span["spanId"] == f"{7:016x}"
    assert span["kind"] == 1
    assert "parentSpanId" not in span
    assert "status" not in span


def test_without_an_endpoint_nothing_is_held() -> None:
    registry = CollectorRegistry()
    exporter = _exporter(None, registry, "")
    exporter.take(_span())
    asyncio.run(exporter.flush())
    assert _count(registry, "sent") == _count(registry, "dropped") == 0


def test_what_is_too_much_gives_way_and_is_counted() -> None:
    registry = CollectorRegistry()
    exporter = _exporter(None, registry, "http://127.0.0.1:1", held=2)
    for number in range(5):
        exporter.take(_span(number))
    assert _count(registry, "dropped") == 3


async def _with_server(handler: Any, work: Any) -> None:
    app = web.Application()
    app.router.add_post("/v1/traces", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        async with aiohttp.ClientSession() as session:
            await work(session, f"http://{host}:{port}")
    finally:
        await runner.cleanup()


def test_spans_are_sent_in_batches() -> None:
    registry, got = CollectorRegistry(), []

    async def take(request: web.Request) -> web.Response:
        body: Mapping[str, Any] = await request.json()
        got.append(len(body["resourceSpans"][0]["scopeSpans"][0]["spans"]))
        return web.json_response({})

    async def work(session: aiohttp.ClientSession, url: str) -> None:
        exporter = _exporter(session, registry, url)
        for number in range(BATCH + 1):
            exporter.take(_span(number))
        await exporter.flush()

    asyncio.run(_with_server(take, work))
    assert got == [BATCH, 1]
    assert _count(registry, "sent") == BATCH + 1


def test_what_nobody_takes_yet_is_sent_again_in_its_order() -> None:
    registry, answers = CollectorRegistry(), [503, 429]
    got: list[int] = []

    async def take(request: web.Request) -> web.Response:
        body: Mapping[str, Any] = await request.json()
        spans = body["resourceSpans"][0]["scopeSpans"][0]["spans"]
        if answers:
            return web.Response(status=answers.pop())
        got.extend(int(each["spanId"], 16) for each in spans)
        return web.json_response({})

    async def work(session: aiohttp.ClientSession, url: str) -> None:
        away = _exporter(session, registry, "http://127.0.0.1:1", held=3)
        away.take(_span())
        await away.flush()
        assert _count(registry, "dropped") == 0  # nobody listens yet
        exporter = _exporter(session, CollectorRegistry(), url, held=3)
        for number in range(5):
            exporter.take(_span(number))
            await exporter.flush()

    asyncio.run(_with_server(take, work))
    assert got == [0, 1, 2, 3, 4]


def test_what_is_held_back_gives_way_the_oldest_first() -> None:
    registry, refused = CollectorRegistry(), [True]
    got: list[int] = []

    async def take(request: web.Request) -> web.Response:
        body: Mapping[str, Any] = await request.json()
        if refused:
            return web.Response(status=503)
        spans = body["resourceSpans"][0]["scopeSpans"][0]["spans"]
        got.extend(int(each["spanId"], 16) for each in spans)
        return web.json_response({})

    async def work(session: aiohttp.ClientSession, url: str) -> None:
        exporter = _exporter(session, registry, url, held=2)
        for number in range(4):
            exporter.take(_span(number))
            await exporter.flush()
        refused.clear()
        await exporter.flush()

    asyncio.run(_with_server(take, work))
    assert got == [2, 3]
    assert (_count(registry, "dropped"), _count(registry, "sent")) == (2, 2)


def test_who_refuses_for_good_costs_a_batch_and_nothing_else() -> None:
    registry = CollectorRegistry()

    async def refuse(_request: web.Request) -> web.Response:
        return web.Response(status=400)

    async def work(session: aiohttp.ClientSession, url: str) -> None:
        exporter = _exporter(session, registry, url)
        exporter.take(_span())
        await exporter.flush()

    asyncio.run(_with_server(refuse, work))
    assert _count(registry, "dropped") == 1
