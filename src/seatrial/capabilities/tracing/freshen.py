"""A fresh Jaeger: what a drill shows is of that drill, and its store may be destroyed."""

from seatrial.capabilities.tracing.declare import REQUIREMENT
from seatrial.contract.capability import Context, Freshening
from seatrial.engines.jaeger import workload as jaeger


def freshen(context: Context, _now: float) -> tuple[Freshening, ...]:
    """Jaeger anew, with nothing in it."""
    if not context.system.promised(REQUIREMENT):
        return ()
    return (Freshening(workload=jaeger.NAME, volume="data"),)
