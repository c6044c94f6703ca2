import pytest
from collecting import Collector, attributes
from making import figures

from seatrial_instrument import Telemetry, process, send


def test_a_job_goes_on_with_its_senders_trace(telemetry: Telemetry, collector: Collector) -> None:
    message: dict[str, str] = {"run": "7"}
    with telemetry.span("request"), send("runs", message, system="redis"):
        pass
    with process(telemetry, "runs", message, system="redis", operation="execute"):
        pass
    telemetry.flush()
    sent, request, done = collector.spans()
    assert [one["name"] for one in (sent, request, done)] == [
        "send runs", "request", "execute runs",
    ]  # fmt: skip
    assert (sent["kind"], done["kind"]) == (4, 5)
    assert len({one["traceId"] for one in (sent, request, done)}) == 1
    assert done["parentSpanId"] == sent["spanId"]
    assert attributes(done)["messaging.destination.name"] == "runs"
    assert "messaging_process_duration_seconds_count" in figures(telemetry)


def test_without_a_sender_it_begins_a_trace_and_a_given_place_is_kept(
    telemetry: Telemetry,
) -> None:
    message = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
    with send("runs", message, system="redis") as span:
        assert span is None
    with process(telemetry, "runs", message, system="redis") as job:
        assert (job.parent_id, job.sampled) == ("00f067aa0ba902b7", True)
    with process(telemetry, "runs", {}, system="redis") as job:
        assert job.parent_id == ""


def test_a_job_that_fails_is_an_error(telemetry: Telemetry, collector: Collector) -> None:
    with pytest.raises(RuntimeError), process(telemetry, "runs", {}, system="redis"):
        raise RuntimeError("secret")
    with process(telemetry, "runs", {}, system="redis") as span:
        span.fail("refused")
    telemetry.flush()
    assert [attributes(one)["error.type"] for one in collector.spans()] == [
        "RuntimeError",
        "refused",
    ]
    assert 'error_type="refused"' in figures(telemetry)
