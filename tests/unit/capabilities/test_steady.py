"""What a drill wants to see before its fault: the queries, as they are asked."""

from __future__ import annotations

import promql_parser
import pytest

from seatrial.capabilities.alerting import steady
from seatrial.engines.postgres_exporter import workload as postgres_exporter
from seatrial.engines.prometheus.steady import FIRING
from seatrial.engines.redis_exporter import workload as redis_exporter


@pytest.mark.parametrize("expr", [steady.UP, FIRING, steady.BEAT, steady.TRAFFIC])
def test_each_condition_is_promql(expr: str) -> None:
    promql_parser.parse(expr)


@pytest.mark.parametrize(
    "gauge", ["up", "nginx_up", "probe_success", postgres_exporter.UP, redis_exporter.UP]
)
def test_what_is_behind_an_exporter_is_looked_at(gauge: str) -> None:
    assert gauge in steady.UP.split("'")[1].split("|")


def test_an_outage_that_is_pending_is_not_steady() -> None:
    assert "ALERTS{alertstate='pending',tier='outage',severity='page'}" in FIRING
