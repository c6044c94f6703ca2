"""Recovery: whether the day after is prepared."""

from collections.abc import Iterator

from seatrial.review.lines import seatrial, service
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule, Seen
from seatrial.review.subject import Source, Subject


def _one_region(subject: Subject) -> Iterator[Seen]:
    system = subject.system
    # one region is a valid choice where R21 is not promised
    if system is not None and len(system.regions) == 1 and system.promised("R21"):
        yield Seen(
            subject=system.name,
            place=system.place("regions"),
            summary="there is one region: whatever takes it takes everything",
        )


def _no_invariant(subject: Subject) -> Iterator[Seen]:
    if subject.system is None:
        return
    for name, store in subject.system.stores.items():
        if store.durable and not store.invariants:
            yield Seen(
                subject=name,
                place=subject.system.place("stores", name),
                summary=f"nothing says when the data of {name} is sound",
                container=next((c for c in subject.containers if c.name == name), None),
            )


def _no_production(subject: Subject) -> Iterator[Seen]:
    if subject.system is not None and set(subject.system.environments) == {"rehearsal"}:
        yield Seen(
            subject=subject.system.name,
            place=subject.system.place("environments"),
            summary="only a rehearsal is described: nothing is ever proven of production",
        )


RULES = (
    Rule(
        id="A1401",
        title="a single region",
        requirements=("R21.1",),
        risk=Risk.LOW,
        because="A lost data centre is a lost system, for as long as a restore takes.",
        text="One region is described and R21 is promised. To leave it out of `promises` is a "
        "valid choice, and then nothing is told.",
        looks=_one_region,
        cures={
            Source.SEATRIAL: seatrial(
                {"regions": {"eu": {"home": True}, "us": {}}},
                note="or leave R21 out of `promises`",
            )
        },
    ),
    Rule(
        id="A1402",
        title="data without an invariant",
        requirements=("R20.4", "R22.4"),
        risk=Risk.LOW,
        because="A restore that brings half of the data back looks like one that worked.",
        text="A durable store has no query that is true while its data is sound, so a restore "
        "can be checked for its form only.",
        looks=_no_invariant,
        cures={
            Source.SEATRIAL: service(
                {"invariants": {"what must hold": "SELECT count(*) = 0 FROM t WHERE ..."}}
            )
        },
    ),
    Rule(
        id="A1403",
        title="no production",
        requirements=("R22.1",),
        risk=Risk.LOW,
        because="Evidence of a rehearsal says nothing of what users use.",
        text="`environments` describes nothing but the rehearsal.",
        looks=_no_production,
        cures={
            Source.SEATRIAL: seatrial(
                {"environments": {"production": {"runtime": "kubernetes", "context": "CONTEXT"}}}
            )
        },
    ),
)
