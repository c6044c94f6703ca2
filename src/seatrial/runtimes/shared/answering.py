"""Which replica is meant by what only a running one can tell: the one that answers."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from seatrial.contract.action import Action, Answering, Crash, CutEdge, Execute, Kill, Pause
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.shared.requests import Send

_WELL = range(200, 300)


def chosen(action: Action, count: Callable[[str], int], send: Send) -> Action:
    """The action with the number of the replica that is meant; others as they are.

    `count` tells how many replicas a workload has; of several that answer the first is meant.
    Raises RuntimeFailure where none does.
    """
    if not isinstance(action, Crash | CutEdge | Execute | Kill | Pause):
        return action
    workload = action.source if isinstance(action, CutEdge) else action.workload
    which = action.replica
    if not isinstance(which, Answering):
        return action
    found = (each for each in range(count(workload)) if _answers(workload, each, which, send))
    replica = next(found, None)
    if replica is None:
        raise RuntimeFailure(
            f"no replica of {workload} answers {which.path}",
            f"run `seatrial status --logs {workload}`",
        )
    return replace(action, replica=replica)


def _answers(workload: str, replica: int, which: Answering, send: Send) -> bool:
    with suppress(RuntimeFailure):  # one that is dead is not meant
        return send("GET", workload, which.port, which.path, "", replica=replica).status in _WELL
    return False
