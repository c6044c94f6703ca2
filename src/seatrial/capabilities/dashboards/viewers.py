"""Where logs and traces are shown, when something that keeps them runs.

The templates are here, and not with who collects: what a link says is a matter of the boards.
"""

from seatrial.contract.board import Target, Viewer
from seatrial.engines.jaeger import workload as jaeger

# The query names the range, too: what else is shown of the store, its own page decides.
_WITHIN = "_time%3A%5B{from_iso}%2C{to_iso}%5D"
_RANGE = "&g0.range_input={seconds}s&g0.end_input={to_iso}&g0.relative_time=none"

VIEWERS = (
    Viewer(
        target=Target.LOGS,
        workload="victorialogs",
        port="http",
        path=f"select/vmui/?#/?query=service%3A%22{{subject}}%22%20{_WITHIN}{_RANGE}",
        whole=f"select/vmui/?#/?query={_WITHIN}{_RANGE}",
    ),
    Viewer(
        target=Target.TRACES,
        workload=jaeger.NAME,
        port=jaeger.QUERY,
        path="search?service={subject}&lookback=custom&start={from_ms}000&end={to_ms}000",
    ),
)
