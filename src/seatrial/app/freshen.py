"""A fresh alerting state before each batch of drills, seeded with healthy history."""

from collections.abc import Callable
from contextlib import ExitStack

from seatrial.app import registry
from seatrial.app.plan import Plan
from seatrial.contract.action import Halt
from seatrial.contract.capability import Freshening
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
    with ExitStack() as undos:  # stopped as a fault is: whatever happens in here is undone
        for each in wanted:
            undos.callback(runtime.undo, runtime.inject(Halt(workload=each.workload)).id)
        for each in wanted:
            _renew(runtime, each, label, len(planned.placement.of(each.workload)))
    return "; ".join(each.seeded for each in wanted if each.seeded)


def _renew(runtime: Runtime, one: Freshening, label: str, replicas: int) -> None:
    runtime.empty(one.workload, one.volume, f"{label}-{one.workload}-{one.volume}")
    for replica in range(replicas):
        _fill(runtime, one, replica)


def _fill(runtime: Runtime, one: Freshening, replica: int) -> None:
    for path, text in one.files:
        runtime.put(one.workload, path, text, replica=replica)
    for argv in one.commands:
        done = runtime.execute(one.workload, argv, replica=replica)
        if done.status:
            raise RuntimeFailure(
                f"{argv[0]} failed while {one.workload} was made fresh",
                "see the lines above; `seatrial engines` shows the engine's version",
                tuple(done.stderr.splitlines()[-10:]),
            )
