"""What a look makes of stores and notifiers that are away, refuse, or hold too much."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from prometheus_client import CollectorRegistry

from seatrial.daemons.detector import look
from seatrial.daemons.detector.plan import load
from seatrial.daemons.detector.watch import Watch
from seatrial.daemons.shared.asking import Answer, NoAnswerError
from seatrial.daemons.shared.log import Log

PLAN = {
    "every": 5, "keep": 60, "queries": {"bad": "*"},
    "correlations": [
        {
            "name": "Many", "type": "event_count", "parts": ["bad"], "by": ["c-ip"],
            "fields": {"bad": ["client"]}, "value": "", "span": 300, "count": 2,
            "alert": {"labels": {"alertname": "Many"}, "annotations": {}},
        },
    ],
    "singles": [
        {"query": "one", "alert": {"labels": {"alertname": "One"}, "annotations": {}}},
    ],
}  # fmt: skip
LINES = b"".join(b'{"_time":"1970-01-01T00:01:0%dZ","client":"9.9.9.9"}\n' % n for n in range(4))
TAKEN = Answer(status=200, body=b"")


class Network:
    """Answers by host; None is nobody. Keeps whom it was asked for, and with what."""

    def __init__(self, **answers: Answer | None) -> None:
        self.answers: Mapping[str, Answer | None] = answers
        self.posted: dict[str, bytes] = {}
        self.late = TAKEN

    async def post(self, url: str, body: bytes, *, kind: str, within: float) -> Answer:
        del kind, within
        host = url.removeprefix("http://").partition("/")[0]
        self.posted[host] = body
        answer = self.answers[host]
        if answer is not None and b"arrived%3A" in body and b"one" not in body:
            return self.late if answer.body == LINES else answer
        if answer is None:
            raise NoAnswerError(f"{host}: refused")
        return answer


class Looking:
    """A watch over such a network, its log and its figures."""

    def __init__(self, folder: Path, network: Network, *notifiers: str) -> None:
        path = folder / "plan.json"
        path.write_text(json.dumps(PLAN))
        self.registry = CollectorRegistry()
        self.stream = io.StringIO()
        self.watch = Watch(
            load(path),
            store="http://store",
            notifiers=[f"http://{each}" for each in notifiers],
            post=network.post,
            clock=lambda: 70.0,
            log=Log(daemon="detector", stream=self.stream, clock=lambda: 70.0),
            registry=self.registry,
        )

    def look(self) -> Looking:
        asyncio.run(self.watch.once())
        return self

    def figure(self, name: str) -> float | None:
        return self.registry.get_sample_value(f"detector_{name}")

    def said(self) -> list[str]:
        return [json.loads(line)["event"] for line in self.stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    "away", [None, Answer(status=503, body=b"not yet")], ids=["dead", "refuses"]
)
@pytest.mark.parametrize("order", [("dead", "well"), ("well", "dead")])
def test_one_notifier_that_is_away_keeps_no_alert_from_the_other(
    tmp_path: Path, away: Answer | None, order: tuple[str, str]
) -> None:
    network = Network(store=Answer(status=200, body=LINES), dead=away, well=TAKEN)
    looking = Looking(tmp_path, network, *order).look().look()
    told = json.loads(network.posted["well"])
    assert [each["labels"]["alertname"] for each in told] == ["Many"]
    assert looking.watch.unready() == ""
    assert looking.figure("looks_total") == 2
    assert looking.figure("failures_total") == 0
    assert looking.figure("refusals_total") == 2
    assert looking.said() == ["not taken by all"]


def test_lines_that_came_late_are_looked_at_by_every_rule(tmp_path: Path) -> None:
    network = Network(store=Answer(status=200, body=LINES), well=TAKEN)
    network.late = Answer(status=200, body=b'{"_time":"1970-01-01T00:00:02Z","n":"1"}\n')
    one = b'{"_time":"1970-01-01T00:00:02Z","n":"1","region":"eu"}\n'

    class Both(Network):
        async def post(self, url: str, body: bytes, *, kind: str, within: float) -> Answer:
            if b"+one+" in body:
                return Answer(status=200, body=one)
            return await network.post(url, body, kind=kind, within=within)

    looking = Looking(tmp_path, Both(), "well").look()
    told = json.loads(network.posted["well"])
    assert [each["labels"]["alertname"] for each in told] == ["Many", "One"]
    assert looking.watch.unready() == ""
    network.late = TAKEN
    looking.look()
    told = json.loads(network.posted["well"])
    assert [each["labels"]["alertname"] for each in told] == ["Many"]


def test_alerts_that_nobody_takes_are_a_look_that_failed(tmp_path: Path) -> None:
    network = Network(store=Answer(status=200, body=LINES), one=None, two=None)
    looking = Looking(tmp_path, network, "one", "two").look()
    assert set(network.posted) == {"store", "one", "two"}
    assert "one: refused; two: refused" in looking.watch.unready()
    assert looking.figure("failures_total") == 1
    assert looking.figure("last_look_timestamp_seconds") == 0


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (None, "store: refused"),
        (Answer(status=400, body=b"cannot parse"), "HTTP 400: cannot parse"),
        (Answer(status=200, body=b"no json"), "JSONDecodeError"),
        (Answer(status=200, body=b"{}\n"), "KeyError"),
    ],
)
def test_a_store_that_does_not_answer_is_no_quiet_look(
    tmp_path: Path, answer: Answer | None, why: str
) -> None:
    network = Network(store=answer, one=TAKEN)
    looking = Looking(tmp_path, network, "one").look()
    assert why in looking.watch.unready()
    assert looking.figure("failures_total") == 1
    assert "one" not in network.posted


def test_of_more_lines_than_are_read_the_newest_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = b"".join(b'{"_time":"1970-01-01T00:01:0%dZ","n":"1"}\n' % n for n in range(4))
    queries: list[str] = []

    class Store(Network):
        async def post(self, url: str, body: bytes, *, kind: str, within: float) -> Answer:
            if "select" not in url:
                return await super().post(url, body, kind=kind, within=within)
            queries.append(parse_qs(body.decode())["query"][0])
            if "arrived:" in queries[-1]:
                queries.pop()
                return TAKEN
            return Answer(status=200, body=counted if "stats" in queries[-1] else LINES)

    looking = Looking(tmp_path, Store(one=TAKEN), "one").look()
    assert looking.figure("truncated_total") == 0
    assert looking.figure("last_look_timestamp_seconds") == 70
    assert len(queries) == 1
    monkeypatch.setattr(look, "MOST", 3)
    assert looking.look().look().figure("truncated_total") == 2
    assert looking.said() == ["too many lines"]  # once
    assert queries[3].startswith("_time:>=1970-01-01T00:01:01.0")
    assert looking.figure("failures_total") == 0
