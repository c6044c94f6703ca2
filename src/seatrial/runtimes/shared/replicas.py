"""Which replicas an action means."""

from seatrial.contract.action import Answering, Which
from seatrial.contract.runtime import RuntimeFailure


def chosen(workload: str, replica: Which, count: int) -> list[int]:
    """Those of the `count` replicas that are meant: all, or the one with this number. Pure.

    Raises RuntimeFailure for one that is not there: its undo could never be carried out.
    """
    if replica is None:
        return list(range(count))
    if isinstance(replica, Answering):
        raise RuntimeFailure(f"nobody has asked which replica of {workload} is meant")
    if replica not in range(count):
        raise RuntimeFailure(
            f"{workload} has no replica {replica}, it has {count}",
            f"name one from 0 to {count - 1}, or none to mean all" if count else "",
        )
    return [replica]
