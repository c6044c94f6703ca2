"""Telemetry of which each test has its own, and what it exposes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry

from seatrial_instrument import Telemetry

Make = Callable[..., Telemetry]


@contextmanager
def making() -> Iterator[Make]:
    """Telemetry with a registry of its own, closed at the end."""
    made: list[Telemetry] = []

    def one(endpoint: str = "", **variables: str) -> Telemetry:
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, **variables}
        telemetry = Telemetry.from_environment("shop", environment, CollectorRegistry())
        made.append(telemetry)
        return telemetry

    yield one
    for each in made:
        each.close(0)


def figures(telemetry: Telemetry, accept: str = "") -> str:
    return telemetry.page(accept)[0].decode()
