"""The words of `seatrial init --from`: questions, the difference, the loss report."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from seatrial.app import bring, init
from seatrial.app.plan import Refused
from seatrial.cli import screen
from seatrial.cli.where import source_text
from seatrial.system.base import LABEL
from seatrial.system.importers.derive import Choices
from seatrial.system.importers.sketch import Entry, Fidelity, Sketch
from seatrial.system.ownership import UNASSIGNED
from seatrial.system.problem import Problem

_STYLE = {Fidelity.IMPORTED: "green", Fidelity.APPROXIMATED: "yellow", Fidelity.DROPPED: "red"}
_MOST_NAMES = 20
_MOST_PLACE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for on the command line; `ask` says whether questions may be put."""

    folder: Path
    source: Path
    name: str | None
    owner: str | None
    ask: bool
    full: bool
    as_json: bool


def run(asked: Asked) -> None:
    """Bring the source in: read, ask, show, write, report. Raises Refused, OSError."""
    sketch = bring.read(asked.source)
    choices = Choices(name=_name(asked.name), owner=_name(asked.owner))
    if asked.ask:
        choices = _questions(sketch, asked, choices)
    brought = bring.bring(sketch, asked.source, asked.folder, choices)
    written = True
    if asked.ask and brought.changed:
        console = screen.err()
        screen.diff(console, brought.diff().splitlines())
        written = click.confirm(f"Write {brought.file}?", default=True, err=True)
    if written:
        bring.write(brought)
    if asked.as_json:
        screen.as_json(_document(brought))
        return
    _report(brought.ledger, full=asked.full)
    unowned = [each for each in brought.warnings if each.code == "ST1216"]
    others = [each for each in brought.warnings if each.code != "ST1216"]
    screen.problems([*others, *unowned[:1]], source=source_text)
    if len(unowned) > 1:
        screen.err().print(f"and {len(unowned) - 1} more that nobody answers for")
    said = "wrote" if brought.changed else "nothing is new in"
    screen.err().print(f"{said if written else 'left alone:'} {brought.file}")


def _name(name: str | None) -> str | None:
    if name is not None and re.fullmatch(LABEL, name) is None:
        doc = init.CODES["ST0102"]
        cure = doc.cure[0].lower() + doc.cure[1:].rstrip(".")
        raise Refused((Problem("ST0102", None, f"{name!r} is no name", cure),))
    return name


def _questions(sketch: Sketch, asked: Asked, choices: Choices) -> Choices:
    """Name, owner, who is exposed: of a new file alone, since an old one has answered them."""
    if (asked.folder / init.FILE).exists():
        return choices
    draft = bring.bring(sketch, asked.source, asked.folder, choices).draft.document
    if choices.name is None:
        name = _ask("The system's name", draft["system"])
        choices = replace(choices, name=name)
    if choices.owner is None:
        owner = _ask("The team that answers for it (unassigned: not known yet)", UNASSIGNED)
        choices = replace(choices, owner=owner)
    offered = {name: each for name, each in draft["services"].items() if each.get("ports")}
    if offered:
        exposed = [name for name, each in offered.items() if each.get("exposed")]
        answer = click.prompt(
            f"Services that users reach ({', '.join([*offered][:_MOST_NAMES])})",
            default=", ".join(exposed) or "none",
            err=True,
        )
        names = {each.strip() for each in answer.split(",")}
        unknown = sorted(names - {*offered, "none", ""})
        if unknown:
            raise click.UsageError(f"no service {unknown[0]!r}: name some of {', '.join(offered)}")
        choices = replace(choices, exposed=names & set(offered))
    return choices


def _ask(question: str, default: str) -> str:
    while True:
        answer: str = click.prompt(question, default=default, err=True)
        if re.fullmatch(LABEL, answer):
            return answer
        screen.err().print(init.CODES["ST0102"].cure)


def _report(ledger: Iterable[Entry], *, full: bool) -> None:
    """What became of all that was written; alike lines are one, and what came in whole a number."""
    lines = tuple(ledger)
    counts = Counter(each.fidelity for each in lines)
    groups: dict[tuple[Any, ...], list[Entry]] = {}
    for each in lines:
        if full or each.fidelity is not Fidelity.IMPORTED:
            alike = (each.subject, each.place) if full else ()
            key = (each.fidelity, each.summary, each.cure, *alike)
            groups.setdefault(key, []).append(each)
    order = {fidelity: number for number, fidelity in enumerate(Fidelity)}
    rows = sorted(groups.values(), key=lambda each: (order[each[0].fidelity], each[0].place))
    wide = min(max((len(str(each[0].place)) for each in rows), default=0), _MOST_PLACE)
    console = screen.err()
    for same in rows:
        first = same[0]
        more = f" and {len(same) - 1} more" if len(same) > 1 else ""
        cure = f"; {_printable(first.cure)}" if first.cure else ""
        line = Text(f"{first.fidelity.value:<13}", style=_STYLE[first.fidelity])
        line.append(f"{first.place!s:<{wide}}  ", style="bold")
        line.append(f"{_printable(first.subject)}{more}: {_printable(first.summary)}{cure}")
        console.print(line)
    console.print(", ".join(f"{counts[each]} {each.value}" for each in Fidelity))


def _printable(text: str) -> str:
    """Names of others' files stand in it: what a terminal would obey is replaced."""
    return "".join(each if each.isprintable() else "�" for each in text)[:300]


def _document(brought: bring.Brought) -> dict[str, Any]:
    counts = Counter(each.fidelity for each in brought.ledger)
    return {
        "file": str(brought.file),
        "changed": brought.changed,
        "counts": {each.value: counts[each] for each in Fidelity},
        "ledger": [
            {
                "fidelity": each.fidelity.value,
                "subject": each.subject,
                "file": each.place.file,
                "line": each.place.line,
                "column": each.place.column,
                "summary": each.summary,
                "cure": each.cure,
            }
            for each in brought.ledger
        ],
        "problems": [screen.problem_document(each) for each in brought.warnings],
    }
