"""`seatrial plan`: show what would be written and run, and why."""

from pathlib import Path

import click

from seatrial.app.environment import open_runtime
from seatrial.app.files import FileChange, compare
from seatrial.app.plan import Plan, plan
from seatrial.cli import screen
from seatrial.cli.where import file_option, json_option, source_text
from seatrial.contract.output import Workload

_MARK = {
    FileChange.CREATE: "+",
    FileChange.UPDATE: "~",
    FileChange.REMOVE: "-",
    FileChange.KEEP: " ",
    FileChange.EDITED: "!",
}


@click.command("plan")
@file_option
@json_option
@click.option("--workloads/--no-workloads", default=True, help="Show what would run.")
def command(file: Path, *, as_json: bool, workloads: bool) -> None:
    """Show what would be written and run, and why. Changes nothing."""
    planned = plan(file, open_runtime(file))
    if as_json:
        screen.as_json(_document(planned))
        return
    screen.problems(planned.problems, source=source_text)
    files = [(_MARK[each.change], each.path, each.why) for each in compare(planned)]
    screen.columns(("", "file under .seatrial/", "why"), files)
    if workloads:
        screen.out().print()
        screen.columns(
            ("workload", "x", "runs on", "why"),
            [
                (one.name, str(one.replicas), _where(planned, one), one.why)
                for one in planned.workloads
            ],
        )
    rules = sum(len(each.alerts) for each in planned.declarations.groups)
    screen.out().print(
        f"\n{len(planned.workloads)} workloads, {rules} alerts, "
        # not their expectations: each control holds a whole configuration, n services n times
        f"{len(planned.scenarios())} scenarios"
    )
    screen.next_step("seatrial up", "starts all of this")


def _where(planned: Plan, one: Workload) -> str:
    address = planned.placement.of(one.name)[0].address
    return ", ".join(f"{address}:{port}" for port in one.ports.values()) or address


def _document(planned: Plan) -> dict[str, object]:
    return {
        "system": planned.system.name,
        "environment": planned.environment,
        "problems": [screen.problem_document(each) for each in planned.problems],
        "files": [
            {"path": each.path, "change": each.change.value, "why": each.why}
            for each in compare(planned)
        ],
        "workloads": [
            {
                "name": each.name,
                "replicas": each.replicas,
                "argv": list(each.argv),
                "why": each.why,
                "addresses": [
                    {"address": one.address, "ports": dict(one.ports)}
                    for one in planned.placement.of(each.name)
                ],
            }
            for each in planned.workloads
        ],
        "scenarios": [each.name for each in planned.scenarios()],
    }
