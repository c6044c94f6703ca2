"""What promtool must say of the panels' queries: nothing has to run for it."""

from dataclasses import replace

from seatrial.capabilities.dashboards.declare import REQUIREMENT
from seatrial.contract.board import LEAST_WINDOW, Board
from seatrial.contract.capability import Context
from seatrial.contract.declaration import RecordingRule, RuleGroup
from seatrial.contract.examination import Examination, Spoiled
from seatrial.engines.prometheus import rules

_FILE = "queries.yml"


def examinations(context: Context) -> tuple[Examination, ...]:
    """Every query of every panel is PromQL."""
    boards = context.declarations.boards
    if not context.system.promised(REQUIREMENT) or not boards:
        return ()
    groups = tuple(_group(each) for each in boards)
    first = groups[0].records[0]
    broken = replace(first, expr=f"({first.expr}")
    spoiled = (replace(groups[0], records=(broken, *groups[0].records[1:])), *groups[1:])
    return (
        Examination(
            name="boards/queries",
            test="T1",
            requirements=("T1", "R02.4"),
            summary="promtool parses every query of every panel",
            engine="prometheus",
            files={_FILE: rules.rule_file(groups, links=lambda _: {})},
            argv=("promtool", "check", "rules", _FILE),
            spoiled=(
                Spoiled(
                    defect="one query does not parse",
                    files={_FILE: rules.rule_file(spoiled, links=lambda _: {})},
                ),
            ),
        ),
    )


def _group(board: Board) -> RuleGroup:
    records = tuple(
        RecordingRule(
            record=f"board:panel_{number}:query_{place}",
            expr=query.over(LEAST_WINDOW),
        )
        for number, panel in enumerate(board.panels, start=1)
        for place, query in enumerate(panel.queries)
    )
    return RuleGroup(name=board.uid, interval=15, records=records)
