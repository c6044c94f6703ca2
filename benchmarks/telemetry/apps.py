"""One FastAPI application, bare and instrumented in each way that is compared."""

import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import prometheus_client
from fastapi import FastAPI
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from seatrial_instrument import Telemetry, configure
from seatrial_instrument.asgi import Middleware

App = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """An application, how to send what it has not sent yet, and whether traces are recorded."""

    name: str
    app: App
    flush: Callable[[], Any]
    sampled: bool


def _bare() -> FastAPI:
    # FastAPI can export by itself, too; nothing of that is wanted here
    app = FastAPI(telemetry={"auto_configure": False})

    @app.get("/items/{item}")
    async def show(item: int) -> dict[str, Any]:
        return {"id": item, "name": "one of many", "tags": ["a", "b"]}

    return app


def bare() -> Variant:
    """The application alone."""
    return Variant(name="bare", app=_bare(), flush=lambda: None, sampled=False)


class Counted:
    """A middleware of prometheus-client, as many services have one."""

    def __init__(self, app: App, histogram: prometheus_client.Histogram) -> None:
        self._app = app
        self._histogram = histogram

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        begun = time.perf_counter()

        async def noting(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            self._histogram.labels(scope["method"], route, str(status)).observe(
                time.perf_counter() - begun
            )


def ours(endpoint: str, *, sampled: bool) -> Variant:
    """Instrumented by seatrial-instrument, with a line a request."""
    telemetry = Telemetry.from_environment(
        "bench", {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}, prometheus_client.CollectorRegistry()
    )
    nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open to the end
    configure("bench", "INFO", nowhere)
    app = _bare()
    app.add_middleware(Middleware, telemetry=telemetry)
    return Variant(name="ours", app=app, flush=lambda: telemetry.flush(30), sampled=sampled)


def _theirs(endpoint: str, *, sampled: bool, lean: bool) -> Variant:
    provider = TracerProvider()
    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    app = _bare()
    histogram = prometheus_client.Histogram(
        "http_server_request_duration_seconds",
        "Duration.",
        ["method", "route", "status"],
        registry=prometheus_client.CollectorRegistry(),
    )
    app.add_middleware(Counted, histogram=histogram)
    excluded: Any = ["receive", "send"] if lean else None
    FastAPIInstrumentor.instrument_app(app, tracer_provider=provider, exclude_spans=excluded)
    name = "theirs, lean" if lean else "theirs"
    return Variant(name=name, app=app, flush=provider.force_flush, sampled=sampled)


def variants(endpoint: str) -> list[Variant]:
    """Everything that is compared; the first is bare. Ours also writes a line a request."""
    every = [bare()]
    for sampled in (True, False):
        every.append(ours(endpoint, sampled=sampled))
        every.append(_theirs(endpoint, sampled=sampled, lean=False))
        every.append(_theirs(endpoint, sampled=sampled, lean=True))
    return every
