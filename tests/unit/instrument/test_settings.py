import pytest

from seatrial_instrument.sampling import sampler
from seatrial_instrument.settings import read_settings
from seatrial_instrument.trace_context import TraceContext

BASE = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}


def test_without_an_endpoint_nothing_is_exported() -> None:
    found = read_settings("shop", {})
    assert (found.service, found.endpoint, found.warnings) == ("shop", None, ())
    assert found.resource == {"service.name": "shop"}


def test_the_path_is_added_to_the_endpoint_of_all_signals_only() -> None:
    assert read_settings("a", BASE).endpoint == "http://collector:4318/v1/traces"
    own = {**BASE, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://jaeger:1/x"}
    assert read_settings("a", own).endpoint == "http://jaeger:1/x"


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "4318"),
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "otlp or none"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, "http://host:4318"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://[::1"}, "http://host:4318"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a..b:4318"}, "http://host:4318"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:4318/b c"}, "http://host:4318"),
    ],
)
def test_what_cannot_be_used_turns_tracing_off_with_a_sentence(
    variables: dict[str, str], word: str
) -> None:
    found = read_settings("a", BASE | variables)
    assert found.endpoint is None
    (warning,) = found.warnings
    assert word in warning


def test_off_is_off() -> None:
    for variables in ({"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"}):
        found = read_settings("a", BASE | variables)
        assert (found.endpoint, found.warnings) == (None, ())


def test_the_name_and_the_resource() -> None:
    found = read_settings(
        "a", {"OTEL_RESOURCE_ATTRIBUTES": "service.name=b,deployment.environment.name=a%2Cb,x"}
    )
    assert found.service == "b"
    assert found.resource["deployment.environment.name"] == "a,b"
    assert len(found.warnings) == 1
    assert read_settings("a", {"OTEL_SERVICE_NAME": "c"}).resource["service.name"] == "c"


def test_numbers_that_are_none_are_left_out() -> None:
    found = read_settings(
        "a",
        {
            "OTEL_BSP_MAX_QUEUE_SIZE": "-1",
            "OTEL_BSP_SCHEDULE_DELAY": "1e3",
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "9999",
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": "nan",
        },
    )
    assert (found.queue, found.delay, found.batch) == (2048, 5.0, 2048)
    assert found.sampler == sampler("parentbased_traceidratio", 1.0)
    assert len(found.warnings) == 3


def test_secrets_are_in_no_repr_and_in_no_warning() -> None:
    found = read_settings(
        "a",
        {
            "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20hush,hush",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "ftp://user:hush@x",
        },
    )
    assert found.headers == {"authorization": "Bearer hush"}
    assert "hush" not in repr(found)
    assert len(found.warnings) == 2


@pytest.mark.parametrize("header", ["x-key=hush%0A", "x-key=hush%0D%0Ax-more: 1", "a b=hush"])
def test_a_header_that_http_cannot_carry_is_left_out_with_a_sentence(header: str) -> None:
    variables = {"OTEL_EXPORTER_OTLP_HEADERS": f"{header},x-own=a%09b%C3%A9"}
    found = read_settings("a", BASE | variables)
    assert found.headers == {"x-own": "a\tbé"}
    assert found.endpoint is not None
    (warning,) = found.warnings
    assert "OTEL_EXPORTER_OTLP_HEADERS" in warning
    assert "hush" not in warning


def test_the_share_is_that_of_all_ids_and_a_parent_decides() -> None:
    half = sampler("parentbased_traceidratio", 0.5)
    low, high = "f" * 16 + "7" + "0" * 15, "0" * 16 + "8" + "0" * 15
    assert half.decide(low, None)
    assert not half.decide(high, None)
    for sampled in (True, False):
        parent = TraceContext(trace_id=low, span_id="1" * 16, sampled=sampled)
        assert half.decide(low, parent) is sampled
        assert sampler("traceidratio", 0.5).decide(low, parent)
    assert sampler("always_on", 0.0).decide(high, None)
    assert not sampler("always_off", 1.0).decide(low, None)
