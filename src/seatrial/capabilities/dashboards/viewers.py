"""Where logs and traces are shown, when something that keeps them runs.

The templates are here, and not with who collects: what a link says is a matter of the boards.
"""

from seatrial.contract.board import Target, Viewer
from seatrial.engines.jaeger import workload as jaeger

VIEWERS = (
    Viewer(
        target=Target.LOGS,
        workload="victorialogs",
        port="http",
        path="select/vmui/?#/?query=service%3A%22{subject}%22"
        "&g0.from_input={from_ms}&g0.to_input={to_ms}",
    ),
    Viewer(
        target=Target.TRACES,
        workload=jaeger.NAME,
        port=jaeger.QUERY,
        path="search?service={subject}&start={from_ms}000&end={to_ms}000",
    ),
)
