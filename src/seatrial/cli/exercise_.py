"""`seatrial exercise`: what is exercised how often, and how it went."""

import getpass
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from seatrial.app.exercises import calendar, hold, listing, note, pages, sign
from seatrial.app.unclear import Unclear
from seatrial.cli import exercise_screen as shown
from seatrial.cli import screen
from seatrial.cli.asked import agreed
from seatrial.cli.where import file_of_group, file_option, json_option
from seatrial.contract.evidence import Evidence

_FORMATS = ("both", "md", "html")
_by = click.option("--by", metavar="WHO", default=getpass.getuser, help="Who says so; else you.")

_out = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("exercises"),
    show_default=True,
    help="The folder that the pages are written to.",
)
_format = click.option(
    "--format", "form", type=click.Choice(_FORMATS), default="both", show_default=True
)


@click.group("exercise", invoke_without_command=True)
@file_option
@json_option
@click.pass_context
def command(context: click.Context, file: Path, *, as_json: bool) -> None:
    """List the exercises: what is due when, and how the last of each went.

    Exit code: 0 each was held as often as declared and went well; 1 one failed, is stale, or a
    finding is past its day; 3 one was never held, or is unknown.
    """
    context.obj = file
    if context.invoked_subcommand is None:
        found = listing.ladder(file)
        if as_json:
            screen.as_json(shown.document(found))
        else:
            shown.table(found)
            screen.warned(found.problems)
        sys.exit(shown.code(found))


@command.command("calendar")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="The file that it is written to, such as due.ics; else, or with -, it is printed.",
)
@file_of_group
def calendar_(file: Path, *, out: Path | None) -> None:
    """Write what is due when as an iCalendar file (RFC 5545), which calendar programs read.

    A day for each exercise and each finding that is not mended, with a reminder. What is overdue
    is due today. Read again, it moves what is there.
    """
    with _words():
        text = calendar.calendar(file)
    raw = text.encode()  # as it is: its lines end with CRLF on every machine
    if out is None or str(out) == "-":
        click.echo(raw, nl=False)
        return
    if not out.parent.is_dir():
        raise click.BadParameter(f"there is no folder {out.parent}", param_hint="--out")
    out.write_bytes(raw)
    screen.err().print(f"{screen.count(text.count('BEGIN:VEVENT'), 'day')} in {out}")


@command.command("prepare")
@click.argument("name")
@_out
@_format
@file_of_group
def prepare(file: Path, name: str, *, out: Path, form: str) -> None:
    """Write the checklist, the facilitator's script and the cards of NAME."""
    with _words():
        found = pages.prepare(file, name)
    _write(found, out, form)


@command.command("record")
@click.argument("name")
@_out
@_format
@file_of_group
def record_(file: Path, name: str, *, out: Path, form: str) -> None:
    """Write the record of NAME as a page: the one that is open, else the last that was closed.

    It says which lines of the pages were done, when, in which time, by what that was seen, and in
    red which were not.
    """
    with _words():
        found = pages.written(file, name)
    _write(found, out, form)


def _write(found: Mapping[str, str], out: Path, form: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    wanted = [each for each in found if form == "both" or each.endswith(f".{form}")]
    for each in wanted:
        (out / each).write_text(found[each], encoding="utf-8")
    screen.err().print(f"{screen.count(len(wanted), 'page')} in {out}")


@command.command("begin")
@click.argument("name")
@_by
@file_of_group
def begin(file: Path, name: str, *, by: str) -> None:
    """Hold NAME: call and inform people, run its drills, say that it is over.

    One that was interrupted goes on where it was left. Its record stays open until it is closed.
    """
    began = time.time()

    def say(scenario: str, step: str, text: str) -> None:
        screen.err().print(shown.step(time.time() - began, scenario, step, text))

    def done(evidence: Evidence) -> None:
        screen.err().print(shown.proof(time.time() - began, evidence))

    with _words():
        record = hold.hold(file, name, by=by, say=say, done=done)
    shown.standing(record)
    screen.next_step(f"seatrial exercise note {name}", "writes down who is there and what is said")


@command.command("note")
@click.argument("name")
@click.option("--present", metavar="WHO", multiple=True, help="A team or person who is there.")
@click.option("--decision", metavar="TEXT", multiple=True, help="What was decided.")
@click.option(
    "--answer", metavar="CARD TEXT", nargs=2, multiple=True, help="What a card was answered."
)
@click.option(
    "--tick",
    metavar="LINE WHAT",
    nargs=2,
    multiple=True,
    help="A line of a page that was done, and what was seen.",
)
@click.option(
    "--finding",
    metavar="TEXT OWNER DAY",
    nargs=3,
    multiple=True,
    help="What is to be mended, by whom, and until when (2026-12-31).",
)
@click.option(
    "--minutes",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A YAML file of all of these: present, decisions, answers, ticks, findings.",
)
@_by
@file_of_group
def note_(
    file: Path,
    name: str,
    *,
    present: tuple[str, ...],
    decision: tuple[str, ...],
    answer: tuple[tuple[str, str], ...],
    tick: tuple[tuple[str, str], ...],
    finding: tuple[tuple[str, str, str], ...],
    minutes: Path | None,
    by: str,
) -> None:
    """Write down what is said while NAME is held."""
    with _words():
        typed = note.typed(
            present=present, decisions=decision, answers=answer, findings=finding, ticks=tick
        )
        read = note.from_file(minutes) if minutes is not None else note.Notes()
        shown.standing(note.note(file, name, read.joined(typed), by=by))


@command.command("close")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Sign it without asking, whatever nobody wrote down.")
@_by
@json_option
@file_of_group
def close(file: Path, name: str, *, by: str, yes: bool, as_json: bool) -> None:
    """End NAME, judge its record, sign it and keep it. Exit code as `prove`.

    What nobody wrote down (who was there, a decision, an answer, a line of a page) is said, and
    asked about, before it is signed: nothing is added afterwards.
    """

    def agree(missing: tuple[str, ...]) -> None:
        if not yes:
            agreed(
                f"Nobody has written down {'; '.join(missing)}: `seatrial exercise note {name}`"
                " does. Sign it so? That is not proven then."
            )

    with _words():
        kept = sign.close(file, name, by=by, agree=agree)
    _signed(kept, as_json=as_json)


@command.command("break-off")
@click.argument("name")
@click.argument("why")
@_by
@file_of_group
def break_off(file: Path, name: str, why: str, *, by: str) -> None:
    """End NAME before its end, with the reason; its record says so, and proves nothing."""
    with _words():
        kept = sign.close(file, name, by=by, why=why)
    _signed(kept, as_json=False)


@command.command("mended")
@click.argument("name")
@click.argument("number", type=int)
@click.argument("how")
@file_of_group
def mended(file: Path, name: str, number: int, how: str) -> None:
    """Say HOW the finding NUMBER of the last NAME was mended."""
    with _words():
        made = sign.mend(file, name, number, how)
    _signed((made,), as_json=False)


def _signed(kept: Iterable[Evidence], *, as_json: bool) -> None:
    found = tuple(kept)
    if as_json:
        screen.as_json([shown.evidence(each) for each in found])
    else:
        for each in found:
            screen.out().print(shown.aspect(each))
    screen.next_step("seatrial report", "writes the signed report")
    sys.exit(shown.ended(found))


@contextmanager
def _words() -> Iterator[None]:
    """What is unclear is bad usage."""
    try:
        yield
    except Unclear as unclear:
        raise click.UsageError(str(unclear)) from unclear
