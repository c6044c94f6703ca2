"""Where a board's links lead from a page of ours: the range of time goes along."""

from datetime import UTC, datetime

from seatrial.app.boards import Span
from seatrial.app.plan import Plan
from seatrial.console.view import Way
from seatrial.contract.board import Onward, Target


def _iso(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ways(plan: Plan, span: Span) -> Way:
    """A link's address; empty where nothing here shows what it leads to."""
    viewers = {
        each.target: each for each in plan.declarations.viewers if plan.placement.has(each.workload)
    }
    times = {
        "from_ms": f"{span.start * 1000:.0f}",
        "to_ms": f"{span.end * 1000:.0f}",
        "from_iso": _iso(span.start),
        "to_iso": _iso(span.end),
        "seconds": f"{span.end - span.start:.0f}",
    }
    told = {each.path for each in plan.documents}

    def way(link: Onward) -> str:
        if link.target is Target.BOARD:
            return f"/d/{link.subject}?{span.query}"
        if link.target is Target.RUNBOOK:
            known = f"runbooks/{link.subject}.md" in told
            return f"/runbooks/{link.subject}" if known else ""
        viewer = viewers.get(link.target)
        if viewer is None:
            return ""
        base = plan.placement.endpoint(viewer.workload, viewer.port)
        path = viewer.address(link.subject, times)
        return f"http://{base}/{path}" if path else ""

    return way
