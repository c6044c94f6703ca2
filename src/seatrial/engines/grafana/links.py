"""Where a board's links lead in Grafana: its variables keep the range of time."""

from collections.abc import Iterable

from seatrial.contract.board import Onward, Target, Viewer
from seatrial.contract.placement import Placement
from seatrial.engines.grafana.model import Address

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
        path = viewer.path.format(subject=link.subject, from_ms="${__from}", to_ms="${__to}")
        return f"http://{base}/{path}"

    return address
