"""`seatrial sla`: what was promised over a time, and what users got."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.text import Text

from seatrial.app import sla
from seatrial.app.files import FOLDER
from seatrial.cli import screen
from seatrial.cli.where import file_option, json_option, must_be_there
from seatrial.contract.words import duration
from seatrial.sla.account import Account, Kept, Span
from seatrial.sla.report import SlaReport, document, share, stamp

_STYLE = {Kept.MET: "green", Kept.MISSED: "bold red", Kept.UNKNOWN: "yellow"}
_DECEMBER = 12


class _Instant(click.ParamType[float]):
    """A day (its first second in UTC) or an instant with a zone, in seconds since the epoch."""

    name = "instant"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Seconds since the epoch."""
        if isinstance(value, float):
            return value
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no instant; write 2026-11-01 or 2026-11-01T08:00:00Z", param)
        if found.tzinfo is None:
            if "T" in str(value) or " " in str(value):
                self.fail(f"{value!r} has no zone; write it with one, as {value}Z", param, ctx)
            found = found.replace(tzinfo=UTC)
        return found.timestamp()


@click.command("sla")
@file_option
@json_option
@click.option("--month", metavar="YYYY-MM", help="A whole month in UTC.")
@click.option("--from", "begin", type=_Instant(), help="Where the range begins.")
@click.option("--to", "end", type=_Instant(), help="Where it ends, itself not in it.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that is written.  [default: .seatrial/sla beside the file]",
)
def command(
    file: Path,
    *,
    as_json: bool,
    month: str | None,
    begin: float | None,
    end: float | None,
    output: Path | None,
) -> None:
    """Account for what users got: `seatrial sla --month 2026-11`.

    Without a range it is the month so far. Written as HTML, JSON and CSV; the same range gives the
    same bytes for as long as the samples are kept. Exit code: 0 every promise met, 1 one missed,
    3 one of which not enough was seen.
    """
    must_be_there(file)
    over = _range(month, begin, end)
    try:
        report = sla.make(file, over)
    except sla.NothingToAccount as error:
        raise click.UsageError(str(error)) from error
    written = sla.save(report, output or file.parent / FOLDER / "sla")
    if as_json:
        screen.as_json(document(report))
    else:
        _show(report)
    for each in written:
        screen.err().print(f"wrote {each}")
    sys.exit(_code(report))


def _range(month: str | None, begin: float | None, end: float | None) -> Span:
    if month is not None:
        if begin is not None or end is not None:
            raise click.UsageError("--month is a range of its own; leave --from and --to out")
        return _month(month)
    now = time.time()
    if begin is None:
        today = datetime.fromtimestamp(end if end is not None else now, UTC)
        begin = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()
    end = float(int(now)) if end is None else end
    if begin >= end:
        raise click.UsageError(f"the range ends at {stamp(end)}, before it begins; swap the two")
    return Span(begin=begin, end=end)


def _month(text: str) -> Span:
    try:
        first = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
    except ValueError as error:
        raise click.UsageError(f"{text!r} is no month; write it as 2026-11") from error
    years, month = divmod(first.month, _DECEMBER)
    following = first.replace(year=first.year + years, month=month + 1)
    return Span(begin=first.timestamp(), end=following.timestamp())


def _show(report: SlaReport) -> None:
    table = screen.table(
        "journey", "verdict", "promised", "by time", "by runs", "down", "not seen", edge=False
    )
    for name, each in report.accounts.items():
        kept = each.verdict
        table.add_row(
            name,
            Text(kept.value, style=_STYLE[kept]) if kept else Text("no promise", style="dim"),
            share(each.target) if each.target is not None else "",
            share(each.by_time),
            share(each.by_runs),
            f"{duration(each.down)} in {len(each.outages)}" if each.outages else "0 s",
            duration(each.blind),
        )
    screen.out().print(table)
    for name, each in report.accounts.items():
        if each.verdict is Kept.UNKNOWN:
            screen.out().print(f"\n{name}: {_why(each)}", style="yellow")


def _why(one: Account) -> str:
    if one.bounds is None:
        return "all of the range is excluded"
    worst, best = one.bounds
    return (
        f"{duration(one.blind)} of {duration(one.up + one.down + one.blind)} were not seen: with "
        f"them it is anything from {share(worst)} to {share(best)}"
    )


def _code(report: SlaReport) -> int:
    found = {each.verdict for each in report.accounts.values()}
    if Kept.MISSED in found:
        return screen.NOT_READY
    return screen.UNDETERMINED if Kept.UNKNOWN in found else screen.READY
