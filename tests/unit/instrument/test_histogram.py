import math
from typing import Any

import pytest
from making import Make, figures
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as classic

from seatrial_instrument import Kind, Telemetry, TraceContext
from seatrial_instrument.histogram import LEAD_SECONDS, OTHER, Histogram

OPEN = "application/openmetrics-text; version=1.0.0,text/plain;version=0.0.4;q=0.5"


def observed(telemetry: Telemetry, route: str, seconds: float) -> None:
    series = telemetry.server.series(("GET", route, "200"))
    telemetry.server.observe(series, seconds, None)


def samples(families: Any, name: str) -> dict[tuple[str, ...], float]:
    return {
        (each.name, *(value for key, value in sorted(each.labels.items()))): each.value
        for family in families
        if family.name == name
        for each in family.samples
    }


def test_both_forms_are_valid_and_say_the_same(make: Make) -> None:
    telemetry = make()
    for seconds in (0.004, 0.02, 0.02, 99.0):
        observed(telemetry, '/a"b\\c\n{id}', seconds)
    name = "http_server_request_duration_seconds"
    plain, kind = telemetry.page("text/plain")
    assert kind.startswith("text/plain; version=0.0.4")
    found = samples(classic(plain.decode()), name)
    again = samples(open_metrics(figures(telemetry, OPEN)), name)
    assert found == again
    labels = ("GET", "200", '/a"b\\c\n{id}')
    assert found[f"{name}_count", *labels] == 4
    assert math.isclose(found[f"{name}_sum", *labels], 99.044)
    assert found[f"{name}_bucket", *labels, "0.005"] == 1
    assert found[f"{name}_bucket", *labels, "0.025"] == 3
    assert found[f"{name}_bucket", *labels, "10.0"] == 3
    assert found[f"{name}_bucket", *labels, "+Inf"] == 4


def test_a_value_on_the_bound_is_in_its_bucket(make: Make) -> None:
    telemetry = make()
    observed(telemetry, "/", 0.005)
    assert 'http_route="/",le="0.005"} 1.0' in figures(telemetry)


def test_the_exemplar_is_what_a_consistent_sampler_most_likely_keeps(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("seatrial_instrument.histogram.time.time", lambda: now[0])
    telemetry = make("http://127.0.0.1:1")
    series = telemetry.server.series(("GET", "/", "200"))

    def seen(rank: str) -> str:
        trace = "9" * 18 + rank.ljust(14, "0")
        span = telemetry.root("x", Kind.SERVER, TraceContext(trace, "1" * 16, sampled=True))
        telemetry.server.observe(series, 0.02, span)
        found = [each for each in series.exemplars if each]
        return found[0][0][18]

    assert [seen(each) for each in ("5", "3", "d", "c", "e", "0")] == list("55ddee")
    now[0] += LEAD_SECONDS / 4  # it has lost a quarter of all, and is still too far ahead of this
    assert seen("9") == "e"
    assert seen("b") == "b"
    now[0] += LEAD_SECONDS
    assert seen("0") == "0"  # so that there is always a recent one


def test_a_recorded_span_becomes_an_exemplar_for_who_asks_for_them(make: Make) -> None:
    telemetry = make("http://127.0.0.1:1")
    with telemetry.span("x", kind=Kind.SERVER) as span:
        telemetry.server.observe(telemetry.server.series(("GET", "/", "200")), 0.02, span)
    found = [
        each.exemplar
        for family in open_metrics(figures(telemetry, OPEN))
        for each in family.samples
        if each.exemplar
    ]
    (example,) = found
    assert example.labels == {"trace_id": span.trace_id, "span_id": span.span_id}
    assert example.value == 0.02
    assert span.trace_id not in figures(telemetry)


def test_what_is_too_many_counts_as_other_and_is_counted() -> None:
    one = Histogram("a", "b", ("x", "y"), most_values=3, most_series=4)
    for x in range(5):
        for y in range(5):
            one.observe(one.series((str(x), str(y))), 0.1, None)
    every = one.every()
    assert len(every) <= 4 + 1
    assert sum(sum(each.counts) for each in every) == 25
    assert one.overflowed() == 25 - sum(sum(each.counts) for each in every if not each.overflow)
    assert one.overflowed() > 0
    assert {value for each in every for value in each.labels} <= {"0", "1", "2", OTHER}


def test_our_page_holds_the_services_own_metrics() -> None:
    from prometheus_client import Counter  # noqa: PLC0415

    registry = CollectorRegistry()
    telemetry = Telemetry.from_environment("a", {}, registry)
    Counter("orders", "Orders.", registry=registry).inc()
    assert "orders_total 1.0" in figures(telemetry)
    telemetry.close()


def test_a_process_tells_which_release_it_is() -> None:
    registry = CollectorRegistry()
    telemetry = Telemetry.from_environment("a", {}, registry, version="1.2")
    assert 'target_info{service_name="a",service_version="1.2"} 1.0' in figures(telemetry)
    telemetry.close()


def test_the_environment_knows_the_release_better_than_the_code() -> None:
    registry = CollectorRegistry()
    told = {"OTEL_RESOURCE_ATTRIBUTES": "service.version=9,service.instance.id=a-0"}
    telemetry = Telemetry.from_environment("a", told, registry, version="1.2")
    assert 'target_info{service_name="a",service_version="9"} 1.0' in figures(telemetry)
    telemetry.close()


def test_what_the_service_itself_tells_of_its_target_stands_alone() -> None:
    registry = CollectorRegistry(target_info={"mine": "yes"})
    telemetry = Telemetry.from_environment("a", {}, registry, version="1.2")
    assert figures(telemetry).count("target_info{") == 1
    telemetry.close()
