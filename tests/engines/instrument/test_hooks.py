"""Hooks of clients. psycopg and redis-py are tried on real servers by the reference system."""

import asyncio
from typing import Any

import httpx
import pytest
from collecting import Collector, attributes
from making import figures
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from seatrial_instrument import Telemetry, extract
from seatrial_instrument.hooks import httpx as httpx_hook
from seatrial_instrument.hooks import redis as redis_hook
from seatrial_instrument.hooks import sqlalchemy as sqlalchemy_hook


def answer(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/down":
        raise httpx.ConnectError("secret")
    status = 404 if request.url.path == "/none" else 200
    return httpx.Response(status, headers=request.headers)


def test_httpx_carries_the_trace_on(telemetry: Telemetry, collector: Collector) -> None:
    client = httpx_hook.observe(httpx.Client(transport=httpx.MockTransport(answer)), telemetry)
    with telemetry.span("work") as span:
        told = client.get("http://shop:81/orders/7?token=hush").headers
        assert client.get("http://shop/none").status_code == 404
        with pytest.raises(httpx.ConnectError):
            client.get("http://shop/down")
    client.close()
    telemetry.flush()
    first, second, third, _ = collector.spans()
    found = extract(told)
    assert found is not None
    assert (found.trace_id, found.span_id) == (span.trace_id, first["spanId"])
    assert (first["name"], first["kind"], first["parentSpanId"]) == ("GET", 3, span.span_id)
    assert attributes(first) == {
        "http.request.method": "GET",
        "server.address": "shop",
        "server.port": "81",
        "http.response.status_code": "200",
    }
    assert attributes(second)["error.type"] == "404"
    assert attributes(third)["error.type"] == "httpx.ConnectError"
    assert not [word for word in ("hush", "orders", "secret") if word in str(collector.bodies)]
    assert 'server_address="shop"' in figures(telemetry)


def test_what_nobody_asked_for_is_counted_and_begins_no_trace(
    telemetry: Telemetry, collector: Collector
) -> None:
    async def main() -> httpx.Headers:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            return (await httpx_hook.observe(client, telemetry).get("http://shop/")).headers

    assert "traceparent" not in asyncio.run(main())
    telemetry.flush()
    assert collector.spans() == []
    assert 'http_client_request_duration_seconds_count{error_type=""' in figures(telemetry)


def test_sqlalchemy_tells_the_statement_without_its_values(
    telemetry: Telemetry, collector: Collector
) -> None:
    engine = sqlalchemy_hook.observe(create_engine("sqlite://"), telemetry)
    with telemetry.span("work"), engine.connect() as connection:
        connection.execute(text("CREATE TABLE people (name TEXT)"))
        connection.execute(
            text("SELECT * FROM people WHERE name = 'yolanda' AND 1 = :x"), {"x": 7654321}
        )
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT 'yolanda' FROM nobody"))
    engine.dispose()
    telemetry.flush()
    spans = {span["name"]: span for span in collector.spans()}
    assert attributes(spans["SELECT people"])["db.query.text"] == (
        "SELECT * FROM people WHERE name = ? AND ? = ?"
    )
    assert attributes(spans["SELECT people"])["db.system.name"] == "sqlite"
    assert attributes(spans["SELECT nobody"])["error.type"] == "sqlite3.OperationalError"
    # no hexadecimal id can hold this word by chance
    assert "yolanda" not in str(collector.bodies)
    assert "7654321" not in str([attributes(span) for span in collector.spans()])
    assert 'db_operation_name="SELECT",db_system_name="sqlite",error_type=""' in figures(telemetry)


class Pipe:
    def __init__(self) -> None:
        self.command_stack = [1, 2]

    def execute(self) -> list[int]:
        return [1, 1]


class Store:
    """What redis-py's client has of what the hook uses."""

    def execute_command(self, *args: Any) -> str:
        if args[0] == "BAD":
            raise ConnectionError("secret")
        return "ok"

    def pipeline(self) -> Pipe:
        return Pipe()


def test_redis_tells_no_keys(telemetry: Telemetry, collector: Collector) -> None:
    client = redis_hook.observe(Store(), telemetry)
    with telemetry.span("work"):
        assert client.execute_command("SET", "user:yolanda", "hush") == "ok"
        client.execute_command("get user:yolanda")
        assert client.pipeline().execute() == [1, 1]
        with pytest.raises(ConnectionError):
            client.execute_command("BAD")
    telemetry.flush()
    names = [span["name"] for span in collector.spans()]
    assert names == ["SET", "GET", "PIPELINE", "BAD", "work"]
    assert attributes(collector.spans()[2])["db.operation.batch.size"] == "2"
    assert not [word for word in ("yolanda", "hush", "secret") if word in str(collector.bodies)]
