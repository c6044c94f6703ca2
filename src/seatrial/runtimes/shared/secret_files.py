"""Files that hold secrets: what a journal may keep of them is nothing."""

from seatrial.contract.output import Workload


def template(workload: Workload, path: str) -> str | None:
    """What a file with secrets is rendered from; None where it holds none."""
    return next((each.text for each in workload.files if each.path == path and each.secret), None)
