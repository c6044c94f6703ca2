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
from seatrial.sla.account import Kept, Span, account

DAY = 86400.0


class Prometheus:
    """Has a sample of each counter every `scrape` s, and answers what was asked for.

    `lacks` has for each replica when it looked at nothing; one that is `away` does not answer.
    """

    def __init__(
        self,
        status: int = 200,
        *,
        scrape: int = 300,
        lacks: tuple[Span, ...] = (),
        away: frozenset[int] = frozenset(),
    ) -> None:
        self.status, self.scrape, self.lacks, self.away = status, scrape, lacks, away
        self.asked: list[str] = []

    def request(
        self, _method: str, workload: str, _port: str, path: str, *, replica: int
    ) -> Answer:
        assert workload == "prometheus"
        if replica in self.away:
            raise RuntimeFailure(f"replica {replica} does not answer")
        self.asked.append(unquote(path))
        end = float(path.rpartition("time=")[2])
        span = float(re.search(r"\[(\d+)s\]", unquote(path))[1])  # type: ignore[index]
        # each by its own clock, which is not quite the other's
        instants = [at + replica for at in range(0, int(end) + 1, self.scrape) if end - span < at]
        for none in self.lacks[replica : replica + 1]:
            instants = [at for at in instants if not none.begin <= at < none.end]
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


HOUR = Span(begin=0.0, end=3600.0)
NEVER = Span(begin=0.0, end=0.0)


@pytest.mark.parametrize(
    "lacks",
    [
        (Span(begin=600.0, end=1800.0), NEVER),
        (NEVER, Span(begin=600.0, end=1800.0)),
        (Span(begin=0.0, end=3000.0), Span(begin=3200.0, end=3600.0)),
    ],
    ids=["the first was down", "the other was", "a disk was lost, and later the other was down"],
)
def test_what_one_of_a_pair_did_not_see_the_other_did(lacks: tuple[Span, ...]) -> None:
    pair = Prometheus(scrape=5, lacks=lacks)
    found = account(sla._samples(pair, selector("buy"), HOUR, replicas=2), HOUR, target=0.999)
    assert found.blind <= 5  # before the first sample, or after the last
    assert (found.down, found.bad, found.verdict) == (0, 0, Kept.MET)
    assert found.good == pytest.approx(3600, abs=10)  # no run is counted twice


def test_what_neither_of_a_pair_saw_is_blind() -> None:
    both = Span(begin=600.0, end=1800.0)
    pair = Prometheus(scrape=5, lacks=(both, both))
    found = account(sla._samples(pair, selector("buy"), HOUR, replicas=2), HOUR)
    assert found.blind == pytest.approx(1200, abs=10)


@pytest.mark.parametrize("away", [0, 1])
def test_one_of_a_pair_that_does_not_answer_is_done_without(away: int) -> None:
    pair = Prometheus(scrape=5, away=frozenset({away}))
    found = account(sla._samples(pair, selector("buy"), HOUR, replicas=2), HOUR)
    assert found.blind <= 5
    with pytest.raises(RuntimeFailure, match="replica 0"):
        sla._samples(Prometheus(away=frozenset({0, 1})), selector("buy"), HOUR, replicas=2)


def test_what_was_counted_before_there_were_entries_is_of_none_of_them() -> None:
    class Earlier(Prometheus):
        def request(
            self, _method: str, workload: str, _port: str, path: str, *, replica: int
        ) -> Answer:
            told = super().request(_method, workload, _port, path, replica=replica)
            found = json.loads(told.body)
            for number, each in enumerate(found["data"]["result"]):
                each["metric"] |= {"journey": "buy"}
                if number == 0:
                    each["metric"] |= {"entry": "us"}
            return Answer(status=200, body=json.dumps(found).encode())

    over = Span(begin=0.0, end=3000.0)
    (one,) = sla._samples(Earlier(), selector("buy", entry="us"), over, entry="us")  # type: ignore[arg-type]
    assert [len(one), *one[-1].runs] == [11, "ok"]
    assert sla._samples(Earlier(), selector("buy", entry="eu"), over, entry="eu") == []  # type: ignore[arg-type]


def test_history_that_a_drill_seeds_is_nobodys_run(planned: Callable[..., Plan]) -> None:
    prometheus = Prometheus()
    samples(prometheus, Span(begin=0.0, end=600.0))
    assert 'job="prober"' in prometheus.asked[0]
    seeded, *_ = freshen(planned().contexts["metrics"], 1e9)
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
