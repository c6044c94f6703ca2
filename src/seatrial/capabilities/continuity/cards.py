"""What is asked in a checklist and at a table-top, from the system's own parts. Pure.

A card's name is what an answer names it by; its words are made when it is printed, with what
proofs have measured by then.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from seatrial.capabilities.continuity import people
from seatrial.capabilities.continuity.settings import Exercise, Settings
from seatrial.contract.capability import Context
from seatrial.contract.exercise import Rung
from seatrial.contract.words import duration
from seatrial.review.impact import Impact, Loss
from seatrial.review.impact import Kind as Part
from seatrial.review.impact import impact as impact_of
from seatrial.system.model import System

MOST = 5  # losses that a table-top talks through where the file names none
LOST, CONTACT, CHANNEL, PAGE = "lost", "contact", "channel", "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One question to those who take part: what is known, and what they are to answer."""

    name: str
    title: str
    told: tuple[str, ...]
    asked: tuple[str, ...]


def names(context: Context, rung: Rung, exercise: Exercise) -> tuple[str, ...]:
    """The cards of an exercise; a drill and a full exercise have none."""
    match rung:
        case Rung.TABLE_TOP:
            return tuple(f"{LOST}-{each}" for each in _parts(context.system, exercise))
        case Rung.CHECKLIST:
            settings: Settings = context.settings
            return (
                *(f"{CONTACT}-{each}" for each in people.takes_part(context.system, exercise)),
                *(f"{CHANNEL}-{each}" for each in settings.audiences),
                *(f"{PAGE}-{each.name}" for each in context.declarations.procedures),
                "order",
            )
        case _:
            return ()


def _parts(system: System, exercise: Exercise) -> tuple[str, ...]:
    """Those that are named; else what stops the most journeys, in the file's order of equals."""
    if exercise.parts:
        return exercise.parts
    losses = impact_of(system, {}).losses
    worst = sorted(losses, key=_least)
    return tuple(each.name for each in worst[:MOST])


def _least(loss: Loss) -> tuple[int, bool, int]:
    """What sorts the worst first: journeys, then data, then services that stop."""
    return -len(loss.journeys), loss.kind is not Part.STORE, -len(loss.services)


def cards(context: Context, wanted: tuple[str, ...], impact: Impact) -> tuple[Card, ...]:
    """The cards of these names, with what is known today."""
    losses = {each.name: each for each in impact.losses}
    return tuple(_card(context, each, losses, impact) for each in wanted)


def _card(context: Context, name: str, losses: dict[str, Loss], impact: Impact) -> Card:
    kind, _, subject = name.partition("-")
    if kind == LOST and subject in losses:
        return _loss(context, name, losses[subject])
    title, told, asked = _item(context, kind, subject, impact)
    return Card(name=name, title=title, told=told, asked=asked)


def _loss(context: Context, name: str, loss: Loss) -> Card:
    system = context.system
    others = tuple(each for each in loss.services if each != loss.name)
    journeys, costs = ", ".join(loss.journeys), " and ".join(map(str, loss.costs))
    known = loss.known
    back = f"{'' if known.whole else 'more than '}{duration(known.least)}"
    pages = [each.name for each in context.declarations.procedures if each.subject == loss.name]
    return Card(
        name=name,
        title=f"The {loss.kind} {loss.name} is gone",
        told=(
            f"With it stop: {', '.join(others) or 'no other service'}.",
            f"Journeys that stop: {journeys or 'none'}.",
            f"That costs {costs or 'an amount that is not declared'} an hour."
            if loss.journeys
            else "Users lose no journey.",
            f"It comes back in {back}: {known.reason}."
            if known.evidence
            else f"How long it takes to come back is unknown: {known.reason}.",
            f"The RTO is {system.targets.rto}, the RPO {system.targets.rpo}.",
            f"Pages of the procedures: {', '.join(pages) or 'none is declared'}.",
        ),
        asked=(
            "By what do we notice, and who is told first?",
            "Who decides what is done, and who does it if that person cannot be reached?",
            "By which page is it brought back, and what is missing on it?",
            "Whom do we tell, in which words, and until when?",
            "How do we see that all is back, and that no data is lost or wrong?",
        ),
    )


def _item(
    context: Context, kind: str, subject: str, impact: Impact
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Title, what is known, and what is asked, of a line of a checklist."""
    settings: Settings = context.settings
    if kind == CONTACT:
        reached = ", ".join(_reached(context.system, subject)) or "no channel is declared"
        return f"Reach {subject}", (f"{reached}.",), ("Did they answer, and is it still right?",)
    if kind == CHANNEL and subject in settings.audiences:
        one = settings.audiences[subject]
        channels = ", ".join(each for each in (one.chat, one.email) if each)
        at = (f"{channels}, within {one.within}.",)
        return f"Tell {subject}", at, ("Is it still how they are told, and by whom?",)
    if kind == PAGE:
        where = ("Printed, or where it can be read when the system is gone.",)
        return f"Find the page {subject}", where, ("Who found it, and how old was the print?",)
    waves = tuple(", ".join(each) for each in impact.recovered.waves)
    told = tuple(f"{number}. {each}" for number, each in enumerate(waves, start=1))
    return "Know the order in which all comes back", told, ("Who knew it without looking?",)


def _reached(system: System, name: str) -> Iterator[str]:
    team, person = system.teams.get(name), system.people.get(name)
    found = (team.chat, team.email) if team else (person.email if person else None,)
    yield from (each for each in found if each)
