"""A command in a workload as a fault, with the command that undoes it."""

from collections.abc import Callable

from seatrial.contract.action import Execute
from seatrial.contract.runtime import Executed, RuntimeFailure
from seatrial.runtimes.shared.carry import Family
from seatrial.runtimes.shared.faults import Undo

Run = Callable[[str, tuple[str, ...]], Executed]  # workload, argv


def family(run: Run) -> Family:
    """Commands that `run` runs; its failure, and an end other than 0, is a RuntimeFailure."""

    def act(action: Execute, _planned: Undo) -> None:
        _run(action.workload, action.argv, run)

    def undo(entry: Undo) -> None:
        if entry["undo"]:
            _run(entry["workload"], tuple(entry["undo"]), run)

    return Family(plan=_plan, act=act, undo=undo)


def _plan(action: Execute) -> Undo:
    return {"kind": "command", "workload": action.workload, "undo": list(action.undo)}


def _run(workload: str, argv: tuple[str, ...], run: Run) -> None:
    done = run(workload, argv)
    if done.status:
        lines = tuple((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise RuntimeFailure(f"{argv[0]} of {workload} ended with {done.status}", logs=lines)
