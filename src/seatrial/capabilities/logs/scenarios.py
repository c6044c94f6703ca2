"""What proves the logs: a line of each workload, and a burst in which the pipeline is killed."""

from seatrial.capabilities.logs import host, lines
from seatrial.capabilities.logs.declare import collected
from seatrial.contract.action import Crash, WriteLines
from seatrial.contract.capability import Context
from seatrial.contract.scenario import EVERYTHING, Ability, Injection, Scenario, Steady, Watch
from seatrial.contract.timeline import Observation
from seatrial.engines.otelcol import workload as otelcol
from seatrial.engines.victorialogs import query
from seatrial.engines.victorialogs import workload as victorialogs

LINES = "log-lines"
BURST = "log-burst"
BURST_LINES = 200_000
_PARTS = 4
_WITHIN = 30.0
_NEEDS = frozenset({Ability.WRITE_LINES, Ability.READ_LINES})


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """All write in somebody's name: for rehearsals."""
    if not context.rehearsal or not collected(context.system, context.placement.runtime):
        return ()
    found = (_lines(context), _burst(writer(context)))
    return (*found, host.scenario(_answering())) if host.wanted(context) else found


def writers(context: Context) -> tuple[str, ...]:
    """Every workload that has a place, in order: each writes."""
    return tuple(dict.fromkeys(each.workload for each in context.placement.locations))


def writer(context: Context) -> str:
    """Who writes what is of no workload in particular: one that is not under test here."""
    return next(each for each in writers(context) if each not in {otelcol.NAME, victorialogs.NAME})


def _lines(context: Context) -> Scenario:
    """One line of each replica, one of each form, and those with secrets."""
    each_writes = tuple(
        WriteLines(workload=name, lines=(lines.found(),)) for name in writers(context)
    )
    special = WriteLines(
        workload=writer(context),
        lines=(
            *lines.planted(),
            *(each.line for each in lines.FORMS),
            *(lines.audited() if context.settings.audit else ()),
        ),
    )
    return Scenario(
        name=LINES,
        question="Is what each workload writes found within seconds, whole, read and masked?",
        injections=(Injection(actions=(*each_writes, special)),),
        radius=frozenset({EVERYTHING}),
        within=_WITHIN,
        steady=(_answering(),),
        needs=_NEEDS,
        quick=True,
        fresh=False,
        looks=True,
    )


def _burst(who: str) -> Scenario:
    """The collector is killed while it reads, the store while it writes, and the burst goes on."""

    def part(number: int) -> WriteLines:
        line = lines.burst().replace("PART", str(number))
        return WriteLines(workload=who, lines=(line,), times=BURST_LINES // _PARTS)

    return Scenario(
        name=BURST,
        question="Is every line of a burst kept when the log pipeline dies in the middle of it?",
        injections=(
            Injection(
                actions=(
                    part(0),
                    part(1),
                    Crash(workload=otelcol.NAME),
                    part(2),
                    Crash(workload=victorialogs.NAME),
                    part(3),
                )
            ),
        ),
        radius=frozenset({EVERYTHING}),
        within=150.0,
        steady=(_answering(),),
        needs=_NEEDS,
    )


def _answering() -> Steady:
    watch = Watch(
        name="steady: store",
        workload=victorialogs.NAME,
        port=query.PORT,
        path=query.path("_time:5m | stats count() lines"),
        parse=query.figures("steady: store"),
        every=1.0,
    )

    def holds(seen: tuple[Observation, ...]) -> str | None:
        if any(each.value for each in seen):
            return None
        return "no line was stored in the last five minutes"

    return Steady(name="logs", watch=watch, holds=holds)
