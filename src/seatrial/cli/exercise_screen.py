"""Exercises on screen."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.text import Text

from seatrial.app.exercises.listing import Ladder, Row
from seatrial.capabilities.continuity.following import by_hand, executed
from seatrial.cli import screen
from seatrial.contract.evidence import Evidence, Verdict, judged
from seatrial.contract.exercise import Record
from seatrial.contract.scenario import State
from seatrial.contract.words import ago, day, duration, quantity

_STYLES: Mapping[Verdict, str] = {
    Verdict.PROVEN: "green",
    Verdict.STALE: "yellow",
    Verdict.UNKNOWN: "yellow",
    Verdict.FAILED: "bold red",
}


def step(at: float, name: str, what: str, text: str) -> Text:
    """A step of a drill, so many seconds after the beginning."""
    line = Text(f"{at:7.1f} s  ", style="dim")
    line.append(f"{name[:40]:<40} ", style="bold")
    line.append(f"{what:<19}")
    line.append(text[:100], style="dim")
    return line


def proof(at: float, evidence: Evidence) -> Text:
    """What a drill showed."""
    line = Text(f"{at:7.1f} s  ", style="dim")
    return line.append_text(aspect(evidence))


def aspect(evidence: Evidence) -> Text:
    """One verdict, and why."""
    verdict, reason = judged(evidence)
    line = Text(f"{evidence.expectation[:40]:<40} ", style="bold")
    line.append(f"{verdict:<10}", style=_STYLES.get(verdict, "yellow"))
    line.append(reason)
    figures = ", ".join(
        f"{each.name} {quantity(each.value, each.unit)}" for each in evidence.figures[:4]
    )
    line.append(f" ({figures})" if figures else "")
    control = evidence.control
    if control is not None and control.red is not None:
        line.append(
            f"; red with {control.defect}" if control.red else "; STAYED GREEN when spoiled"
        )
    return line


def standing(record: Record) -> None:
    """What is written down so far, and what is missing."""
    planned = record.planned
    absent = [each for each in planned.takes_part if each not in record.present]
    known = {each.card for each in record.answers}
    unanswered = [each for each in planned.cards if each not in known]
    lines = executed(record)
    done = [each for each in lines if each.state is State.MET]
    rows = (
        ("drills and notices", f"{len(planned.steps) - len(record.left)} of {len(planned.steps)}"),
        ("present", ", ".join(record.present) or "nobody written down"),
        ("not there yet", ", ".join(absent)),
        ("cards without an answer", ", ".join(unanswered)),
        ("lines of the pages done", f"{len(done)} of {len(lines)}" if lines else ""),
        ("to be ticked by people", ", ".join(each.name for each in by_hand(record))),
        ("decisions", str(len(record.decisions))),
        ("findings", ", ".join(f"{each.text} ({each.owner})" for each in record.lessons)),
    )
    screen.err().print(f"{planned.name} is open; `seatrial exercise close {planned.name}` signs it")
    for name, told in rows:
        if told:
            screen.err().print(f"  {name}: {told}")


def table(found: Ladder) -> None:
    """A row for each, then what is wrong with it, what is open, and what is to be mended."""
    if not found.rows:
        screen.err().print("no exercise is promised here: write R22 among the promises")
        return
    made = screen.table("exercise", "kind", "every", "last held", "due", "", edge=False)
    for each in found.rows:
        held = "never" if each.last is None or each.last.ended is None else day(each.last.ended)
        made.add_row(
            each.exercise.name,
            each.exercise.rung.value,
            duration(each.exercise.every),
            held,
            _due(each, found.now),
            Text(each.verdict.value, style=_STYLES.get(each.verdict, "yellow")),
        )
    screen.out().print(made)
    for each in found.rows:
        _more(each, found.now)


def _due(row: Row, now: float) -> Text:
    if row.due is None:
        return Text("now", style="bold red")
    if row.due <= now:
        return Text(f"{day(row.due)}, {duration(now - row.due)} overdue", style="bold red")
    return Text(day(row.due))


def _more(row: Row, now: float) -> None:
    name, out = row.exercise.name, screen.out()
    if row.held is not None:
        since = ago(now - row.held.begun)
        left = f", {len(row.held.left)} of its drills and notices to come" if row.held.left else ""
        out.print(f"{name} was begun {since} by {row.held.by} and is not closed{left}")
    if row.last is not None:
        for aspect_, worth in row.wrong:
            out.print(f"{aspect_}: {worth.verdict} ({worth.reason})", style="dim")
    late = row.overdue(now)
    for each in row.lessons:
        when = f"{duration(now - each.due)} overdue" if each in late else f"due {day(each.due)}"
        line = f"{name}, finding {each.number}: {each.text} ({each.owner}, {when})"
        out.print(line, style="bold red" if each in late else "")


def code(found: Ladder) -> int:
    """1 where something is known to be wrong, 3 where something is not known."""
    verdicts = {each.verdict for each in found.rows}
    late = any(each.overdue(found.now) for each in found.rows)
    if late or verdicts & {Verdict.FAILED, Verdict.STALE}:
        return screen.NOT_READY
    return screen.READY if verdicts == {Verdict.PROVEN} else screen.UNDETERMINED


def ended(kept: Iterable[Evidence]) -> int:
    """As `prove`: 0 all proven, 1 something failed, 3 something is unknown."""
    verdicts = {judged(each)[0] for each in kept}
    if Verdict.FAILED in verdicts:
        return screen.NOT_READY
    return screen.READY if verdicts == {Verdict.PROVEN} else screen.UNDETERMINED


def document(found: Ladder) -> dict[str, Any]:
    """The ladder for programs: instants in seconds since the epoch."""
    return {
        "system": found.system,
        "environment": found.environment,
        "now": found.now,
        "exercises": [
            {
                "name": each.exercise.name,
                "kind": each.exercise.rung.value,
                "every": each.exercise.every,
                "takes_part": each.exercise.takes_part,
                "informs": each.exercise.informs,
                "last": each.last.ended if each.last is not None else None,
                "due": each.due if each.due is not None else found.now,
                "verdict": each.verdict.value,
                "aspects": [
                    {"name": name, "verdict": worth.verdict.value, "reason": worth.reason}
                    for name, worth in each.aspects
                ],
                "open": each.held is not None,
                "left": each.held.left if each.held is not None else (),
                "findings": [
                    {
                        "number": one.number,
                        "finding": one.text,
                        "owner": one.owner,
                        "due": one.due,
                        "overdue": one.due <= found.now,
                    }
                    for one in each.lessons
                ],
            }
            for each in found.rows
        ],
    }


def evidence(kept: Evidence) -> dict[str, Any]:
    """One verdict for programs."""
    verdict, reason = judged(kept)
    control = kept.control
    return {
        "expectation": kept.expectation,
        "requirements": list(kept.requirements),
        "verdict": verdict.value,
        "reason": reason,
        "expires": kept.expires,
        "figures": [
            {"name": f.name, "value": f.value, "unit": f.unit, "target": f.target, "bound": f.bound}
            for f in kept.figures
        ],
        "control": None
        if control is None
        else {"defect": control.defect, "red": control.red, "reason": control.reason},
    }
