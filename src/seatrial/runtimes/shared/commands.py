"""A command in a workload as a fault, with the command that undoes it."""

from collections.abc import Callable

from seatrial.contract.action import Answering, Execute
from seatrial.contract.runtime import Executed, RuntimeFailure
from seatrial.runtimes.shared.carry import Family
from seatrial.runtimes.shared.faults import Undo

Run = Callable[[str, int, tuple[str, ...]], Executed]  # workload, replica, argv


def family(run: Run) -> Family:
    """Commands that `run` runs; its failure, and an end other than 0, is a RuntimeFailure."""

    def act(action: Execute, planned: Undo) -> None:
        _run(planned, action.argv, run)

    def undo(entry: Undo) -> None:
        if entry["undo"]:
            _run(entry, tuple(entry["undo"]), run)

    return Family(plan=_plan, act=act, undo=undo)


def _plan(action: Execute) -> Undo:
    if isinstance(action.replica, Answering):
        raise RuntimeFailure(f"nobody has asked which replica of {action.workload} is meant")
    return {
        "kind": "command",
        "workload": action.workload,
        "replica": action.replica,
        "undo": list(action.undo),
    }


def _run(entry: Undo, argv: tuple[str, ...], run: Run) -> None:
    workload = entry["workload"]
    done = run(workload, entry.get("replica", 0), argv)  # an older journal names none
    if done.status:
        lines = tuple((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise RuntimeFailure(f"{argv[0]} of {workload} ended with {done.status}", logs=lines)
