"""What takes results from outside, and what drills need; probers are run with the metrics."""

from seatrial.capabilities.synthetics import broken, certificate, outside
from seatrial.capabilities.synthetics.parts import CERTIFICATE, FAULTY, drilled
from seatrial.contract.capability import Context
from seatrial.contract.output import Output


def render(context: Context) -> Output:
    """The workloads beside the probers."""
    found = []
    if drilled(context) and context.placement.has(CERTIFICATE):
        found.append(certificate.workload(context))
    chosen = broken.chosen(context.system)
    if chosen is not None and drilled(context) and context.placement.has(FAULTY):
        found.append(broken.workload(context, chosen))
    if outside.there(context):
        found.append(outside.workload(context))
    return Output(workloads=tuple(found), problems=outside.lacking(context))
