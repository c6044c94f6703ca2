"""What the machine itself writes, as lines of the service `host`: who reads it, and its proof."""

import re

from seatrial.capabilities.logs import lines
from seatrial.capabilities.logs.declare import collected
from seatrial.capabilities.logs.judges import WITHIN, unmet
from seatrial.contract.action import WriteHostLine
from seatrial.contract.capability import Context
from seatrial.contract.output import Origin, Probe, Volume, Workload
from seatrial.contract.scenario import (
    Ability,
    Figure,
    Injection,
    Judgement,
    Scenario,
    State,
    Steady,
)
from seatrial.contract.timeline import Timeline
from seatrial.engines.otelcol.reach import HOST, HOST_LOG

SCENARIO = "host-line"
_SAID = f"{lines.MARK} host"
_LEVEL = "warn"
_WRITTEN = re.compile(rf"{_SAID} written=(?P<at>\d+\.\d+)")
_STATE = "state"
# in Python: the image of daemons has no other program
_NOTED = "import os, sys; sys.exit(not os.path.isfile(sys.argv[1]))"


def read(context: Context) -> bool:
    """Whether somebody reads it here."""
    return wanted(context) and context.placement.has(HOST_LOG)


def wanted(context: Context) -> bool:
    """Whether the file asks for it."""
    return collected(context.system, context.placement.runtime) and context.settings.host


def workload(*, owner: str) -> Workload:
    """The daemon that writes what the machine writes; which sources there are, the runtime says."""
    return Workload(
        name=HOST_LOG,
        origin=Origin.DAEMON,
        argv=(
            "python",
            "-m",
            "seatrial.daemons.host",
            "--sources=${self.host}",
            f"--state=${{self.dir}}/{_STATE}",
        ),
        volumes=(Volume(name="state", path=_STATE),),
        # it notes how far it came as soon as it reads
        ready=Probe(
            argv=("python", "-I", "-S", "-c", _NOTED, f"${{self.dir}}/{_STATE}/read.json"),
            deadline=30,
        ),
        owner=owner,
        reads_host=True,
        why="hands on what the machine itself writes: its journal or syslog, its kernel's messages",
    )


def scenario(steady: Steady) -> Scenario:
    """The machine writes a line. Where it has no log, or nobody is shown it, this is unknown."""
    return Scenario(
        name=SCENARIO,
        question="Is what the host itself writes found within seconds?",
        injections=(Injection(actions=(WriteHostLine(text=f"{_SAID} written=${{now}}"),)),),
        radius=frozenset({HOST_LOG}),
        within=20.0,
        steady=(steady,),
        needs=frozenset({Ability.HOST_LINES, Ability.READ_LINES}),
        fresh=False,
    )


def judge(timeline: Timeline, _now: float, over: bool) -> Judgement:  # noqa: FBT001 - Judge
    """The line is in the store as the host's, soon enough, and its severity was understood."""
    if timeline.step("inject") is None:
        return Judgement(state=State.PENDING, reason="nothing was written yet")
    found = [
        (each, float(told["at"]))
        for each in timeline.of(kind="line")
        if each.subject == HOST and (told := _WRITTEN.search(each.text))
    ]
    if not found:
        reason = "the line that the host wrote was not found"
        return Judgement(state=unmet(timeline, over=over), reason=reason)
    row, at = found[-1]
    took = Figure(
        name="host: from writing to found",
        value=round(max(0.0, row.at - at), 2),
        unit="s",
        target=WITHIN,
        bound="<=",
    )
    source, level = row.labels.get("source", "?"), row.labels.get("level", "")
    if not took.holds:
        reason = f"the line that the host wrote was found late, by its {source}"
        return Judgement(state=State.BROKEN, reason=reason, figures=(took,))
    # a syslog daemon's files hold no severity, so that theirs is the one of a line that says none
    if source in {"journal", "kernel"} and level != _LEVEL:
        reason = f"a warning of the host's {source} is stored as {level or 'nothing'}"
        return Judgement(state=State.BROKEN, reason=reason, figures=(took,))
    reason = f"the line that the host wrote was found by its {source}, as {level}"
    return Judgement(state=State.MET, reason=reason, figures=(took,))
