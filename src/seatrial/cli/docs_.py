"""`seatrial docs`: the recovery documents, with when each procedure was last executed."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click
from rich.text import Text

from seatrial.app import docs
from seatrial.cli import screen
from seatrial.cli.printed import wrong
from seatrial.cli.where import file_option
from seatrial.contract.evidence import Verdict
from seatrial.contract.procedure import Execution
from seatrial.contract.words import duration, instant

_FORMATS = ("both", "md", "html")
_STYLES: Mapping[Verdict, str] = {Verdict.PROVEN: "green", Verdict.STALE: "yellow"}


@click.command("docs")
@file_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("recovery"),
    show_default=True,
    help="The folder that they are written to.",
)
@click.option("--format", "form", type=click.Choice(_FORMATS), default="both", show_default=True)
@click.option("--check", is_flag=True, help="Write nothing; say what of them does not hold.")
def command(file: Path, *, out: Path, form: str, check: bool) -> None:
    """Write the recovery documents: procedures, schedules, plans and checklists.

    A command on a page that seatrial does not have any more ends it with 1. With --check so does a
    procedure whose last execution failed, or a plan that an exercise has not done as it stands; one
    that was never executed, or whose execution is stale, ends it with 3.
    """
    made = docs.make(file)
    screen.warned(made.problems)
    gone = _gone(made)
    if not check:
        _write(made.pages, out, form)
    _told(made)
    for each in gone:
        screen.err().print(each, style="bold red")
    if gone:
        sys.exit(screen.NOT_READY)
    if check:
        sys.exit(_standing(made))


def _gone(made: docs.Made) -> tuple[str, ...]:
    """A sentence for each command on a page that could not be run as it stands there."""
    return tuple(
        f"{page}: `{line}`: {reason}"
        for page, lines in made.commands.items()
        for line in lines
        if (reason := wrong(line))
    )


def _write(pages: Mapping[str, str], out: Path, form: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    written = [name for name in pages if form == "both" or name.endswith(f".{form}")]
    for name in written:
        (out / name).write_text(pages[name], encoding="utf-8")
    screen.err().print(f"{screen.count(len(written), 'page')} in {out}")


def _told(made: docs.Made) -> None:
    if not made.procedures:
        screen.err().print("no procedure is declared here: write `backup` under a store, and R20")
        return
    table = screen.table("procedure", "last execution", "took", "evidence", "")
    for name in _executed(made):
        one = made.executions.get(name)
        if one is None:
            never = Text("never executed", style="bold red")
            table.add_row(name, never, "", "", "")
            continue
        table.add_row(
            name,
            instant(one.at),
            duration(one.seconds) if one.seconds is not None else "",
            one.evidence,
            _verdict(one),
        )
    screen.out().print(table)


def _executed(made: docs.Made) -> tuple[str, ...]:
    """The names of what is to be executed: procedures, and plans that an exercise is to follow."""
    return (*(each.name for each in made.procedures), *made.plans)


def _verdict(one: Execution) -> Text:
    proven = one.verdict is Verdict.PROVEN
    doubt = "" if one.control else ", control not shown red"
    told = f"{one.verdict.value}{doubt}" if proven else f"{one.verdict.value} ({one.reason})"
    return Text(told, style=_STYLES.get(one.verdict, "bold red"))


def _standing(made: docs.Made) -> int:
    """The exit code of what the last executions say; a system without a procedure shows nothing."""
    found = [made.executions.get(name) for name in _executed(made)]
    if any(each is not None and each.verdict is Verdict.FAILED for each in found):
        return screen.NOT_READY
    proven = found and all(each and each.verdict is Verdict.PROVEN for each in found)
    return screen.READY if proven else screen.UNDETERMINED
