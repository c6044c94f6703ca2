"""What a Python service adds so that it can be seen: metrics, traces, logs.

It imports nothing of seatrial and speaks only standards: OpenMetrics, W3C Trace Context, OTLP over
HTTP, JSON lines. What fails here must never fail a request.
"""

from seatrial_instrument.logs import JsonFormatter, add_trace, bind, configure
from seatrial_instrument.settings import Settings, read_settings
from seatrial_instrument.span import Kind, Span, current, part
from seatrial_instrument.telemetry import Telemetry
from seatrial_instrument.trace_context import TraceContext, extract, inject
from seatrial_instrument.worker import process, send

__all__ = [
    "JsonFormatter",
    "Kind",
    "Settings",
    "Span",
    "Telemetry",
    "TraceContext",
    "add_trace",
    "bind",
    "configure",
    "current",
    "extract",
    "inject",
    "part",
    "process",
    "read_settings",
    "send",
]
