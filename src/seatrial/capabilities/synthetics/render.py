"""What takes results from outside, and what drills need; probers are run with the metrics."""

from seatrial.capabilities.synthetics import broken, certificate, outside
from seatrial.capabilities.synthetics.parts import CERTIFICATE, drilled
from seatrial.contract.capability import Context
from seatrial.contract.output import Output


def render(context: Context) -> Output:
    """The workloads beside the probers."""
    found = []
    if drilled(context) and context.placement.has(CERTIFICATE):
        found.append(certificate.workload(context))
    for name, each in broken.every(context.system).items():
        if drilled(context) and context.placement.has(name):
            found.append(broken.workload(context, name, each))
    if outside.there(context):
        found.append(outside.workload(context))
    return Output(workloads=tuple(found), problems=outside.lacking(context))
