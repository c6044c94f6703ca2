"""A real Jaeger: what it keeps, what it drops, what it counts, and what a kill takes."""

from __future__ import annotations

import re
import secrets
import socket
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from seatrial.daemons.prober.spans import Span as Sent
from seatrial.daemons.prober.spans import message
from seatrial.engines.jaeger import query
from seatrial.engines.jaeger import workload as jaeger
from seatrial.traces.span import Kind

if TYPE_CHECKING:
    from conftest import Jaeger

pytestmark = pytest.mark.engines
CLIENT, SERVER, ERROR = 3, 2, 2


def span(trace: str, name: str = "work", *, takes: float = 0.01, **more: Any) -> dict[str, Any]:
    """A span that ended now; `takes` is in seconds."""
    now = time.time_ns()
    return {
        "traceId": trace,
        "spanId": secrets.token_hex(8),
        "name": name,
        "kind": 1,
        "startTimeUnixNano": str(now - round(takes * 1e9)),
        "endTimeUnixNano": str(now),
        **more,
    }


def attribute(key: str, value: str) -> dict[str, Any]:
    return {"attributes": [{"key": key, "value": {"stringValue": value}}]}


def _calls(live: Jaeger) -> float:
    lines = live.get(jaeger.METRICS, "/metrics").text.splitlines()
    counted = (each for each in lines if each.startswith("traces_span_metrics_calls_total"))
    return sum(float(each.rsplit(" ", 1)[1]) for each in counted)


def test_errors_slow_traces_and_journeys_are_kept_and_nothing_else(live: Jaeger) -> None:
    plain, slow, failed, journey = (secrets.token_hex(16) for _ in range(4))
    live.send(
        span(plain),
        span(slow, takes=0.9),
        span(failed, status={"code": ERROR}),
        span(journey, **attribute("seatrial.journey", "buy")),
    )
    live.until(lambda: {slow, failed, journey} <= set(live.found()))
    assert plain not in live.found()
    live.until(lambda: _calls(live) == 4)  # those that were dropped, too


def test_what_says_that_a_trace_matters_is_kept_also_when_it_comes_after_the_judgement(
    live: Jaeger,
) -> None:
    """The slower a request is, the later its end comes: its trace was judged long before."""
    failed, slow, journey, plain = traces = [secrets.token_hex(16) for _ in range(4)]
    live.send(*(span(each, "SELECT") for each in traces))
    live.until(lambda: _calls(live) == 4)
    time.sleep(live.wait + 3)  # judged, and dropped: nothing of any of them matters
    assert not set(traces) & set(live.found())
    live.send(
        span(failed, "GET", status={"code": ERROR}),
        span(slow, "GET", takes=0.9),
        span(journey, "GET", **attribute("seatrial.journey", "buy")),
        span(plain, "GET"),
    )
    live.until(lambda: {failed, slow, journey} <= set(live.found()))
    assert plain not in live.found()


def test_what_is_kept_in_two_ways_is_there_once(live: Jaeger) -> None:
    trace, failed = secrets.token_hex(16), secrets.token_hex(8)
    live.send(span(trace, "SELECT"), span(trace, "GET", spanId=failed, status={"code": ERROR}))
    live.until(lambda: len(live.found().get(trace, ())) == 2)
    time.sleep(live.wait + 3)  # whichever way is the slower one
    assert sorted(each.operation for each in live.found()[trace]) == ["GET", "SELECT"]


@pytest.mark.parametrize("live", [0.1], indirect=True)
def test_the_share_that_is_kept_are_the_highest_ids(live: Jaeger) -> None:
    low = {secrets.token_hex(9) + "d" + secrets.token_hex(6) + "0" for _ in range(20)}
    high = {secrets.token_hex(9) + "f" + secrets.token_hex(6) + "0" for _ in range(20)}
    live.send(*(span(each) for each in sorted(low | high)))
    live.until(lambda: high <= set(live.found()))
    assert not low & set(live.found())


def test_an_exemplar_of_what_spans_tell_leads_to_a_trace_that_is_kept(live: Jaeger) -> None:
    kept: set[str] = set()
    accepted = {"Accept": "application/openmetrics-text; version=1.0.0"}

    def page() -> str:
        """What is told, with one more that is kept among others; a first one has no exemplar."""
        kept.add(slow := secrets.token_hex(16))
        live.send(span(slow, takes=0.9), *(span(secrets.token_hex(16)) for _ in range(20)))
        found = live.get(jaeger.METRICS, "/metrics", accepted).text
        return found if "trace_id=" in found else ""

    told = live.until(page)
    assert set(re.findall('trace_id="([0-9a-f]+)"', told)) <= kept
    live.until(lambda: _calls(live) == 21 * len(kept))  # the others are counted as well


def test_what_was_kept_survives_a_kill(live: Jaeger) -> None:
    kept = {secrets.token_hex(16) for _ in range(30)}
    live.send(*(span(each, status={"code": ERROR}) for each in sorted(kept)))
    live.until(lambda: kept <= set(live.found()))
    live.kill()
    live.start()
    assert kept <= set(live.found())
    after = secrets.token_hex(16)
    live.send(span(after, status={"code": ERROR}))
    live.until(lambda: after in live.found())


def test_spans_come_back_as_they_were_sent_and_clocks_are_not_repaired(live: Jaeger) -> None:
    trace, caller = secrets.token_hex(16), secrets.token_hex(8)
    began = time.time_ns() // 1000
    live.send(
        span(
            trace,
            "call",
            spanId=caller,
            kind=CLIENT,
            startTimeUnixNano=str(began * 1000),
            endTimeUnixNano=str((began + 1000) * 1000),
            status={"code": ERROR},
        )
    )
    live.send(
        span(
            trace,
            "answer",
            kind=SERVER,
            parentSpanId=caller,
            startTimeUnixNano=str((began - 90_000) * 1000),
            endTimeUnixNano=str((began - 89_000) * 1000),
        ),
        service="store",
    )
    spans = live.until(lambda: len(live.found().get(trace, ())) == 2 and live.found()[trace])
    by_name = {each.operation: each for each in spans}
    assert (by_name["call"].start, by_name["call"].end) == (began, began + 1000)
    assert by_name["answer"].start == began - 90_000
    assert by_name["answer"].parent == by_name["call"].id
    assert (by_name["call"].kind, by_name["call"].error) == (Kind.CLIENT, True)
    names = live.until(lambda: query.names(live.get(jaeger.QUERY, query.services()).content))
    assert set(names) == {"api", "store"}


def test_the_probers_message_is_taken(live: Jaeger) -> None:
    trace = secrets.token_hex(16)
    now = time.time_ns()
    sent = Sent(
        trace=trace,
        id=secrets.token_hex(8),
        name="buy",
        start=now - 1_000_000,
        end=now,
        fault="status 500",
        attributes={"seatrial.journey": "buy", "server.port": 80},
    )
    answer = httpx.post(
        live.url(jaeger.OTLP, "/v1/traces"),
        content=message([sent], {"service.name": "prober"}),
        headers={"Content-Type": "application/json"},
        trust_env=False,
    )
    assert answer.is_success, answer.text
    (found,) = live.until(lambda: live.found("prober").get(trace))
    assert found.error
    assert found.attributes["server.port"] == "80"


def test_nobody_is_told_that_it_was_asked(live: Jaeger, monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself it traces each question, and when it ends it waits for whom it would tell."""
    with socket.create_server(("127.88.6.1", 0)) as told:
        told.settimeout(0)
        address, port = told.getsockname()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://{address}:{port}")
        live.kill()
        live.start()
        live.send(span(secrets.token_hex(16), takes=0.9))
        live.until(live.found)
        assert live.end() == 0
        with pytest.raises(BlockingIOError):  # nobody has come
            told.accept()
