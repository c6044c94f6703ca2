"""The loss report while it is being written: one line a subject, and nothing without a line."""

from collections.abc import Iterable

from seatrial.system.importers.sketch import Entry, Fidelity
from seatrial.system.problem import Place
from seatrial.system.suggest import Suggester
from seatrial.system.tree import Node


class Ledger:
    """Lines by subject; what is told of a subject stands, a default fills what nobody told."""

    def __init__(self) -> None:
        self._told: dict[str, Entry] = {}
        self._more: list[Entry] = []
        self.suggester = Suggester()

    def tell(
        self, fidelity: Fidelity, subject: str, place: Place, summary: str, cure: str = ""
    ) -> None:
        """Say what became of a subject, in place of what was said before."""
        self._told[subject] = Entry(
            fidelity=fidelity, subject=subject, place=place, summary=summary, cure=cure
        )

    def default(
        self, fidelity: Fidelity, subject: str, place: Place, summary: str, cure: str = ""
    ) -> None:
        """Say what became of a subject, unless something was said already."""
        if subject not in self._told:
            self.tell(fidelity, subject, place, summary, cure)

    def add(self, entry: Entry) -> None:
        """A further line of a subject that may have several places."""
        self._more.append(entry)

    def entries(self) -> tuple[Entry, ...]:
        """Every line, by place."""
        found = dict.fromkeys((*self._told.values(), *self._more))
        return tuple(sorted(found, key=lambda each: (each.place, each.subject)))


def unused(roots: Iterable[Node], entries: Iterable[Entry], places: Iterable[Place]) -> list[Entry]:
    """A line for each written part that neither a line nor a fact speaks of, the largest parts."""
    spoken = {each.place for each in entries} | set(places)
    found: dict[Place, Entry] = {}
    for root in roots:
        silent, parts = _silent(root, "", root.place, spoken)
        for subject, place in [("the file", root.place)] if silent else parts:
            found[place] = Entry(
                fidelity=Fidelity.DROPPED,
                subject=subject,
                place=place,
                summary="nothing here uses it",
                cure="delete it, or name it where it is meant",
            )
    return list(found.values())


def _silent(
    node: Node, path: str, key: Place, spoken: set[Place]
) -> tuple[bool, list[tuple[str, Place]]]:
    """Whether nothing was said of it and what is below it; else the parts of it that are silent."""
    if node.place in spoken or key in spoken:
        return False, []
    below: list[tuple[str, Node, Place]] = [
        (f"{path}.{name}" if path else name, each, node.key_place(name))
        for name, each in (node.entries or {}).items()
    ]
    below += [(f"{path}.{at}", each, each.place) for at, each in enumerate(node.items or ())]
    if not below:
        return True, []
    parts: list[tuple[str, Place]] = []
    every = True
    for name, each, place in below:
        silent, more = _silent(each, name, place, spoken)
        every = every and silent
        parts += [(name, place)] if silent else more
    return every, parts
