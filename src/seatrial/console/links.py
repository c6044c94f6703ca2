"""Where a board's links lead from a page of ours: the range of time goes along."""

from seatrial.app.boards import Span
from seatrial.app.plan import Plan
from seatrial.console.view import Way
from seatrial.contract.board import Onward, Target


def ways(plan: Plan, span: Span) -> Way:
    """A link's address; empty where nothing here shows what it leads to."""
    viewers = {
        each.target: each for each in plan.declarations.viewers if plan.placement.has(each.workload)
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
        first, last = (f"{each * 1000:.0f}" for each in (span.start, span.end))
        path = viewer.path.format(subject=link.subject, from_ms=first, to_ms=last)
        return f"http://{base}/{path}"

    return way
