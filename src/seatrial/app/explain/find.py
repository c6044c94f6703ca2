"""From a word to its answers."""

import re
from collections.abc import Mapping
from itertools import chain

from seatrial.app.explain import catalogue, planned
from seatrial.app.explain.answer import Answer, Maker
from seatrial.app.explain.proofs import Proofs
from seatrial.app.plan import Plan
from seatrial.system.suggest import Suggester


def explain(word: str, plan: Plan | None) -> tuple[Answer, ...]:
    """Everything that goes by that name, whatever its letters' case; () when nothing does.

    With a plan its own names are known, too, and it is said how things are proven in it.
    """
    proofs = None if plan is None else Proofs.of(plan)
    folded = _padded(word).casefold()
    found = [
        make()
        for each in _tables(proofs)
        for name, make in each.items()
        if name.casefold() == folded
    ]
    key = catalogue.key(word, proofs)
    return tuple(found if key is None else (*found, key))


def words(plan: Plan | None) -> tuple[str, ...]:
    """Every word that can be explained, each once."""
    tables = _tables(None if plan is None else Proofs.of(plan))
    return tuple(dict.fromkeys((*chain.from_iterable(tables), *catalogue.every_key())))


def nearest(word: str, plan: Plan | None) -> str | None:
    """The key that ends so; else the most similar word, with its own names where a key has `*`."""
    ends = [each for each in catalogue.every_key() if each.split(".")[-1] == word]
    if ends:
        return min(ends, key=lambda each: (each.count("."), each))
    parts = word.split(".")
    known = set(words(plan))
    for each in catalogue.every_key():
        steps = each.split(".")
        if "*" in steps and len(steps) == len(parts):
            filled = (
                have if want == "*" else want for want, have in zip(steps, parts, strict=True)
            )
            known.add(".".join(filled))
    return Suggester().nearest(word, known)


def _padded(word: str) -> str:
    """`R3.2` is written `R03.2`; every other word stays."""
    return re.sub(r"^[rR](\d)(?=\.|$)", r"R0\1", word)


def _tables(proofs: Proofs | None) -> tuple[Mapping[str, Maker], ...]:
    found: list[Mapping[str, Maker]] = [
        catalogue.requirements(proofs),
        catalogue.criteria(proofs),
        catalogue.problems(),
        catalogue.rules(),
    ]
    if proofs is not None:
        found += [planned.alerts(proofs), planned.expectations(proofs), planned.scenarios(proofs)]
        found.append(planned.records(proofs))
    return (*found, catalogue.capabilities(proofs), catalogue.engines(proofs))
