"""`seatrial explain`: what a word of the catalogue, the file or the plan means."""

from dataclasses import asdict
from pathlib import Path

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem
from rich.console import Console
from rich.text import Text

from seatrial.app.environment import open_runtime
from seatrial.app.explain import Answer, Proof, explain, nearest, words
from seatrial.app.explain.answer import Kind, Means
from seatrial.app.plan import Plan, Refused, plan
from seatrial.cli import screen
from seatrial.cli.where import DEFAULT, file_option, json_option

_MOST = 12  # names in a list; more are counted, and `--json` has them all


def _complete(
    ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    file = ctx.params.get("file") or Path(DEFAULT)
    try:
        planned = plan(file, open_runtime(file))
    except (Refused, OSError):  # while a line is typed nothing is judged
        planned = None
    folded = incomplete.casefold()
    return [CompletionItem(each) for each in words(planned) if each.casefold().startswith(folded)]


@click.command("explain")
@file_option
@json_option
@click.argument("word", shell_complete=_complete)
@click.pass_context
def command(context: click.Context, file: Path, *, as_json: bool, word: str) -> None:
    """Explain WORD: what it means, how it is proven, what it reads and writes.

    WORD is a requirement (R03, R03.2, S1, T1), a key of the file (services.*.needs), the code of a
    problem (ST1203), a capability or an engine; where there is a seatrial.yaml, also the name of
    an alert, a scenario or an expectation of that system.
    """
    planned = _plan(context, file)
    found = explain(word, planned)
    if not found:
        near = nearest(word, planned)
        hint = (
            f"did you mean `seatrial explain {near}`?"
            if near
            else "write R03, S1, ST1203, a key as services.*.needs, or an alert's name"
        )
        raise click.UsageError(f"nothing is called {word!r}; {hint}")
    if as_json:
        screen.as_json({"word": word, "answers": [asdict(each) for each in found]})
        return
    console = screen.out()
    for number, each in enumerate(found):
        if number:
            console.print()
        _show(console, each)


def _plan(context: click.Context, file: Path) -> Plan | None:
    """The plan of the file; None where there is none, or a broken one that nobody named."""
    named = context.get_parameter_source("file") is not ParameterSource.DEFAULT
    if not named and not file.is_file():
        return None
    try:
        return plan(file, open_runtime(file))
    except Refused:
        if named:
            raise
        # Who asks what a problem means has a file with that problem.
        screen.err().print(
            f"{file} has problems, so nothing is said of its own names and proofs; "
            "see `seatrial check`",
            markup=False,
        )
        return None


def _show(console: Console, answer: Answer) -> None:
    title = Text(answer.word, style="bold cyan").append(f"  {answer.title}", style="bold")
    _line(console, title.append(f"  ({answer.kind.value})", style="dim"))
    for each in answer.text:
        _line(console, Text(each))
    _pairs(console, answer.facts)
    if answer.parts:
        _line(console, Text())
        _pairs(console, answer.parts)
    on_it: tuple[str, ...] = ()
    if answer.kind is Kind.KEY:  # half of all proofs rest on a section: their names are enough
        on_it = tuple(each.name for each in answer.proofs)
    else:
        _proofs(console, answer.proofs)
    lists = (
        ("proofs that rest on it", on_it, _MOST),
        ("engines", answer.engines, len(answer.engines)),
        ("reads", answer.reads, len(answer.reads)),
        ("writes", tuple(f".seatrial/{each}" for each in answer.writes), _MOST),
    )
    if any(values for _, values, _ in lists):
        _line(console, Text())
    for label, values, most in lists:
        if values:
            more = f" and {len(values) - most} more" if len(values) > most else ""
            _pairs(console, ((label, ", ".join(values[:most]) + more),))


def _proofs(console: Console, proofs: tuple[Proof, ...]) -> None:
    """Drills one by one; examinations are many and alike, so they are counted."""
    drills = [each for each in proofs if each.means is Means.DRILL]
    if drills:
        _line(console, Text("\nproven by drills", style="bold"))
    for each in drills:
        line = Text(f"  {each.name}", style="cyan").append(f"  {each.summary}", style="default")
        _line(console, line)
        _line(console, Text(f"      in {each.scenario}; red when {each.control}", style="dim"))
    tests = [each for each in proofs if each.means is Means.EXAMINATION]
    if tests:
        first = tests[0]
        _line(console, Text("\nproven by tests of the configuration", style="bold"))
        _line(
            console,
            Text(f"  {len(tests)}, such as ")
            .append(first.name, style="cyan")
            .append(f": {first.summary}"),
        )
        _line(console, Text(f"      red when {first.control}", style="dim"))
    records = [each for each in proofs if each.means is Means.RECORD]
    if records:
        _line(console, Text("\nproven by the records of exercises", style="bold"))
    for each in records:
        line = Text(f"  {each.name}", style="cyan").append(f"  {each.summary}", style="default")
        _line(console, line)
        begin = f"      `seatrial exercise begin {each.scenario}`; red when {each.control}"
        _line(console, Text(begin, style="dim"))


def _pairs(console: Console, pairs: tuple[tuple[str, str], ...]) -> None:
    width = max((len(label) for label, _ in pairs), default=0)
    for label, value in pairs:
        _line(console, Text(f"  {label:<{width}}  ", style="dim").append(value, style="default"))


def _line(console: Console, text: Text) -> None:
    """A line as it is: a name that is broken in two cannot be searched for."""
    console.print(text, soft_wrap=True)
