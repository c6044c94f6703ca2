"""What a service's own exemplars lead to where a share of its traces is kept: a real Jaeger."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from prometheus_client import CollectorRegistry

from seatrial.engines.jaeger import query
from seatrial.engines.jaeger import workload as jaeger
from seatrial_instrument import Kind, Telemetry

if TYPE_CHECKING:
    from conftest import Jaeger

pytestmark = pytest.mark.engines
REQUESTS = 600
OPEN = "application/openmetrics-text; version=1.0.0"


@pytest.mark.parametrize("live", [0.1], indirect=True)
def test_of_ordinary_requests_those_are_shown_that_can_be_looked_at(live: Jaeger) -> None:
    """Nothing of them fails, is slow or is a journey's: nine in ten of their traces are dropped."""
    telemetry = Telemetry.from_environment(
        "shop",
        {"OTEL_EXPORTER_OTLP_ENDPOINT": live.url(jaeger.OTLP, "")},
        CollectorRegistry(),
    )
    seconds = (0.003, 0.02, 0.2)  # each a bucket of its own
    for number in range(REQUESTS):
        with telemetry.root("GET /", Kind.SERVER, None) as span:
            pass
        series = telemetry.server.series(("GET", "/", "200"))
        telemetry.server.observe(series, seconds[number % len(seconds)], span)
    assert telemetry.close(30)
    shown = re.findall('trace_id="([0-9a-f]+)"', telemetry.page(OPEN)[0].decode())
    assert len(shown) == len(seconds)

    def kept() -> set[str]:
        answer = live.get(jaeger.QUERY, query.search("shop", limit=REQUESTS))
        return {spans[0].trace for spans in query.traces(answer.content)}

    live.until(lambda: set(shown) <= kept())
    time.sleep(live.wait + 2)  # by then all of them are judged
    assert len(kept()) < REQUESTS / 4
