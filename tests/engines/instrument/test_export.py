"""Dead and slow collectors, full queues, forks, shutdown."""

import os
import threading
import time
from typing import Any, cast

import pytest
from collecting import PATIENCE_S, Collector, attributes, until
from making import Make, figures

from seatrial_instrument import Kind, Telemetry, current, part
from seatrial_instrument.export import Exporter, Limits
from seatrial_instrument.send import Answer, Sender
from seatrial_instrument.span import Span

DEAD = "http://127.0.0.1:1"


def work(telemetry: Telemetry, spans: int = 1) -> None:
    for _ in range(spans):
        with telemetry.span("work"):
            pass


def test_a_span_arrives_as_it_was(telemetry: Telemetry, collector: Collector) -> None:
    with telemetry.span("outer", kind=Kind.SERVER, attributes={"a": 'x"\n', "n": 3}) as outer:
        with part("inner", {"ok": True, "share": 0.5}) as inner:
            assert inner is current.get()
        assert current.get() is outer
    assert current.get() is None
    assert telemetry.flush()
    first, second = collector.spans()
    assert (first["name"], first["kind"], first["parentSpanId"]) == ("inner", 1, outer.span_id)
    assert (second["name"], second["kind"], second["traceId"]) == ("outer", 2, outer.trace_id)
    assert first["traceId"] == second["traceId"]
    assert "parentSpanId" not in second
    assert attributes(second) == {"a": 'x"\n', "n": "3"}
    assert attributes(first) == {"ok": True, "share": 0.5}
    assert int(second["startTimeUnixNano"]) <= int(first["startTimeUnixNano"])
    assert int(first["endTimeUnixNano"]) <= int(second["endTimeUnixNano"])
    assert abs(int(second["endTimeUnixNano"]) / 1e9 - time.time()) < 60
    resource = attributes(collector.bodies[0]["resourceSpans"][0]["resource"])
    assert resource["service.name"] == "shop"
    assert resource["service.instance.id"]


def test_an_error_is_told_by_its_kind_and_never_by_its_words(
    telemetry: Telemetry, collector: Collector
) -> None:
    with pytest.raises(ValueError, match="secret"), telemetry.span("x"):
        raise ValueError("secret")
    telemetry.flush()
    (span,) = collector.spans()
    assert span["status"] == {"code": 2}
    assert attributes(span) == {"error.type": "ValueError"}
    assert "secret" not in str(collector.bodies)


def test_headers_and_compression(collector: Collector, make: Make) -> None:
    telemetry = make(collector.url, OTEL_EXPORTER_OTLP_HEADERS="x-key=a%20b")
    work(telemetry)
    assert telemetry.flush()
    assert collector.headers[0]["x-key"] == "a b"
    assert collector.headers[0]["Content-Type"] == "application/json"


def test_a_dead_collector_costs_a_bounded_queue_and_counts(make: Make) -> None:
    telemetry = make(DEAD, OTEL_BSP_MAX_QUEUE_SIZE="10", OTEL_BSP_SCHEDULE_DELAY="60000")
    work(telemetry, 500)
    assert telemetry._exporter is not None
    assert len(telemetry._exporter._waiting) <= 10
    assert telemetry._exporter.counts.dropped["queue full"] >= 480
    assert 'spans_dropped_total{reason="queue full"} 4' in figures(telemetry)
    telemetry.close(5)
    assert sum(telemetry._exporter.counts.dropped.values()) == 500


def test_no_request_waits_for_a_collector_that_hangs(collector: Collector, make: Make) -> None:
    collector.hold.clear()
    telemetry = make(collector.url, OTEL_BSP_SCHEDULE_DELAY="1", OTEL_BSP_MAX_QUEUE_SIZE="5")
    done = threading.Event()

    def all_of_it() -> None:
        work(telemetry, 2000)
        done.set()

    thread = threading.Thread(target=all_of_it)
    thread.start()
    assert done.wait(30)  # it would take the collector's patience, were one of them to wait
    thread.join()
    assert not telemetry.close(0.2)  # had it waited for the collector, nothing would be left
    assert telemetry._exporter is not None
    assert sum(telemetry._exporter.counts.dropped.values()) == 2000
    assert collector.bodies == []
    collector.hold.set()


def test_what_the_collector_has_not_answered_at_the_end_is_left(
    collector: Collector, make: Make
) -> None:
    collector.hold.clear()
    telemetry = make(collector.url, OTEL_BSP_SCHEDULE_DELAY="60000")
    work(telemetry, 3)
    exporter = telemetry._exporter
    assert exporter is not None
    assert not telemetry.flush(0.2)
    until(lambda: not exporter._waiting)  # all of it is underway, in one piece
    assert not telemetry.close(0.2)
    assert exporter.counts.dropped == {"shutdown": 3}
    collector.hold.set()
    assert exporter._thread is not None
    exporter._thread.join(PATIENCE_S)
    assert (exporter.counts.exported, exporter.counts.dropped) == (0, {"shutdown": 3})


def test_a_refusal_that_may_pass_is_tried_again(collector: Collector, make: Make) -> None:
    collector.status = 503
    telemetry = make(collector.url)
    work(telemetry)
    assert not telemetry.flush(0.3)
    collector.status = 200
    until(collector.spans)
    assert len(collector.spans()) == 1


def test_a_refusal_that_stays_is_counted(collector: Collector, make: Make) -> None:
    collector.status = 400
    telemetry = make(collector.url)
    work(telemetry, 3)
    assert telemetry.flush(30)
    assert 'spans_dropped_total{reason="not delivered"} 3.0' in figures(telemetry)


class Unspeakable:
    """What a service may put into an attribute by mistake."""

    def __str__(self) -> str:
        raise RuntimeError("hush")


def test_a_span_that_cannot_be_said_costs_itself_and_no_other(
    telemetry: Telemetry, collector: Collector, caplog: pytest.LogCaptureFixture
) -> None:
    keys: Any = [5, "a"]
    for key in keys:
        with telemetry.span("bad") as span:
            span.set(key, cast("str", Unspeakable()))
        work(telemetry)
    assert telemetry.flush(30)
    work(telemetry)
    assert telemetry.flush(30)  # the thread goes on
    assert [span["name"] for span in collector.spans()] == ["work"] * 3
    assert 'spans_dropped_total{reason="not encoded"} 2.0' in figures(telemetry)
    assert "spans_exported_total 3.0" in figures(telemetry)
    (told,) = caplog.messages
    assert "dropped: TypeError" in told or "dropped: RuntimeError" in told
    assert "hush" not in told


@pytest.mark.parametrize(
    ("endpoint", "headers"),
    [("", {"x-key": "a\n"}), ("http://a..b:4318/v1/traces", {}), ("", {"x\nkey": "a"})],
)
def test_what_http_cannot_carry_is_a_refusal_and_ends_no_thread(
    collector: Collector, endpoint: str, headers: dict[str, str]
) -> None:
    """Settings leave these out; a sender is asked for them all the same."""
    url = endpoint or f"{collector.url}/v1/traces"
    sender = Sender(url, headers, compress=False, timeout=5)
    answer = sender.send(b"{}")
    assert not answer.sent
    assert not answer.again
    assert answer.why.startswith("it cannot be asked: ")
    assert collector.bodies == []


def test_a_batch_that_fails_in_an_unknown_way_is_counted_and_the_next_goes_on() -> None:
    answers = iter([None, Answer(sent=True)])

    def send(_: bytes) -> Answer:
        answer = next(answers)
        if answer is None:
            raise RuntimeError("nobody thought of this")
        return answer

    exporter = Exporter(send, head=str, limits=Limits())
    for _ in range(2):
        exporter.put(Span("x", Kind.INTERNAL, None, "1" * 32, True, None))  # noqa: FBT003
        assert exporter.flush(30)
    assert exporter.counts.dropped == {"not delivered": 1}
    assert exporter.counts.exported == 1
    assert exporter.close(30)


def test_what_waits_is_sent_at_the_end_and_what_comes_after_is_counted(
    collector: Collector, make: Make
) -> None:
    telemetry = make(collector.url, OTEL_BSP_SCHEDULE_DELAY="600000")
    work(telemetry, 3)
    assert telemetry.close(30)
    assert len(collector.spans()) == 3
    work(telemetry)
    telemetry.close(1)
    assert 'spans_dropped_total{reason="shutdown"} 1.0' in figures(telemetry)


def test_batches_are_no_larger_than_said(collector: Collector, make: Make) -> None:
    telemetry = make(collector.url, OTEL_BSP_MAX_EXPORT_BATCH_SIZE="10")
    work(telemetry, 35)
    assert telemetry.flush(30)
    assert len(collector.spans()) == 35
    assert all(
        len(body["resourceSpans"][0]["scopeSpans"][0]["spans"]) <= 10 for body in collector.bodies
    )


def test_threads_share_it(collector: Collector, make: Make) -> None:
    telemetry = make(collector.url, OTEL_BSP_MAX_QUEUE_SIZE="10000")
    threads = [threading.Thread(target=work, args=(telemetry, 200)) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert telemetry.flush(30)
    found = [span["spanId"] for span in collector.spans()]
    assert len(found) == len(set(found)) == 1600


def test_a_forked_child_sends_its_own_and_nothing_twice(collector: Collector, make: Make) -> None:
    """Forked while the parent's thread lives, its connection is open and spans wait."""
    telemetry = make(collector.url, OTEL_BSP_SCHEDULE_DELAY="600000")
    work(telemetry)
    assert telemetry.flush()
    with telemetry.span("parent's"):
        pass
    telemetry.server.observe(telemetry.server.series(("GET", "/", "200")), 0.1, None)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            nothing_yet = "_count" not in figures(telemetry)
            with telemetry.span("child's"):
                pass
            code = 0 if telemetry.flush(30) and nothing_yet else 2
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert telemetry.flush(30)
    names = [span["name"] for span in collector.spans()]
    assert sorted(names) == ["child's", "parent's", "work"]
    ids = [span["spanId"] for span in collector.spans()]
    assert len(set(ids)) == 3
    resources = {
        attributes(body["resourceSpans"][0]["resource"])["service.instance.id"]
        for body in collector.bodies
    }
    assert len(resources) == 2


def test_without_an_endpoint_there_are_ids_and_no_thread(make: Make) -> None:
    telemetry = make()
    with telemetry.span("x") as span:
        assert len(span.trace_id) == 32
        assert not span.sampled
        carrier: dict[str, str] = {}
        telemetry.inject(carrier)
        assert carrier["traceparent"].endswith("-00")
    assert telemetry.flush()
    assert not telemetry.tracing
    assert all(each.name != "seatrial-instrument" for each in threading.enumerate())


def test_who_is_closed_keeps_nobody_waiting(telemetry: Telemetry) -> None:
    work(telemetry)
    assert telemetry.close(PATIENCE_S)
    began = time.monotonic()
    assert telemetry.flush(PATIENCE_S)
    assert time.monotonic() - began < PATIENCE_S
