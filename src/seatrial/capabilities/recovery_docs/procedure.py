"""The page of one procedure: all of it, so that nobody has to turn a page at night. Pure."""

import shlex
from collections.abc import Mapping

from seatrial.contract.document import (
    Block,
    Command,
    Document,
    Heading,
    Rows,
    Text,
    Tone,
)
from seatrial.contract.evidence import Verdict
from seatrial.contract.page import filled, written
from seatrial.contract.procedure import Execution, Objective, Procedure
from seatrial.contract.words import duration, instant
from seatrial.review.impact import Known

NEVER = "Never executed"
_TONES = {Verdict.PROVEN: Tone.GOOD, Verdict.STALE: Tone.WARN}


def page(
    procedure: Procedure,
    execution: Execution | None,
    measured: Mapping[str, Known],
    people: str,
    values: Mapping[str, str],
) -> Document:
    """Its purpose, its last execution, and its steps; `people` are those who answer for it.

    `measured` says of each objective, by its name, what a proof that holds today has measured.
    `values` replaces marks such as `${file}` in commands, also in those of the facts.
    """
    quoted = {mark: shlex.quote(value) for mark, value in values.items()}
    facts = ((name, filled(fact, quoted)) for name, fact in procedure.facts)
    blocks: list[Block] = [
        Text(text=f"{procedure.purpose}."),
        standing(execution),
        Rows(header=("", ""), rows=(*facts, ("Owner", procedure.owner), ("Ask", people))),
    ]
    blocks += [kept(each, measured.get(each.name)) for each in procedure.objectives]
    if procedure.blanks:
        blocks += [
            Heading(text="Write instead of"),
            Rows(
                header=("what stands here", "what is meant", "for example"),
                rows=tuple(
                    (f"`{each.mark}`", each.meaning, each.example) for each in procedure.blanks
                ),
            ),
        ]
    for number, step in enumerate(procedure.steps, start=1):
        blocks += [
            Heading(text=f"{number}. {step.does}"),
            Command(line=written(step.argv, values)),
            Text(text=f"It ends with 0 and says `{step.shows}`. {step.expects}."),
        ]
    if procedure.lacks:
        blocks += [Heading(text="What it does not reach"), Text(text=procedure.lacks)]
    return Document(name=procedure.name, title=procedure.name, blocks=tuple(blocks))


def kept(objective: Objective, known: Known | None) -> Text:
    """How well an objective is kept; red where no proof that holds today measures it."""
    most = f"{objective.name} {duration(objective.target)}"
    if known is None or not known.evidence:
        reason = f" ({known.reason})" if known is not None else ""
        return Text(text=f"{most}: not known to be kept{reason}.", tone=Tone.BAD)
    found = f"{most}: {duration(known.least)}, {known.reason}, evidence {known.evidence}."
    return Text(text=found, tone=Tone.PLAIN if known.least <= objective.target else Tone.BAD)


def standing(execution: Execution | None) -> Text:
    """When it was executed last and what that is worth; red where nothing shows that it works."""
    if execution is None:
        return Text(text=f"{NEVER}: nothing shows that this works.", tone=Tone.BAD)
    took = f", took {duration(execution.seconds)}" if execution.seconds is not None else ""
    said = f"executed {instant(execution.at)}{took}, evidence {execution.evidence}"
    doubt = "" if execution.control else "; it was not shown that this proof can fail"
    if execution.verdict is Verdict.PROVEN:
        return Text(text=f"Proven: {said}{doubt}.", tone=Tone.GOOD)
    return Text(
        text=f"{execution.verdict.value.capitalize()} ({execution.reason}): {said}.",
        tone=_TONES.get(execution.verdict, Tone.BAD),
    )
