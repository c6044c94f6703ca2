"""`seatrial impact`: which journeys stop when a part is gone, and in which order all comes back."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from seatrial.app import impact
from seatrial.cli import screen
from seatrial.cli.where import file_option, json_option
from seatrial.contract.words import duration
from seatrial.review.impact import Known, Loss, Recovered

_CODES: Mapping[bool | None, int] = {
    True: screen.READY,
    False: screen.NOT_READY,
    None: screen.UNDETERMINED,
}


@click.command("impact")
@file_option
@json_option
def command(file: Path, *, as_json: bool) -> None:
    """Say which journeys stop when a part is gone, for how long, and in which order all comes back.

    From needs and journeys of the file; times are those that proofs have measured, and unknown
    where none has. Exit code: 0 the way back is within targets.rto, 1 it is not, 3 not known.
    """
    found = impact.make(file)
    if as_json:
        screen.as_json(document(found))
    else:
        _losses(found.impact.losses)
        _order(found.impact.recovered)
        screen.warned(found.problems)
    sys.exit(_CODES[found.impact.recovered.kept])


def document(found: impact.Found) -> dict[str, Any]:
    """The impact for programs: times in seconds, costs by the hour."""
    way = found.impact.recovered
    return {
        "system": found.system,
        "environment": found.environment,
        "losses": [
            {
                "name": each.name,
                "kind": each.kind.value,
                "services": each.services,
                "journeys": each.journeys,
                "costs": {one.currency: one.per_hour for one in each.costs},
                "uncosted": each.uncosted,
                "recovery": {
                    "least": each.known.least if each.known.evidence else None,
                    "whole": each.known.whole,
                    "reason": each.known.reason,
                    "evidence": each.known.evidence or None,
                },
            }
            for each in found.impact.losses
        ],
        "recovery": {
            "waves": way.waves,
            "least": way.least or None,
            "path": way.path,
            "unknown": way.unknown,
            "externals": way.externals,
            "objective": way.objective,
            "kept": way.kept,
        },
    }


def _losses(losses: tuple[Loss, ...]) -> None:
    table = screen.table("gone", "stops", "journeys", "costs", "comes back in", edge=False)
    for each in losses:
        table.add_row(
            f"{each.name} ({each.kind})",
            ", ".join(name for name in each.services if name != each.name) or "nothing else",
            ", ".join(each.journeys) or "none",
            _cost(each),
            Text(_time(each.known), style="" if each.known.whole else "yellow"),
        )
    screen.out().print(table)
    screen.out().print()
    for each in losses:
        screen.out().print(f"{each.name}: {each.known.reason}", style="dim")


def _cost(loss: Loss) -> str:
    if not loss.journeys:
        return ""
    if not loss.costs:
        return "not declared"
    told = " and ".join(map(str, loss.costs))
    return f"{told}, without {', '.join(loss.uncosted)}" if loss.uncosted else told


def _time(known: Known) -> str:
    if not known.evidence:
        return "unknown"
    return duration(known.least) if known.whole else f"more than {duration(known.least)}"


def _order(way: Recovered) -> None:
    out = screen.out()
    out.print("\nWhen all is gone, in this order; what stands in one line, side by side:")
    for number, wave in enumerate(way.waves, start=1):
        out.print(f"  {number}. {', '.join(wave)}")
    if way.externals:
        out.print(f"  Others bring back: {', '.join(way.externals)}")
    objective = duration(way.objective)
    if way.kept is False:
        out.print(
            f"It takes {duration(way.least)} or longer ({' -> '.join(way.path)}); the RTO is"
            f" {objective}.",
            style="bold red",
        )
    elif way.kept is None:
        lacking = ", ".join((*way.unknown, *way.externals))
        measured = (
            f"{duration(way.least)} or longer"
            if way.least
            else "No proof that holds today measures it"
        )
        out.print(
            f"How long that takes is unknown; the RTO is {objective}. {measured}: not, or not all,"
            f" is known of {lacking}.",
            style="yellow",
        )
    else:
        out.print(
            f"It takes {duration(way.least)} ({' -> '.join(way.path)}), within the RTO of"
            f" {objective}.",
            style="green",
        )
