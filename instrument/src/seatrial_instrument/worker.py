"""For workers: a job as a span below whoever asked for it, and in the histogram of work."""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager

from seatrial_instrument.span import Kind, Span, current, name_of
from seatrial_instrument.telemetry import Telemetry
from seatrial_instrument.trace_context import extract, inject


@contextmanager
def send(
    destination: str, carrier: MutableMapping[str, str], *, system: str
) -> Iterator[Span | None]:
    """Put a message into a queue: within, `carrier` names a span below the current one.

    Where there is none, the carrier stays as it is: it may bring the place of an earlier sender.
    """
    parent = current.get()
    if parent is None:
        yield None
        return
    with parent.child(f"send {destination}", Kind.PRODUCER) as span:
        if span.sampled:
            span.attributes = {
                "messaging.system": system,
                "messaging.destination.name": destination,
                "messaging.operation.name": "send",
                "messaging.operation.type": "send",
            }
        inject(span, carrier)
        yield span


@contextmanager
def process(
    telemetry: Telemetry,
    destination: str,
    carrier: Mapping[str, str],
    *,
    system: str,
    operation: str = "process",
) -> Iterator[Span]:
    """Do what a message asks for: below the sender's span, or in a trace of its own.

    An exception, or `span.fail(kind)`, makes it an error.
    """
    span = telemetry.root(f"{operation} {destination}", Kind.CONSUMER, extract(carrier))
    if span.sampled:
        span.attributes = {
            "messaging.system": system,
            "messaging.destination.name": destination,
            "messaging.operation.name": operation,
            "messaging.operation.type": "process",
        }
    span.begin()
    try:
        yield span
    except BaseException as error:
        span.error = span.error or name_of(type(error))
        raise
    finally:
        seconds = span.stop()
        series = telemetry.work.series((destination, operation, span.error))
        telemetry.work.observe(series, seconds, span)
        span.end()
        telemetry.job_done()
