"""What is asked for an SLA report, and what is made of the answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from seatrial.app import sla
from seatrial.app.plan import Plan
from seatrial.capabilities.metrics.seed import freshen
from seatrial.capabilities.synthetics.accounted import kind, selector
from seatrial.contract.runtime import Answer, RuntimeFailure
from seatrial.sla.account import Span

DAY = 86400.0


class Prometheus:
    """Has a sample of each counter every 300 s, and answers what was asked for."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.asked: list[str] = []

    def request(self, _method: str, workload: str, _port: str, path: str) -> Answer:
        assert workload == "prometheus"
        self.asked.append(unquote(path))
        end = float(path.rpartition("time=")[2])
        span = float(re.search(r"\[(\d+)s\]", unquote(path))[1])  # type: ignore[index]
        instants = [at for at in range(0, int(end) + 1, 300) if end - span < at]
        series = [
            {"metric": {"region": "eu", "replica": "0", **labels}, "values": values}
            for labels, values in (
                ({"outcome": "ok"}, [[at, str(at)] for at in instants]),
                ({"outcome": "failed"}, [[at, "0"] for at in instants]),
                ({}, [[at, "0"] for at in instants]),
            )
        ]
        body = {"status": "success", "data": {"result": series}}
        return Answer(status=self.status, body=json.dumps(body).encode())


def samples(prometheus: Any, over: Span) -> list[Any]:
    return sla._samples(prometheus, selector("buy"), over)


def test_a_long_range_is_asked_for_day_by_day_and_each_sample_counts_once() -> None:
    prometheus = Prometheus()
    (one,) = samples(prometheus, Span(begin=0.0, end=2.5 * DAY))
    assert len(prometheus.asked) == 3
    assert [each.at for each in one] == [float(at) for at in range(0, 216001, 300)]


def test_what_was_counted_before_there_were_entries_is_of_none_of_them() -> None:
    class Earlier(Prometheus):
        def request(self, _method: str, workload: str, _port: str, path: str) -> Answer:
            found = json.loads(super().request(_method, workload, _port, path).body)
            for number, each in enumerate(found["data"]["result"]):
                each["metric"] |= {"journey": "buy"}
                if number == 0:
                    each["metric"] |= {"entry": "us"}
            return Answer(status=200, body=json.dumps(found).encode())

    over = Span(begin=0.0, end=3000.0)
    (one,) = sla._samples(Earlier(), selector("buy", entry="us"), over, "us")  # type: ignore[arg-type]
    assert [len(one), *one[-1].runs] == [11, "ok"]
    assert sla._samples(Earlier(), selector("buy", entry="eu"), over, "eu") == []  # type: ignore[arg-type]


def test_history_that_a_drill_seeds_is_nobodys_run(planned: Callable[..., Plan]) -> None:
    prometheus = Prometheus()
    samples(prometheus, Span(begin=0.0, end=600.0))
    assert 'job="prober"' in prometheus.asked[0]
    (seeded,) = freshen(planned().contexts["metrics"], 1e9)
    text = dict(seeded.files)["history.om"]
    assert "journey_requests_total" in text
    assert "job=" not in text


def test_a_refusal_is_told() -> None:
    with pytest.raises(RuntimeFailure, match="HTTP 503"):
        samples(Prometheus(503), Span(begin=0.0, end=600.0))


def test_with_several_regions_what_anybody_answered_is_asked_for_too() -> None:
    assert "prober_answered_total" not in selector("buy")
    asked = selector("buy", several=True)
    assert "prober_answered_total" in asked
    assert 'journey=~"buy|"' in asked
    assert kind({"__name__": "prober_answered_total"}) == "answered"
    assert kind({"__name__": "journey_blind_seconds_total"}) == ""
    assert kind({"__name__": "journey_requests_total", "outcome": "ok"}) == "ok"
