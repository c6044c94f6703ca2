"""The page of metrics: our histograms and whatever else is in the registry of prometheus-client.

Formats: Prometheus text 0.0.4, and OpenMetrics 1.0 with exemplars for who asks for it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Exemplar
from prometheus_client.utils import floatToGoString

from seatrial_instrument.export import Counts
from seatrial_instrument.histogram import Histogram, Series

# Of the resource, what is the same for every process of a release: which replica it is, the scrape
# tells ("Prometheus and OpenMetrics Compatibility", resource attributes).
TOLD = ("service.name", "service.namespace", "service.version", "deployment.environment.name")


class Collected:
    """A collector of prometheus-client over our histograms and counts.

    `resource` is what the service says of itself, by OpenTelemetry's names.
    """

    def __init__(
        self,
        histograms: Iterable[Histogram],
        counts: Callable[[], Counts],
        resource: Mapping[str, str],
    ) -> None:
        self._histograms = tuple(histograms)
        self._counts = counts
        self._told = {each.replace(".", "_"): resource[each] for each in TOLD if each in resource}

    def collect(self) -> Iterator[Metric]:
        """What prometheus-client asks for at each scrape."""
        if self._told:
            yield InfoMetricFamily("target", "What runs here.", value=self._told)
        overflow = CounterMetricFamily(
            "seatrial_instrument_overflowed",
            "Observations whose labels had too many values, so that they count as other.",
            labels=["metric"],
        )
        counts = self._counts()
        for each in self._histograms:
            yield _family(each)
            overflow.add_metric([each.name], each.overflowed())
        yield overflow
        yield CounterMetricFamily(
            "seatrial_instrument_spans_exported",
            "Spans that the collector took.",
            value=counts.exported,
        )
        dropped = CounterMetricFamily(
            "seatrial_instrument_spans_dropped",
            "Spans that were not delivered.",
            labels=["reason"],
        )
        for reason in ("queue full", "not encoded", "not delivered", "shutdown"):
            dropped.add_metric([reason], counts.dropped[reason])
        yield dropped

    def describe(self) -> Iterator[Metric]:
        """Names alone, so that registering asks for no figures."""
        yield from (HistogramMetricFamily(each.name, each.text) for each in self._histograms)


def page(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """The page for a value of the header Accept, and its content type."""
    encode, kind = choose_encoder(accept)
    return encode(registry), kind


def _family(histogram: Histogram) -> HistogramMetricFamily:
    family = HistogramMetricFamily(histogram.name, histogram.text, labels=histogram.labels)
    bounds = [*map(floatToGoString, histogram.buckets), "+Inf"]
    for series in histogram.every():
        _add(family, series, bounds)
    return family


def _add(family: HistogramMetricFamily, series: Series, bounds: list[str]) -> None:
    with series.lock:
        counts, exemplars, total = list(series.counts), list(series.exemplars), series.sum
    if not any(counts):
        return
    so_far = 0
    buckets: list[tuple[str, float] | tuple[str, float, Exemplar]] = []
    for bound, count, example in zip(bounds, counts, exemplars, strict=True):
        so_far += count
        if example is None:
            buckets.append((bound, so_far))
        else:
            trace, span, seconds, when = example
            found = Exemplar({"trace_id": trace, "span_id": span}, seconds, when)
            buckets.append((bound, so_far, found))
    family.add_metric(series.labels, buckets, total)
