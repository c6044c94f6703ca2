"""The loss report of what is derived: the sketch's lines, and what changed on the way."""

from collections.abc import Iterable
from dataclasses import replace

from seatrial.system.importers.sketch import Container, Entry, Fidelity
from seatrial.system.problem import Place


class Notes:
    """The sketch's lines by place and subject; a later word on the same fact replaces the first."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = list(entries)
        self._at: dict[Place, list[int]] = {}
        self._of: dict[str, list[int]] = {}
        for index, each in enumerate(self._entries):
            self._at.setdefault(each.place, []).append(index)
            steps = each.subject.split(".")
            if len(steps) > 2:  # noqa: PLR2004 - below a container, as `services.web.image`
                self._of.setdefault(steps[1], []).append(index)

    def note(
        self,
        container: Container,
        fact: str,
        summary: str,
        cure: str = "",
        *,
        fidelity: Fidelity = Fidelity.APPROXIMATED,
    ) -> None:
        """What became of a container's fact after all."""
        place = container.where(fact) if fact else container.place
        subject = f"services.{container.name}" + (f".{fact}" if fact else "")
        # the same place is the same fact, though its number in a list may be another here
        kind = subject if fact.startswith("environment.") else ".".join(subject.split(".")[:3])
        entry = Entry(fidelity=fidelity, subject=subject, place=place, summary=summary, cure=cure)
        there = self._at.get(place, ())
        for index in there:
            # alone at its place it is the one, however its source names its subjects
            if self._entries[index].subject.startswith(kind) or not fact or len(there) == 1:
                self._entries[index] = replace(entry, subject=self._entries[index].subject)
                return
        self._entries.append(entry)

    def add(self, entry: Entry) -> None:
        """A line of what no container says."""
        self._entries.append(entry)

    def demote(self, container: Container, kept: Iterable[str], summary: str, cure: str) -> None:
        """Everything that was imported of a container is dropped, but for the facts in `kept`."""
        facts = tuple(kept)
        for index in self._of.get(container.name, ()):
            entry = self._entries[index]
            fact = entry.subject.split(".", 2)[2]
            if entry.fidelity is not Fidelity.DROPPED and not fact.startswith(facts):
                self._entries[index] = replace(
                    entry, fidelity=Fidelity.DROPPED, summary=summary, cure=cure
                )

    def entries(self) -> tuple[Entry, ...]:
        """Every line, by place."""
        found = dict.fromkeys(self._entries)
        return tuple(sorted(found, key=lambda each: (each.place, each.subject)))
