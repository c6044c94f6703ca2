"""What a service holds: its settings, its histograms, and the way of its spans."""

import atexit
import logging
import os
import uuid
from collections.abc import Callable, Mapping, MutableMapping
from importlib.metadata import PackageNotFoundError, version
from typing import Self

from prometheus_client import REGISTRY, CollectorRegistry

from seatrial_instrument import exposition, forks, ids, trace_context
from seatrial_instrument.encode import head
from seatrial_instrument.export import Counts, Exporter, Limits
from seatrial_instrument.histogram import STORE_BUCKETS, Histogram
from seatrial_instrument.send import Sender
from seatrial_instrument.settings import Settings, read_settings
from seatrial_instrument.span import Kind, Span, Value, current
from seatrial_instrument.trace_context import TraceContext

log = logging.getLogger("seatrial_instrument")

CLOSE_SECONDS = 2.0


class Telemetry:
    """One a process. Without an endpoint spans still give ids to lines and go on to others.

    `server`, `client`, `store`, `work` are the histograms of requests answered, requests made,
    calls of stores, and jobs.
    """

    def __init__(self, settings: Settings, registry: CollectorRegistry = REGISTRY) -> None:
        self.settings = settings
        self.registry = registry
        self._sampler = settings.sampler
        self._instance = (0, "")
        self._exporter = _exporter(settings, self._head) if settings.endpoint else None
        self.server = Histogram(
            "http_server_request_duration_seconds",
            "Duration of HTTP server requests.",
            ("http_request_method", "http_route", "http_response_status_code"),
        )
        self.client = Histogram(
            "http_client_request_duration_seconds",
            "Duration of HTTP client requests.",
            ("http_request_method", "server_address", "http_response_status_code", "error_type"),
        )
        self.store = Histogram(
            "db_client_operation_duration_seconds",
            "Duration of database client operations.",
            ("db_system_name", "db_operation_name", "error_type"),
            buckets=STORE_BUCKETS,
        )
        self.work = Histogram(
            "messaging_process_duration_seconds",
            "Duration of processing a message or a job.",
            ("messaging_destination_name", "messaging_operation_name", "error_type"),
        )
        told = (
            {} if registry.get_target_info() else settings.resource
        )  # the service's own is enough
        self._collected = exposition.Collected(
            (self.server, self.client, self.store, self.work), self._counts, told
        )
        registry.register(self._collected)
        for warning in settings.warnings:
            log.warning("%s", warning)
        self._parting = False
        atexit.register(self.close)
        forks.in_child(self, Telemetry._forked)
        forks.at_end(self, Telemetry.close)

    @classmethod
    def from_environment(
        cls,
        service: str,
        environment: Mapping[str, str] = os.environ,
        registry: CollectorRegistry = REGISTRY,
        *,
        version: str = "",
    ) -> Self:
        """As the OTEL_* variables say; `service` and `version` are theirs where they give none."""
        return cls(read_settings(service, environment, version), registry)

    @property
    def tracing(self) -> bool:
        """Whether spans are exported."""
        return self._exporter is not None

    def span(
        self,
        name: str,
        *,
        kind: Kind = Kind.INTERNAL,
        attributes: Mapping[str, Value] | None = None,
    ) -> Span:
        """A span below the current one, or the first of a trace; use it as a context manager.

        The name is one of few; what varies belongs into attributes.
        """
        parent = current.get()
        span = parent.child(name, kind) if parent else self.root(name, kind, None)
        if attributes and span.sampled:
            span.attributes = dict(attributes)
        return span

    def root(self, name: str, kind: Kind, caller: TraceContext | None) -> Span:
        """This process's first span of a trace: of its caller's, or of a new one."""
        trace_id = ids.trace_id() if caller is None else caller.trace_id
        sampled = self._exporter is not None and self._sampler.decide(trace_id, caller)
        return Span(name, kind, caller, trace_id, sampled, self._exporter)

    def inject(self, carrier: MutableMapping[str, str]) -> None:
        """Write the current place in the trace into a message, a row, or headers."""
        trace_context.inject(current.get(), carrier)

    def page(self, accept: str = "") -> tuple[bytes, str]:
        """The page of metrics and its content type, for a value of the header Accept."""
        return exposition.page(self.registry, accept)

    def flush(self, seconds: float = CLOSE_SECONDS) -> bool:
        """Send the spans that wait; whether that was done in time."""
        return self._exporter is None or self._exporter.flush(seconds)

    def close(self, seconds: float = CLOSE_SECONDS) -> bool:
        """Send the spans that wait, then no more; at most so long. May be called again."""
        atexit.unregister(self.close)
        return self._exporter is None or self._exporter.close(seconds)

    def job_done(self) -> None:
        """Send what waits after the first job of a forked child: it may have been forked for it.

        Such a child may end by os._exit, where nobody is asked. One that takes more jobs waits for
        the collector just once.
        """
        if self._parting:
            self._parting = False
            self.flush()

    def _forked(self) -> None:
        self._parting = True

    def _counts(self) -> Counts:
        return self._exporter.counts if self._exporter else Counts()

    def _head(self) -> str:
        """The resource of every batch, with an id of this process."""
        process = os.getpid()
        if self._instance[0] != process:
            resource: dict[str, Value] = {
                "service.instance.id": str(uuid.uuid4()),
                "telemetry.sdk.language": "python",
                "telemetry.sdk.name": "seatrial-instrument",
                "telemetry.sdk.version": _version(),
                **self.settings.resource,
            }
            self._instance = (process, head(resource, _version()))
        return self._instance[1]


def _exporter(settings: Settings, start: Callable[[], str]) -> Exporter:
    sender = Sender(
        settings.endpoint or "",
        settings.headers,
        compress=settings.compress,
        timeout=settings.timeout,
    )
    return Exporter(
        sender.send,
        head=start,
        limits=Limits(queue=settings.queue, batch=settings.batch, delay=settings.delay),
        forget=sender.forget,
    )


def _version() -> str:
    try:
        return version("seatrial-instrument")
    except PackageNotFoundError:  # run from its sources
        return "0"
