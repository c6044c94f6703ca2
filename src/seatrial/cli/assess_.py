"""`seatrial assess`: what a reviewer would say from the files alone."""

import datetime as dt
import sys
from importlib.metadata import version
from pathlib import Path

import click

from seatrial.app import assess as app
from seatrial.cli.asked import confirmed
from seatrial.cli.assess_screen import Face, show
from seatrial.cli.codes import NOT_READY, READY
from seatrial.cli.streams import as_json
from seatrial.review.assess import Assessment
from seatrial.review.edit import Refusal
from seatrial.review.risk import Risk
from seatrial.system.problem import Problem

NEVER = "never"


@click.command("assess")
@click.argument("path", type=click.Path(path_type=Path, readable=False), default=Path())
@click.option("--all", "everything", is_flag=True, help="Show every finding with its cure.")
@click.option("--json", "form", flag_value="json", help="Print data for programs.")
@click.option("--sarif", "form", flag_value="sarif", help="Print SARIF 2.1.0, for code hosts.")
@click.option(
    "--fail-on",
    type=click.Choice([*(each.value for each in Risk), NEVER]),
    default=Risk.HIGH.value,
    show_default=True,
    help="The least risk of a finding that makes the exit code 1.",
)
@click.option("--fix", is_flag=True, help="Write the cures that are safe to write, after asking.")
@click.option("--yes", is_flag=True, help="With --fix: write without asking.")
def command(
    path: Path, *, everything: bool, form: str | None, fail_on: str, fix: bool, yes: bool
) -> None:
    """Review PATH: a compose file, a folder, manifests or a seatrial.yaml (default: this folder).

    Nothing is started, and no network is used. Findings are sorted by risk, each with the lines
    that cure it; then each requirement with what is there and what is missing. Files prove
    nothing: what they do not say is unknown. Exit codes: 0 no finding of the risk of --fail-on or
    above, 1 findings, 2 bad input.
    """
    if fix and form:
        raise click.UsageError("--fix shows a difference for people; leave out --json and --sarif")
    if yes and not fix:
        raise click.UsageError("--yes belongs to --fix")
    today = dt.datetime.now().astimezone().date()
    claimed = {} if form == "sarif" or fix else app.claims()
    assessment, problems = app.review(path, today, claimed)
    _notes(problems)
    if fix:
        assessment = _fix(assessment, path, today, yes=yes)
    elif form == "json":
        from seatrial.review.document import document  # noqa: PLC0415 - the chosen face only

        as_json(document(assessment, Risk.LOW if fail_on == NEVER else Risk(fail_on)))
    elif form == "sarif":
        from seatrial.review.sarif import document as sarif  # noqa: PLC0415 - as above

        as_json(sarif(assessment, version("seatrial")))
    else:
        show(assessment, Face.of(sys.stdout), fail_on=fail_on, everything=everything)
    failed = fail_on != NEVER and bool(assessment.at_least(Risk(fail_on)))
    sys.exit(NOT_READY if failed else READY)


def _notes(problems: tuple[Problem, ...]) -> None:
    for each in problems:
        click.echo(str(each), err=True)


def _fix(assessment: Assessment, path: Path, today: dt.date, *, yes: bool) -> Assessment:
    """Show what would be written, ask, write, and review what is there then."""
    patches, refused = app.patches(assessment)
    face = Face.of(sys.stdout)
    for patch in patches:
        face.difference(patch.diff)
    _refusals(refused)
    if not patches:
        click.echo("nothing can be written by itself; `seatrial assess --all` has the lines")
        return assessment
    keys = sum(len(patch.made) for patch in patches)
    names = ", ".join(patch.file for patch in patches)
    if not yes and not confirmed(f"Write {keys} cures to {names}?"):
        click.echo("nothing was written", err=True)
        return assessment
    for patch in patches:
        app.write(patch)
    click.echo(f"wrote {keys} cures to {names}", err=True)
    after, _ = app.review(path, today)
    left = len(after.counted)
    if left:
        click.echo(f"{left} findings need a decision of yours: seatrial assess --all", err=True)
    return after


def _refusals(refused: tuple[Refusal, ...]) -> None:
    """What must be written by hand: each with its place, its keys and its reason."""
    face = Face.of(sys.stderr)
    for each in refused:
        edit = each.edit
        where = f"{edit.file}:{edit.line}" if edit.line else edit.file
        name, keys = ".".join(edit.path), ", ".join(edit.value)
        face.line(f"{where}: {name}: {keys} is not written: {each.reason}", cut=False)
    if refused:
        face.line("write these by hand: `seatrial assess --all` has the lines")
