"""A rule: what it looks for, how risky that is, which requirements it is about, how it is cured."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from seatrial.review.cure import Cure
from seatrial.review.risk import Risk
from seatrial.review.subject import Source, Subject
from seatrial.system.importers.sketch import Container
from seatrial.system.problem import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a rule saw: about whom, where, in a sentence without its full stop.

    `container` is the one that it is about, None for the whole; `facts` are what the cure needs.
    """

    subject: str
    place: Place
    summary: str
    container: Container | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


Looks = Callable[[Subject], Iterator[Seen]]
Cures = Callable[[Subject, Seen], Cure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, under an id that is never given a new meaning.

    `because` says why the risk is what it is; `text` is the documentation: what the rule means and
    where it keeps silent. It applies to the sources that it has a cure for.
    """

    id: str
    title: str
    requirements: tuple[str, ...]
    risk: Risk
    because: str
    text: str
    looks: Looks
    cures: Mapping[Source, Cures]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule says of one thing, with the lines that cure it."""

    rule: Rule
    subject: str
    place: Place
    summary: str
    cure: Cure


def seen(container: Container, fact: str, summary: str, **facts: str) -> Seen:
    """What was seen of a container, where that fact is written."""
    return Seen(
        subject=container.name,
        place=container.where(fact),
        summary=summary,
        container=container,
        facts=facts,
    )


def missing(subject: Subject, summary: str, **facts: str) -> Seen:
    """What is missing in the whole."""
    return Seen(subject=subject.name, place=subject.place, summary=summary, facts=facts)
