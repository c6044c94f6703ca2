"""What promtool and Grafana's schema must say of the boards: nothing has to run for it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from seatrial.capabilities.dashboards.declare import REQUIREMENT
from seatrial.capabilities.dashboards.render import documents
from seatrial.contract.board import LEAST_WINDOW, Board
from seatrial.contract.capability import Context
from seatrial.contract.declaration import RecordingRule, RuleGroup
from seatrial.contract.examination import Examination, Spoiled
from seatrial.engines.prometheus import rules

_FILE = "queries.yml"
_NAMED = 20  # complaints that are told; the first says enough to mend the cause


def examinations(context: Context) -> tuple[Examination, ...]:
    """Every query of every panel is PromQL, and every board is what Grafana calls one."""
    boards = context.declarations.boards
    if not context.system.promised(REQUIREMENT) or not boards:
        return ()
    return (_queries(boards), _schema(context))


def _queries(boards: tuple[Board, ...]) -> Examination:
    groups = tuple(_group(each) for each in boards)
    first = groups[0].records[0]
    broken = replace(first, expr=f"({first.expr}")
    spoiled = (replace(groups[0], records=(broken, *groups[0].records[1:])), *groups[1:])
    return Examination(
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


def _schema(context: Context) -> Examination:
    files = {f"{uid}.json": text for uid, text in documents(context).items()}
    first = next(iter(files))

    def spoiled(defect: str, spoil: Callable[[dict[str, Any]], None]) -> Spoiled:
        document = json.loads(files[first])
        spoil(next(each for each in document["panels"] if each["type"] != "row"))
        return Spoiled(defect=defect, files={**files, first: json.dumps(document)})

    return Examination(
        name="boards/schema",
        test="T1",
        requirements=("T1", "R02.4"),
        summary="every board is valid against Grafana's schema",
        files=files,
        look=_wrong,
        by="Grafana's schema",
        spoiled=(
            spoiled("a panel is of a kind that there is not", lambda one: one.update(type="graf")),
            spoiled("a panel's number is a text", lambda one: one.update(id="1")),
            spoiled("a panel has a key that Grafana does not know", lambda one: one.update(tipe=1)),
            spoiled("a panel has no kind", lambda one: one.pop("type") and None),
        ),
    )


def _wrong(files: Mapping[str, str]) -> tuple[str, ...]:
    """What Grafana's schema objects to, each with its file."""
    from seatrial.engines.grafana import schema  # noqa: PLC0415 - its types cost a tenth of a second

    found = (
        f"{path}: {each}" for path, text in sorted(files.items()) for each in schema.problems(text)
    )
    return tuple(sorted(found))[:_NAMED]
