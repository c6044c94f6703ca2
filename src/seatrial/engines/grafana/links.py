"""Where a board's links lead in Grafana: its variables keep the range of time."""

from collections.abc import Iterable

from seatrial.contract.board import Onward, Target, Viewer
from seatrial.contract.placement import Placement
from seatrial.engines.grafana.names import Address

_SHOWN = 30 * 86400  # Grafana has no word for how long its range is: the query itself says it
_TIMES = {
    "from_ms": "${__from}",
    "to_ms": "${__to}",
    "from_iso": "${__from:date:iso}",
    "to_iso": "${__to:date:iso}",
    "seconds": str(_SHOWN),
}
_RANGE = "from=${__from}&to=${__to}"


def addresses(placement: Placement, viewers: Iterable[Viewer], *, runbooks: str) -> Address:
    """A link's address; empty where nothing here shows what it leads to."""
    shown = {each.target: each for each in viewers if placement.has(each.workload)}

    def address(link: Onward) -> str:
        if link.target is Target.BOARD:
            return f"/d/{link.subject}?{_RANGE}"
        if link.target is Target.RUNBOOK:
            return f"{runbooks}{link.subject}.md" if runbooks else ""
        viewer = shown.get(link.target)
        if viewer is None:
            return ""
        base = placement.endpoint(viewer.workload, viewer.port)
        path = viewer.address(link.subject, _TIMES)
        return f"http://{base}/{path}" if path else ""

    return address
