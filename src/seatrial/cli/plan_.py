"""`seatrial plan`: show what would be written and run, and why."""

from collections.abc import Sequence
from pathlib import Path

import click

from seatrial.app.environment import places
from seatrial.app.files import FileChange, FilePlan, compare, folder_of, write
from seatrial.app.plan import Plan, plan
from seatrial.cli import screen
from seatrial.cli.edited import edited
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
@click.option(
    "-e",
    "--environment",
    default="rehearsal",
    show_default=True,
    metavar="NAME",
    help="For which of the file's environments; one on Kubernetes becomes manifests.",
)
@click.option(
    "--render",
    "into",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write the files into this folder; what a hand has edited there is left alone.",
)
@click.option("--overwrite", is_flag=True, help="With --render: replace what was edited, too.")
def command(
    file: Path,
    *,
    as_json: bool,
    workloads: bool,
    environment: str,
    into: Path | None,
    overwrite: bool,
) -> None:
    """Show what would be written and run, and why. Changes nothing but what --render names."""
    planned = plan(file, places(file, environment), environment=environment)
    files = compare(planned, into) if into is None else write(planned, into, overwrite=overwrite)
    if as_json:
        screen.as_json(_document(planned, files))
        return
    screen.problems(planned.rendered, source=source_text)
    screen.warned(planned.checked)
    where = into or folder_of(planned).relative_to(planned.folder)
    edited(screen.err(), files, where)
    rows = [(_MARK[each.change], each.path, each.why) for each in files]
    screen.columns(("", f"file under {where}/", "why"), rows)
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
    # not the scenarios' expectations: each control holds a whole configuration, n services n times
    last = "none run by seatrial" if planned.objects else f"{len(planned.scenarios())} scenarios"
    screen.out().print(f"\n{len(planned.workloads)} workloads, {rules} alerts, {last}")
    if planned.objects:
        screen.next_step("kubectl apply --server-side -R -f", "as README.md of the folder says")
    elif planned.rehearsal:
        screen.next_step("seatrial up", "starts all of this")
    else:
        screen.err().print(f"{planned.environment} is shown, not started: there is no way yet")


def _where(planned: Plan, one: Workload) -> str:
    address = planned.placement.of(one.name)[0].address
    return ", ".join(f"{address}:{port}" for port in one.ports.values()) or address


def _document(planned: Plan, files: Sequence[FilePlan]) -> dict[str, object]:
    return {
        "system": planned.system.name,
        "environment": planned.environment,
        "problems": [screen.problem_document(each) for each in planned.problems],
        "files": [
            {"path": each.path, "change": each.change.value, "why": each.why} for each in files
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
        "scenarios": [] if planned.objects else [each.name for each in planned.scenarios()],
    }
