"""`seatrial plan`: show what would be written and run, and why."""

from collections.abc import Iterable
from pathlib import Path

import click

from seatrial.app.environment import open_runtime
from seatrial.app.files import FileChange, FilePlan, compare, rendered, write_apart
from seatrial.app.plan import Plan, plan
from seatrial.cli import screen
from seatrial.cli.where import file_option, json_option, source_text
from seatrial.contract.output import Workload

REHEARSAL = "rehearsal"
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
    "--environment",
    default=REHEARSAL,
    show_default=True,
    help="Plan for another environment of the file: real channels, no sink, no fault proxy.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the rendered files into this empty or new folder, to be read and checked.",
)
def command(
    file: Path, *, as_json: bool, workloads: bool, environment: str, output: Path | None
) -> None:
    """Show what would be written and run, and why. Changes nothing.

    `up` starts the rehearsal only. Another environment is rendered for review: with the addresses
    that the rehearsal's runtime gives, and with the names of secrets in place of their values.
    """
    planned = plan(file, open_runtime(file), environment=environment)
    there = planned.system.environments
    if environment not in there:
        raise click.UsageError(f"the file has no environment {environment}: {', '.join(there)}")
    written = _written(planned, output) if output is not None else ""
    if as_json:
        screen.as_json(_document(planned))
    else:
        _show(planned, workloads=workloads)
    if written:
        screen.err().print(written)


def _written(planned: Plan, output: Path) -> str:
    if output.exists() and any(output.iterdir()):
        raise click.UsageError(f"{output} is not empty; name a folder that is, or a new one")
    return f"wrote {write_apart(planned, output)} files under {output}"


def _files(planned: Plan) -> Iterable[FilePlan]:
    """Against what is there; of another environment than the rehearsal nothing is there."""
    if planned.rehearsal:
        return compare(planned)
    return [
        FilePlan(path=path, change=FileChange.CREATE, why=why, text=text)
        for path, (text, why) in rendered(planned).items()
    ]


def _show(planned: Plan, *, workloads: bool) -> None:
    screen.problems(planned.problems, source=source_text)
    files = [(_MARK[each.change], each.path, each.why) for each in _files(planned)]
    where = "file under .seatrial/" if planned.rehearsal else "file"
    screen.columns(("", where, "why"), files)
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
    if planned.rehearsal:
        screen.next_step("seatrial up", "starts all of this")
    else:
        screen.err().print(f"{planned.environment} is shown, not started: there is no way yet")


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
            for each in _files(planned)
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
