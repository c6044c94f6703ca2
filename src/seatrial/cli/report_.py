"""`seatrial report`: write the signed report of the last proofs."""

import sys
from pathlib import Path

import click
from rich.text import Text

from seatrial.app import report
from seatrial.app.files import FOLDER
from seatrial.cli import screen
from seatrial.cli.where import file_option, json_option
from seatrial.contract.evidence import Verdict
from seatrial.evidence.assess import exit_code
from seatrial.evidence.report.model import Report
from seatrial.evidence.report.terminal import Row, rows

_NAME = 34  # columns that a name may take of a narrow terminal before it is broken
_STYLE = {
    Verdict.PROVEN: "green",
    Verdict.FAILED: "bold red",
    Verdict.UNKNOWN: "yellow",
    Verdict.STALE: "yellow",
}


@click.command("report")
@file_option
@json_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that is written.  [default: .seatrial/report beside the file]",
)
@click.option(
    "--all", "everything", is_flag=True, help="List what is well and what is not built yet, too."
)
def command(file: Path, *, as_json: bool, output: Path | None, everything: bool) -> None:
    """Assess the newest evidence as of now, sign it, and write HTML, JSON and JUnit XML.

    Exit code: 0 ready, 1 not ready, 3 something could not be determined.
    """
    output = output or file.parent / FOLDER / "report"
    made = report.make(file)
    written = report.write(made, output)
    if as_json:
        screen.as_json([str(each) for each in written])
    else:
        _show(made.report, everything=everything)
        for each in written:
            screen.err().print(f"wrote {each}")
        screen.next_step(f"seatrial verify {output}", "checks every byte of it, offline")
    sys.exit(exit_code(made.report.assessment.overall))


def _left_out(row: Row) -> bool:
    """What a short report need not say: what is not promised, and each thing that is well."""
    if row.verdict in {Verdict.NOT_BUILT, Verdict.NOT_PROMISED}:
        return True
    return row.verdict is Verdict.PROVEN and "/" in row.id


def _show(made: Report, *, everything: bool) -> None:
    short = screen.narrow()
    header = ("", "verdict", " ") if short else ("", " ", "verdict", "  ")
    table = screen.table(*header, whole=("verdict",), edge=False)
    shown = [row for row in rows(made) if everything or not _left_out(row)]
    longest = max((2 * row.depth + len(row.id) for row in shown), default=0)
    table.columns[0].min_width = min(longest, _NAME)
    for row in shown:
        style = _STYLE.get(row.verdict, "dim")
        indent = "  " * row.depth
        name, verdict = f"{indent}{row.id}", Text(row.verdict.value, style=style)
        if short:
            told = f"{row.title}: {row.sentence}" if row.title else row.sentence
            table.add_row(name, verdict, told)
        else:
            table.add_row(name, row.title, verdict, row.sentence)
    console = screen.out()
    console.print(table)
    overall = made.assessment.overall
    style = _STYLE.get(overall.verdict, "dim")
    console.print(f"\n{overall.sentence}", style=style)
