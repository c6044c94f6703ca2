"""A fresh alerting state before each batch of drills, seeded with healthy history."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from seatrial.app import registry
from seatrial.app.plan import Plan
from seatrial.contract.action import Halt
from seatrial.contract.capability import Freshening
from seatrial.contract.runtime import Runtime, RuntimeFailure


def freshen(planned: Plan, runtime: Runtime, *, label: str, clock: Callable[[], float]) -> str:
    """Begin each workload that asks for it anew; volumes set aside are kept as evidence.

    All are stopped before one begins: what is fresh must hear nothing of what was. Returns the
    sentence that says what was seeded. Raises RuntimeFailure.
    """
    now = clock()
    wanted = [
        each
        for capability in registry.capabilities()
        for each in capability.freshen(planned.contexts[capability.name], now)
    ]
    # stopped as a fault is: whatever happens in here is undone, by the stack at the latest
    with ExitStack() as undos, ThreadPoolExecutor(len(wanted) or 1) as side_by_side:

        def stopped(one: Freshening) -> str:
            injected = runtime.inject(Halt(workload=one.workload)).id
            undos.callback(runtime.undo, injected)
            return injected

        def begun(one: Freshening, injected: str) -> None:
            _renew(runtime, one, label, len(planned.placement.of(one.workload)))
            runtime.undo(injected)

        faults = list(side_by_side.map(stopped, wanted))
        list(side_by_side.map(begun, wanted, faults))
    return "; ".join(each.seeded for each in wanted if each.seeded)


def _renew(runtime: Runtime, one: Freshening, label: str, replicas: int) -> None:
    if one.volume:
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
