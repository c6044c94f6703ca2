"""A fresh alerting state before each batch of drills, seeded with healthy history."""

from collections.abc import Callable

from seatrial.app import registry
from seatrial.app.plan import Plan
from seatrial.contract.action import Halt
from seatrial.contract.runtime import Runtime, RuntimeFailure


def freshen(planned: Plan, runtime: Runtime, *, label: str, clock: Callable[[], float]) -> str:
    """Give each workload that asks for it a fresh volume; earlier ones are kept as evidence.

    Returns the sentence that says what was seeded. Raises RuntimeFailure.
    """
    now = clock()
    wanted = [
        each
        for capability in registry.capabilities()
        for each in capability.freshen(planned.contexts[capability.name], now)
    ]
    # stopped as a fault is: a kill -9 in here is undone like any other
    halted = [runtime.inject(Halt(workload=each.workload)) for each in wanted]
    for each in wanted:
        runtime.empty(each.workload, each.volume, f"{label}-{each.workload}-{each.volume}")
        for argv, stdin in each.commands:
            done = runtime.execute(each.workload, argv, stdin=stdin)
            if done.status:
                raise RuntimeFailure(
                    f"{argv[0]} failed while {each.workload} was made fresh",
                    "see the lines above; `seatrial engines` shows the engine's version",
                    tuple(done.stderr.splitlines()[-10:]),
                )
    for one in reversed(halted):
        runtime.undo(one.id)
    return "; ".join(each.seeded for each in wanted if each.seeded)
