"""`seatrial trace`: show one run of a journey, or who calls whom."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from seatrial.app import trace as app
from seatrial.cli import screen
from seatrial.cli.where import file_option, json_option, must_be_there
from seatrial.traces.span import Span
from seatrial.traces.topology import Edge


@click.command("trace")
@file_option
@json_option
@click.option("--trace", "name", metavar="ID", default="", help="This trace, not the newest.")
@click.option("--topology", is_flag=True, help="Show calls that the file does not declare.")
@click.argument("journey", required=False)
def command(file: Path, *, as_json: bool, name: str, topology: bool, journey: str | None) -> None:
    """Show the newest run of JOURNEY: its tree, where its time went, and what it waited for.

    `self` is the time in which a span ran and nothing below it did; `path` that part of the run's
    own time which waited for just this span: the column adds up to the run. With --topology: the
    calls between services and stores that traces show and `needs` lacks, as a patch, and those
    declared that no trace shows; exit code 1 where a call is not declared.
    """
    must_be_there(file)
    if topology == (journey is not None):
        raise click.UsageError("name a journey, or write --topology")
    if topology:
        found = app.topology(file)
        screen.as_json(_of_topology(found)) if as_json else _show_topology(found)
        sys.exit(screen.NOT_READY if found.compared.undeclared else screen.READY)
    try:
        run = app.run(file, journey or "", name)
    except app.Unclear as error:
        raise click.UsageError(str(error)) from error
    screen.as_json(_of_run(run)) if as_json else _show_run(run)


def _lines(run: app.Run) -> Iterator[tuple[int, Span]]:
    """Every span with its depth, parents before their children."""
    waiting = [(0, each) for each in reversed(run.tree.roots)]
    while waiting:
        depth, span = waiting.pop()
        yield depth, span
        waiting += [(depth + 1, each) for each in reversed(run.tree.below(span))]


def _on_path(run: app.Run) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in run.path:
        found[part.span.id] = found.get(part.span.id, 0) + part.duration
    return found


def _title(run: app.Run, span: Span) -> str:
    """`api POST /workflows`, with whom it asks."""
    peer = run.peer(span)
    return f"{span.service} {span.operation}" + (f" -> {peer}" if peer else "")


def _ms(microseconds: int) -> str:
    return f"{microseconds / 1000:.1f}"


def _show_run(run: app.Run) -> None:
    root, path = run.tree.root, _on_path(run)
    screen.out().print(f"{root.operation}: trace {root.trace}, {_ms(root.duration)} ms")
    table = screen.table("span", "from ms", "ms", "self ms", "path ms", edge=False)
    for depth, span in _lines(run):
        own = path.get(span.id, 0)
        style = "red" if span.error else "bold" if own else ""
        table.add_row(
            Text("  " * depth + _title(run, span) + (" (failed)" if span.error else ""), style),
            _ms(span.start - root.start),
            _ms(span.duration),
            _ms(run.tree.self_time(span)),
            _ms(own) if own else "",
        )
    screen.out().print(table)
    queued = sum(each.duration for each in run.path if each.queued)
    if queued:
        screen.out().print(f"{_ms(queued)} ms of it waited for somebody to begin")
    for note in _notes(run):
        screen.err().print(note)


def _notes(run: app.Run) -> Iterator[str]:
    for each in run.tree.skews():
        yield (
            f"clocks differ: {each.span.service} is at least {_ms(each.least)} ms off"
            f" {each.parent.service} at {each.span.operation}; instants are shown as they were told"
        )
    for span in run.tree.orphans:
        yield f"the caller of {span.service} {span.operation} is not in the trace"


def _of_run(run: app.Run) -> dict[str, Any]:
    path = _on_path(run)
    return {
        "trace": run.tree.root.trace,
        "microseconds": run.tree.root.duration,
        "spans": [
            {
                "id": span.id,
                "parent": span.parent,
                "depth": depth,
                "service": span.service,
                "operation": span.operation,
                "kind": span.kind.value,
                "peer": run.peer(span),
                "replica": span.replica,
                "start": span.start,
                "duration": span.duration,
                "self": run.tree.self_time(span),
                "path": path.get(span.id, 0),
                "error": span.error,
            }
            for depth, span in _lines(run)
        ],
        "path": [
            {
                "id": each.span.id,
                "start": each.start,
                "duration": each.duration,
                "queued": each.queued,
            }
            for each in run.path
        ],
        "skews": [
            {"id": each.span.id, "parent": each.parent.id, "least": each.least}
            for each in run.tree.skews()
        ],
        "orphans": [each.id for each in run.tree.orphans],
    }


def _show_topology(found: app.Topology) -> None:
    out = screen.out()
    out.print(f"{screen.count(found.looked, 'trace')} looked at")
    for edge in found.compared.undeclared:
        out.print(f"not declared  {_arrow(edge)}")
    for edge in found.compared.unseen:
        out.print(f"never seen    {_arrow(edge)}")
    if not found.compared.undeclared and not found.compared.unseen:
        out.print("the calls that traces show are those that the file declares")
    if found.patch:
        screen.diff(out, found.patch)
    for edge in found.left:
        screen.err().print(f"{_arrow(edge)} is to be written by hand")


def _arrow(edge: Edge) -> str:
    return f"{edge.caller} -> {edge.callee}"


def _of_topology(found: app.Topology) -> dict[str, Any]:
    def pairs(edges: tuple[Edge, ...]) -> list[dict[str, str]]:
        return [{"caller": each.caller, "callee": each.callee} for each in edges]

    return {
        "traces": found.looked,
        "undeclared": pairs(found.compared.undeclared),
        "unseen": pairs(found.compared.unseen),
        "patch": "\n".join(found.patch),
        "by_hand": pairs(found.left),
    }
