"""Which replicas an action means."""

from seatrial.contract.runtime import RuntimeFailure


def chosen(workload: str, replica: int | None, count: int) -> list[int]:
    """Those of the `count` replicas that are meant: all, or the one with this number. Pure.

    Raises RuntimeFailure for one that is not there: its undo could never be carried out.
    """
    if replica is None:
        return list(range(count))
    if replica not in range(count):
        raise RuntimeFailure(
            f"{workload} has no replica {replica}, it has {count}",
            f"name one from 0 to {count - 1}, or none to mean all" if count else "",
        )
    return [replica]
