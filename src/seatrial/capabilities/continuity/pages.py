"""The pages of an exercise: what to see to, what the facilitator says, the cards. Pure."""

from dataclasses import dataclass

from seatrial.capabilities.continuity import wording
from seatrial.capabilities.continuity.cards import Card, cards
from seatrial.capabilities.continuity.following import tickable
from seatrial.capabilities.continuity.settings import Settings
from seatrial.contract.capability import Context
from seatrial.contract.document import (
    Block,
    Command,
    Document,
    Heading,
    Items,
    Rows,
    Text,
    Tone,
)
from seatrial.contract.exercise import BROKEN_RUNGS, Exercise, Planned
from seatrial.contract.page import written
from seatrial.contract.procedure import FILE
from seatrial.contract.words import duration, instant
from seatrial.review.impact import Impact

_PROGRAM = "seatrial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the pages are made of. `file` is the system's by its whole path, `now` in seconds."""

    exercise: Exercise
    planned: Planned
    impact: Impact
    file: str
    now: float

    def command(self, verb: str, *more: str) -> Command:
        """A line of the command line about this exercise."""
        argv = (_PROGRAM, "exercise", "-f", FILE, verb, self.exercise.name, *more)
        return Command(line=written(argv, {FILE: self.file}))


def pages(context: Context, sources: Sources) -> tuple[Document, ...]:
    """The checklist and the script; the cards where there are any."""
    deck = cards(context, sources.exercise.cards, sources.impact)
    found = (_checklist(sources), _script(context, sources))
    return (*found, _deck(sources, deck)) if deck else found


def _head(sources: Sources) -> Text:
    one = sources.exercise
    return Text(
        text=f"{one.summary} A {one.rung}, due every {duration(one.every)}. Of `{sources.file}`,"
        f" as of {instant(sources.now)}."
    )


def _checklist(sources: Sources) -> Document:
    one, planned = sources.exercise, sources.planned
    breaks = one.rung in BROKEN_RUNGS
    before = [
        "A day is agreed on, and everybody below has it in their calendar",
        *(f"{each} has said that they will be there" for each in one.takes_part),
        *(f"{each} knows that an exercise is to come" for each in one.informs),
        "Somebody writes down what is said, and is not the facilitator",
    ]
    during = [
        "Who is there is written down",
        *(f"The drill {each} has run" for each in planned.scenarios),
        *(f"The card {each} is answered" for each in one.cards),
        "Each decision is written down when it is taken",
    ]
    after = [
        *(("All runs as before: `seatrial status`",) if breaks else ()),
        *(f"{each} was told that it is over" for each in one.informs),
        "Each finding has an owner and a day",
        "The record is closed and signed",
    ]
    blocks: list[Block] = [_head(sources)]
    for title, items in (("Before", before), ("During", during), ("After", after)):
        blocks += [Heading(text=title), Items(items=tuple(items), boxes=True)]
    return Document(
        name=f"exercise-{one.name}", title=f"Checklist of {one.name}", blocks=tuple(blocks)
    )


def _script(context: Context, sources: Sources) -> Document:
    one, planned = sources.exercise, sources.planned
    breaks = one.rung in BROKEN_RUNGS
    blocks: list[Block] = [
        _head(sources),
        Heading(text="Begin"),
        Text(
            text=f"Say: this is an {wording.MARK.lower()}, nothing is wrong; whoever sees something"
            " real says so, and we stop."
        ),
        sources.command("begin"),
        Text(
            text="It calls and informs everybody, runs the drills one after the other, and tells"
            " everybody that it is over. Killed, it goes on with the same command."
            if breaks
            else "It begins the record. Nothing is touched."
        ),
        *_told(context, sources),
        Heading(text="While it is held"),
        Text(text="Who is there, what is decided, what a card is answered:"),
        *(sources.command("note", "--present", each) for each in one.takes_part),
        sources.command("note", "--decision", "<DECISION>"),
        *((sources.command("note", "--answer", one.cards[0], "<ANSWER>"),) if one.cards else ()),
    ]
    blocks += _hands(sources)
    if planned.scenarios:
        blocks += [
            Text(text="These drills are run; each undoes what it broke:"),
            Items(items=planned.scenarios),
        ]
    blocks += [
        Heading(text="Look back"),
        Text(text="Ask: what went otherwise than we thought, and who mends it until when?"),
        sources.command("note", "--finding", "<FINDING>", "<OWNER>", "<DAY>"),
        Heading(text="Close"),
        Text(text="The record is judged, signed and kept; nothing is added to it afterwards."),
        sources.command("close"),
        Text(text="Read it, as a page:"),
        sources.command("record"),
        Text(text="Must it be broken off, write down why:"),
        sources.command("break-off", "<WHY>"),
    ]
    return Document(
        name=f"exercise-{one.name}-script",
        title=f"Facilitator's script of {one.name}",
        blocks=tuple(blocks),
    )


def _hands(sources: Sources) -> tuple[Block, ...]:
    """The lines of the followed pages that nobody but people can tick, each with its command."""
    own = [each for each in sources.planned.lines if tickable(each)]
    if not own:
        return ()
    return (
        Heading(text="What only people can tell"),
        Text(
            text="The pages of `seatrial docs` are followed. A machine ticks what it has seen; who"
            " has done one of these says so, in their own name:"
        ),
        *(
            block
            for each in own
            for block in (
                Text(text=f"{each.text}."),
                sources.command("note", "--tick", each.name, "<WHAT YOU SAW>", "--by", "<WHO>"),
            )
        ),
    )


def _told(context: Context, sources: Sources) -> tuple[Block, ...]:
    """What each audience is told, as it will stand there."""
    settings: Settings = context.settings
    one = sources.exercise
    if one.rung not in BROKEN_RUNGS:
        return ()
    if not one.informs:
        return (Text(text="No audience is declared: nobody is informed.", tone=Tone.BAD),)
    rows = tuple(
        (
            each,
            ", ".join(where for where in (who.chat, who.email) if where),
            str(who.within),
            wording.subject(context.system, one.name, over=False),
        )
        for each in one.informs
        for who in (settings.audiences[each],)
    )
    header = ("who", "is told by", "within", "first line")
    return (Heading(text="Who is told"), Rows(header=header, rows=rows))


def _deck(sources: Sources, deck: tuple[Card, ...]) -> Document:
    blocks: list[Block] = [_head(sources)]
    for each in deck:
        blocks += [
            Heading(text=f"{each.name}: {each.title}"),
            *(Text(text=line) for line in each.told),
            Items(items=each.asked),
            sources.command("note", "--answer", each.name, "<ANSWER>"),
        ]
    return Document(
        name=f"exercise-{sources.exercise.name}-cards",
        title=f"Cards of {sources.exercise.name}",
        blocks=tuple(blocks),
    )
