"""`seatrial logs`: search what every workload wrote."""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from seatrial.app import logs
from seatrial.cli import screen
from seatrial.cli.since import since_option
from seatrial.cli.where import file_option, json_option, must_be_there
from seatrial.contract.runtime import RuntimeFailure

_STYLE = {"warn": "yellow", "error": "red", "fatal": "bold red", "debug": "dim", "trace": "dim"}
# Said in front of a line, or of no use to who reads it.
_ASIDE = frozenset(
    {
        "_msg",
        "_time",
        "_stream",
        "_stream_id",
        "arrived",
        "level",
        "severity_text",
        "severity_number",
    }
    | {"system", "region", "service", "replica", "form", "ts", "time", "timestamp"}
    | {"scope.name", "scope.version"}
)
_BELOW = " " * 8
_MANUAL = "https://docs.victoriametrics.com/victorialogs/logsql/"


@click.command("logs")
@file_option
@json_option
@click.option("--service", metavar="NAME", help="Only what this workload wrote.")
@since_option("5m")
@click.option(
    "--limit",
    default=100,
    type=click.IntRange(1, 100_000),
    show_default=True,
    help="The most lines; the newest are shown.",
)
@click.option("--audit", is_flag=True, help="Only audit lines, as their own store keeps them.")
@click.option("--follow", is_flag=True, help="Go on with each line as it comes, until Ctrl-C.")
@click.argument("query", default="*")
def command(
    file: Path,
    *,
    as_json: bool,
    service: str | None,
    since: float,
    limit: int,
    audit: bool,
    follow: bool,
    query: str,
) -> None:
    """Search the logs: `seatrial logs 'level:error timeout' --service api --since 1h`.

    QUERY is LogsQL: words and "phrases" are looked for in the message, name:value in a field, and
    `| stats by (service) count()` counts. Without QUERY everything is shown.
    """
    must_be_there(file)
    asked = logs.Asked(query=query, service=service, since=since, limit=limit, audit=audit)
    try:
        if follow:
            rows: Iterable[logs.Row | logs.Full] = logs.follow(
                file, asked, sleep=time.sleep, clock=time.time
            )
        else:
            rows = logs.ask(file, asked)
            if not rows and not as_json:
                screen.err().print("no line was found")
        for row in rows:
            if isinstance(row, logs.Full):
                screen.err().print(_full(row), style="yellow")
            else:
                _show(row, as_json=as_json)
    except logs.Unreadable as wrong:
        _unreadable(query, wrong)
    except logs.NoLines:
        raise click.UsageError("--follow shows lines; leave out what counts them") from None
    sys.exit(screen.READY)


def _full(found: logs.Full) -> str:
    return (
        f"more than {found.most} lines came within {logs.BACK:g} s, and older ones are not shown:"
        " narrow the query, or search without --follow"
    )


def _unreadable(query: str, wrong: logs.Unreadable) -> NoReturn:
    """What the store says, under the place that it came to."""
    lines = [query]
    if wrong.read and query.startswith(wrong.read):
        lines.append(f"{' ' * max(0, len(wrong.read) - 1)}^")
    screen.failure(
        RuntimeFailure(f"the query cannot be read: {wrong.what}", f"see {_MANUAL}", tuple(lines)),
        code=screen.BAD_INPUT,
    )


def _show(row: logs.Row, *, as_json: bool) -> None:
    if as_json:
        print(_escaped(json.dumps(row, ensure_ascii=False)), flush=True)
        return
    out = screen.out()
    if "_time" not in row:  # counted, not written
        out.print("  ".join(_fields(row)), soft_wrap=True)
        return
    level = row.get("level", "")
    at = datetime.fromisoformat(row["_time"]).astimezone()
    who = f"{row.get('service', '')}.{row.get('replica', '')}"
    more = " ".join(_fields({key: row[key] for key in row if key not in _ASIDE}))
    head = f"{at:%H:%M:%S}.{at.microsecond // 1000:03d} {level:<5} {who:<18} "
    # what is below belongs to it, and cannot pass for a line of its own
    message = row.get("_msg", "").expandtabs(4).replace("\n", f"\n{_BELOW}")
    out.print(head + message, style=_STYLE.get(level), end=" ", soft_wrap=True)
    out.print(more, style="dim", soft_wrap=True)


def _fields(row: logs.Row) -> Iterator[str]:
    """Each on the one line that it belongs to."""
    return (" ".join(f"{key}={value}".splitlines()) for key, value in row.items())


def _escaped(text: str) -> str:
    """JSON whose texts are shown as they are, but for signs that would steer a terminal."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in text)
