"""The tests that seatrial ships for the user's system: T1 configuration, T2 integration."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from seatrial.app.apply import as_written, planned_for
from seatrial.app.environment import open_runtime
from seatrial.app.evidence import Books
from seatrial.app.examine import Examined, examine
from seatrial.app.interrupt import stopping
from seatrial.app.plan import Plan
from seatrial.app.prove import Clock, Proven, drill_all
from seatrial.contract.evidence import Evidence, Verdict, judged
from seatrial.contract.runtime import Runtime, RuntimeFailure
from seatrial.drills.stop import Stop
from seatrial.evidence.chain import whole
from seatrial.runtimes.shared.whose import nothing_runs

INTEGRATION = "T2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test: its kind (`T1`), its name, what became of it, and what to read when it is red."""

    kind: str
    name: str
    summary: str
    verdict: Verdict
    reason: str
    seconds: float
    output: tuple[str, ...] = ()


def shipped(file: Path, *, only: tuple[str, ...], done: Callable[[Case], None]) -> Plan:
    """Run them all, or those whose name or kind begins as `only` says; keep their evidence.

    T1 needs the engines' programs only; T2 needs the system up and is unknown without it.
    Raises Refused and RuntimeFailure.
    """
    runtime = open_runtime(file)
    planned = planned_for(file, runtime)
    books = Books(planned, runtime)
    whole(books.store)

    def wanted(kind: str, name: str) -> bool:
        return not only or kind in only or any(name.startswith(each) for each in only)

    def examined(each: Examined) -> None:
        done(_examined(each, books.keep_examined(each)))

    chosen = sorted(
        (each for each in planned.examinations() if wanted(each.test, each.name)),
        key=lambda each: each.name,
    )
    with stopping():  # also a SIGTERM leaves no folder of an engine behind
        examine(chosen, runtime, examined)
        _integration(planned, runtime, books, wanted, done)
    return planned


def _examined(each: Examined, kept: Evidence) -> Case:
    verdict, reason = judged(kept)
    return Case(
        kind=each.examination.test,
        name=each.examination.name,
        summary=each.examination.summary,
        verdict=verdict,
        reason=reason,
        seconds=each.finished - each.started,
        output=() if verdict is Verdict.PROVEN else each.output(),
    )


def _integration(
    planned: Plan,
    runtime: Runtime,
    books: Books,
    wanted: Callable[[str, str], bool],
    done: Callable[[Case], None],
) -> None:
    """Look at the whole stack, in the scenarios that inject nothing; at nothing else."""
    looks = tuple(each for each in planned.scenarios() if not each.injections)
    attached = tuple(
        each
        for each in planned.expectations(looks)
        if INTEGRATION in each.requirements and wanted(INTEGRATION, each.name)
    )
    if not attached:
        return
    if not runtime.status():
        absent = nothing_runs(runtime.system, planned.folder)
        for each in attached:
            done(_unknown(each.name, each.summary, absent))
        return
    own = {each.scenario for each in attached}

    def proven(ended: Proven) -> None:
        for kept in books.keep(ended):
            done(_drilled(kept))

    with runtime.locked("test"):
        as_written(planned, runtime)
        books.pin(attached)
        drill_all(
            planned,
            runtime,
            tuple(each for each in looks if each.name in own),
            attached,
            clock=Clock(now=time.time, sleep=time.sleep),
            say=lambda _scenario, _step, _text: None,
            stop=Stop(),
            done=proven,
        )


def _unknown(name: str, summary: str, absent: RuntimeFailure) -> Case:
    return Case(
        kind=INTEGRATION,
        name=name,
        summary=summary,
        verdict=Verdict.UNKNOWN,
        reason=f"{absent.summary}; {absent.cure}",
        seconds=0.0,
    )


def _drilled(kept: Evidence) -> Case:
    verdict, reason = judged(kept)
    return Case(
        kind=INTEGRATION,
        name=kept.expectation,
        summary=kept.summary,
        verdict=verdict,
        reason=reason,
        seconds=kept.finished - kept.started,
    )
