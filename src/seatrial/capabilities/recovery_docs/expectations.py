"""What is expected of a page that is followed, and with which defect it must turn red."""

from seatrial.capabilities.recovery_docs.judges import followed as judge_of
from seatrial.capabilities.recovery_docs.scenarios import followed, scenario_of
from seatrial.contract.action import Misprint
from seatrial.contract.capability import Context
from seatrial.contract.procedure import Kind, Procedure, Rehearsal
from seatrial.contract.scenario import Control, Expectation, Scenario, settled

# Items, and the kinds of tests that the page's drill is: a procedure from its first command to its
# last, and where it brings something back, a recovery.
_BACK = ("R18.2", "T3", "T6")
_ITEMS = {Kind.BACKUP: ("R18.1", "T3"), Kind.RECOVERY: _BACK, Kind.RETURN: _BACK}
_NO_MORE = "no-such-command"


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """One for each page that is followed."""
    names = {each.name for each in scenarios}
    return tuple(
        _expectation(context, *each) for each in followed(context) if scenario_of(each[0]) in names
    )


def _expectation(context: Context, procedure: Procedure, rehearsal: Rehearsal) -> Expectation:
    rto = None if procedure.kind is Kind.BACKUP else context.system.targets.rto.seconds
    judge = judge_of(procedure, rehearsal, rto)
    program, command, *_ = procedure.steps[-1].argv
    return Expectation(
        name=procedure.expectation,
        scenario=scenario_of(procedure),
        requirements=_ITEMS[procedure.kind],
        summary=f"Each command of the page {procedure.name}, as `seatrial docs` makes it, does what"
        " the page says, in an empty folder",
        watches=(),
        judge=judge,
        control=Control(
            defect=f"the page names a command that does not exist any more, for `{command}`",
            actions=(
                Misprint(
                    workload=rehearsal.workload,
                    page=procedure.name,
                    old=f"{program} {command} ",
                    new=f"{program} {_NO_MORE} ",
                ),
            ),
            settle=0.0,
        ),
        ripe=settled(judge),
        depends=procedure.depends,
    )
