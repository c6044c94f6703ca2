"""What a source says anew, put into a file that the user has edited: pure, and the same twice.

Three documents are compared: what the file says, what the source said at the last import, and what
it says now. What is new is added; what the user changed or deleted since stays so; what only the
source changed is taken over; what disappeared from the source is told, never deleted.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.system.importers.derive import Draft
from seatrial.system.importers.sketch import Entry, Fidelity
from seatrial.system.importers.splice import Change, Path, spliced, values
from seatrial.system.load import loads
from seatrial.system.parse import parse
from seatrial.system.plain import TEXTS, plain
from seatrial.system.problem import Place, Severity
from seatrial.system.tree import Node

_SECTIONS = ("services", "stores", "externals", "journeys")
# Keys whose parts are merged one by one; all others are one value.
_OPEN = frozenset({"environment", "limits", "ports"})
_WHAT_RUNS = frozenset({"image", "build"})
_INDEPENDENT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The file's new text (the old one where nothing is new), and lines for what stayed."""

    text: str
    ledger: tuple[Entry, ...]


def merge(
    text: str,
    file: str,
    draft: Draft,
    base: Mapping[str, Any] | None,
    *,
    elsewhere: Collection[str] = (),
) -> Merged:
    """Merge a draft into the text of a file that loads.

    `base` is the document of the last import from the same source, if there was one. `elsewhere`
    are names of services, stores and externals, wherever they are declared.
    """
    root, _ = parse(text, file)
    if root is None:
        return Merged(text=text, ledger=())
    current = plain(root, TEXTS)
    merger = _Merger(root, current, base or {}, frozenset(elsewhere))
    changes = [*merger.changes(draft.document)]
    changes = [*_teams(draft, current, changes), *changes]
    merged, left = _applied(text, changes)
    for change in left:
        merger.tell(change.path, "could not be added where it belongs", "add it by hand")
    if base is not None:
        merger.gone(draft.document)
    return Merged(text=merged, ledger=tuple(merger.ledger))


def _teams(draft: Draft, current: Mapping[str, Any], changes: list[Change]) -> Iterator[Change]:
    """The team of what is added, where the file does not know it yet."""
    owners = {
        change.value["owner"]
        for change in changes
        if isinstance(change.value, Mapping) and "owner" in change.value
    }
    known = {*(current.get("teams") or ()), *(current.get("people") or ())}
    for name, team in draft.document.get("teams", {}).items():
        if name in owners - known:
            yield Change(path=("teams", name), value=team)


def _applied(text: str, changes: list[Change]) -> tuple[str, tuple[Change, ...]]:
    """All changes that leave the file valid; where all together do not, each by itself."""
    if not changes:
        return text, ()
    before = _errors(text)
    merged, left = spliced(text, changes)
    if _errors(merged) <= before:
        return merged, left
    refused: list[Change] = []
    # names first: what refers to them comes later
    changes = sorted(changes, key=lambda each: len(each.path))
    for change in changes[:_INDEPENDENT]:
        merged, missed = spliced(text, [change])
        if missed or not _errors(merged) <= before:
            refused.append(change)
        else:
            text = merged
    return text, (*refused, *changes[_INDEPENDENT:])


def _errors(text: str) -> frozenset[str]:
    sections = ("alerting", "monitoring", "backup", "oncall")
    return frozenset(
        f"{each.code} {each.summary}"
        for each in loads(text, sections=sections).problems
        if each.severity is Severity.ERROR and each.code != "ST1301"
    )


class _Merger:
    def __init__(
        self,
        root: Node,
        current: Mapping[str, Any],
        base: Mapping[str, Any],
        elsewhere: frozenset[str],
    ) -> None:
        self._root = root
        self._current = current
        self._base = base
        self._elsewhere = elsewhere
        self.ledger: list[Entry] = []

    def tell(self, path: Path, summary: str, cure: str) -> None:
        """A line about the file itself."""
        self.ledger.append(
            Entry(
                fidelity=Fidelity.DROPPED,
                subject=".".join(path),
                place=self._place(path),
                summary=summary,
                cure=cure,
            )
        )

    def _place(self, path: Path) -> Place:
        node, place = self._root, self._root.place
        for step in path:
            below = node.child(step)
            if below is None:
                break
            node, place = below, node.key_place(step)
        return place

    def changes(self, document: Mapping[str, Any]) -> Iterator[Change]:
        """Every change that brings the source's news into the file."""
        for section in _SECTIONS:
            for name, value in document.get(section, {}).items():
                path = (section, name)
                there = values(self._current, path)
                if isinstance(there, Mapping):
                    if section in {"services", "stores"}:
                        yield from self._keys(path, value, there)
                elif name in self._elsewhere or there is not None:
                    continue  # the user has moved it: to another file, or from services to stores
                elif values(self._base, path) is not None:
                    self.tell(path, "was deleted here, and stays so", "")
                else:
                    yield Change(path=path, value=value)

    def _keys(
        self, path: Path, value: Mapping[str, Any], there: Mapping[str, Any]
    ) -> Iterator[Change]:
        for key, new in value.items():
            below = (*path, key)
            old = values(self._base, below)
            if key == "owner" or (
                key in _WHAT_RUNS and key not in there and _WHAT_RUNS & set(there)
            ):
                continue
            if key not in there:
                if old is None:
                    yield Change(path=below, value=new)
            elif key == "needs":
                yield from self._items(below, new, there[key] or [], old or [])
            elif key in _OPEN and isinstance(there[key], Mapping | None):
                yield from self._open(below, new, there[key] or {}, old or {})
            else:
                yield from self._differs(below, new, there[key], old)

    def _open(
        self, path: Path, new: Mapping[str, Any], there: Mapping[str, Any], old: Mapping[str, Any]
    ) -> Iterator[Change]:
        taken = set(there.values()) if path[-1] == "ports" else set()
        for key, value in new.items():
            if key in there:
                yield from self._differs((*path, key), value, there[key], old.get(key))
            elif key not in old and (path[-1] != "ports" or value not in taken):
                yield Change(path=(*path, key), value=value)

    def _items(
        self, path: Path, new: Collection[str], there: Collection[str], old: Collection[str]
    ) -> Iterator[Change]:
        for each in new:
            if each not in there and each not in old:
                yield Change(path=path, value=each, kind="item")

    def _differs(self, path: Path, new: Any, there: Any, old: Any) -> Iterator[Change]:
        if _same(new, there):
            return
        if old is not None and _same(old, there) and not isinstance(new, Mapping | list):
            yield Change(path=path, value=new, kind="value")
        elif old is None or not _same(old, new):
            self.tell(path, "differs from the source; yours is kept", "")

    def gone(self, document: Mapping[str, Any]) -> None:
        """Tell what the source said at the last import and says no more."""
        for section in _SECTIONS:
            for name, value in (self._base.get(section) or {}).items():
                path = (section, name)
                if values(self._current, path) is None:
                    continue
                now = values(document, path)
                if now is None:
                    self.tell(path, "is no longer in the source", "delete it if it is gone")
                    continue
                for key in (value.get("environment") or {}) if isinstance(value, Mapping) else ():
                    below = (*path, "environment", key)
                    if values(document, below) is None and values(self._current, below) is not None:
                        self.tell(below, "is no longer in the source", "delete it if it is gone")


def _same(one: Any, other: Any) -> bool:
    return one == other or (
        not isinstance(one, Mapping | list)
        and not isinstance(other, Mapping | list)
        and str(one) == str(other)
    )
