"""`seatrial engines`: list or install the products that do the work."""

import os
import sys
from pathlib import Path

import click
from rich.text import Text

from seatrial.app import registry
from seatrial.cli import screen
from seatrial.cli.where import json_option
from seatrial.contract.engine import Engine
from seatrial.runtimes.local import install as installer


def _cache() -> Path | None:
    chosen = os.environ.get("SEATRIAL_CACHE")
    return Path(chosen) if chosen else None


@click.group("engines", invoke_without_command=True)
@json_option
@click.pass_context
def command(context: click.Context, *, as_json: bool) -> None:
    """List the engines: what is there, where, which version, what is missing."""
    if context.invoked_subcommand is not None:
        return
    found = [(each, installer.find(each, _cache())) for each in registry.engines()]
    if as_json:
        screen.as_json(
            [
                {
                    "engine": engine.name,
                    "version": one.version if one else None,
                    "source": one.source if one else None,
                    "program": str(one.programs[engine.main]) if one else None,
                }
                for engine, one in found
            ]
        )
    else:
        table = screen.table("engine", "version", "from", "program", whole=("version", "from"))
        for engine, one in found:
            if one is None and engine.asked_by:
                table.add_row(engine.title, Text("not there", style="dim"), "", _asked(engine))
            elif one is None:
                table.add_row(
                    engine.title, Text("missing", style="red"), "", f"needs {engine.minimum}"
                )
            else:
                table.add_row(engine.title, one.version, one.source, str(one.programs[engine.main]))
        screen.out().print(table)
    if any(one is None and not engine.asked_by for engine, one in found):
        screen.next_step("seatrial engines install", "gets what is missing, into the cache")
        sys.exit(screen.NOT_READY)


def _asked(engine: Engine) -> str:
    return f"only where {engine.asked_by} asks for it"


@command.command("install")
@click.argument("names", nargs=-1)
def install(names: tuple[str, ...]) -> None:
    """Get what is missing into the cache; the machine outside it is not changed.

    What only some files ask for is got when it is named.
    """
    known = {each.name: each for each in registry.engines()}
    unknown = [each for each in names if each not in known]
    if unknown:
        raise click.UsageError(f"no engine {unknown[0]!r}; there are {', '.join(sorted(known))}")
    always = [each for each in known.values() if not each.asked_by]
    wanted = [known[each] for each in names] or always
    steps = screen.err()

    def progress(step: installer.Progress) -> None:
        subject = step.engine or "engines"
        steps.print(f"{subject:<20} {step.source:<16} {step.step}")

    outcomes = installer.install(wanted, cache=_cache(), progress=progress)
    missing = [each for each in outcomes if isinstance(each, installer.NotInstalled)]
    for each in missing:
        steps.print(f"{each.name} could not be had; {each.cure}", style="bold red")
        for reason in each.reasons:
            steps.print(f"    {reason.source}: {reason.text}")
    sys.exit(screen.NOT_READY if missing else screen.READY)
