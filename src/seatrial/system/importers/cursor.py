"""Walking through what others wrote without losing any of it.

An `Account` hears what became of each written value; at the end it adds a line for every value
that nobody spoke of. So nothing can be lost silently: a reader that forgets a key is told on.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from seatrial.system.importers.sketch import Entry, Fidelity
from seatrial.system.problem import Place
from seatrial.system.tree import Node

Path = tuple[str | int, ...]
Verdict = tuple[Fidelity, str, str]
Judge = Callable[["Cursor"], Verdict | None]
"""What is known of a value that nobody read; None to look at what lies below it."""

_YES = frozenset({"true", "yes", "on", "y"})
_NO = frozenset({"false", "no", "off", "n"})
_LARGEST = 10**15
UNREAD: Verdict = (
    Fidelity.DROPPED,
    "seatrial has no place for it",
    "keep it where it is written",
)
_EMPTY: Verdict = (Fidelity.DROPPED, "it is empty", "nothing: this is no loss")


def dotted(path: Path) -> str:
    """`spec.ports.0`; a key that itself has a dot or a blank stands in brackets."""
    shown = ""
    for step in path:
        word = str(step)
        if re.fullmatch(r"[^\s.\[\]]+", word) is None:
            shown += f'["{word}"]'
        else:
            shown += f".{word}" if shown else word
    return shown


@dataclass(slots=True)
class Account:
    """The loss report while it grows; documents are told apart by the number `open` gives."""

    entries: list[Entry] = field(default_factory=list)
    _spoken: dict[int, set[Path]] = field(default_factory=dict)
    _labels: dict[tuple[int, Path], str] = field(default_factory=dict)
    _opened: int = 0

    def open(self, node: Node, label: str = "") -> "Cursor":
        """A cursor on the top of a document."""
        self._opened += 1
        return Cursor(self, self._opened, node, label=label)

    def speak(self, at: "Cursor", verdict: Verdict) -> None:
        """One line on a value; what lies below it is then spoken of too. The first line counts."""
        spoken = self._spoken.setdefault(at.document, set())
        if at.path in spoken:
            return
        spoken.add(at.path)
        fidelity, summary, cure = verdict
        self.entries.append(
            Entry(fidelity=fidelity, subject=at.subject, place=at.place, summary=summary, cure=cure)
        )

    def has_spoken(self, at: "Cursor") -> bool:
        """Whether there is a line on just this value."""
        return at.path in self._spoken.get(at.document, set())

    def label(self, at: "Cursor", label: str) -> None:
        """From here on, down, it is an object of that label."""
        self._labels[(at.document, at.path)] = label

    def close(self, root: "Cursor", judge: Judge | None = None) -> None:
        """A line for every value of the document that nobody has spoken of."""
        talked = self._spoken.get(root.document, set())
        above = {path[:length] for path in talked for length in range(len(path))}
        waiting = [root]
        while waiting:
            at = waiting.pop()
            if at.path in talked:
                continue
            label = self._labels.get((at.document, at.path))
            if label is not None:
                at = at.named(label)
            below = list(at.below())
            if below and (at.path in above or not at.inner):
                # An object is told of value by value, what was partly read too.
                waiting += reversed(below)
                continue
            known = UNREAD if judge is None else judge(at)
            if not below and at.raw is None:
                self.speak(at, _EMPTY)
            elif known is None and below:
                waiting += reversed(below)
            else:
                self.speak(at, known or UNREAD)


class Cursor:
    """A written value with its path, or the absence of one: asking below it gives absence again.

    `label` names the object that the value belongs to (`Deployment/web`), whose path begins at
    `start` in the path of the document. Not a dataclass but slots by hand, because every question
    makes one: that halves the time for a large file.
    """

    __slots__ = ("_above", "account", "document", "label", "node", "path", "start")

    def __init__(
        self,
        account: Account,
        document: int,
        node: Node | None,
        *,
        label: str = "",
        path: Path = (),
        start: int = 0,
        above: Node | None = None,
    ) -> None:
        self.account = account
        self.document = document
        self.node = node
        self.label = label
        self.path = path
        self.start = start
        self._above = above

    @property
    def place(self) -> Place:
        """Where its key stands, or it itself in a list; of an absent one, what should hold it."""
        if self._above is None:
            return Place("", 1, 1) if self.node is None else self.node.place
        if self.node is None:
            return self._above.place
        step = self.path[-1]
        return self._above.key_place(step) if isinstance(step, str) else self.node.place

    @property
    def inner(self) -> Path:
        """The path inside of the object."""
        return self.path[self.start :]

    @property
    def subject(self) -> str:
        """`Deployment/web.spec.replicas`."""
        inside = dotted(self.inner)
        if not self.label or not inside:
            return self.label or inside or "the file"
        return f"{self.label}{'' if inside.startswith('[') else '.'}{inside}"

    def __bool__(self) -> bool:
        """Whether anything but null is written."""
        node = self.node
        return node is not None and (
            node.value is not None or node.entries is not None or node.items is not None
        )

    def named(self, label: str) -> "Cursor":
        """The same value as an object of its own."""
        self.account.label(self, label)
        return Cursor(
            self.account,
            self.document,
            self.node,
            label=label,
            path=self.path,
            start=len(self.path),
            above=self._above,
        )

    def at(self, *steps: str | int) -> "Cursor":
        """The value below at those keys and indices."""
        node, above = self.node, self._above
        for step in steps:
            above, node = node or above, None if node is None else node.child(step)
        return Cursor(
            self.account,
            self.document,
            node,
            label=self.label,
            path=(*self.path, *steps),
            start=self.start,
            above=above,
        )

    @property
    def items(self) -> "tuple[Cursor, ...]":
        """The items of a list; none of anything else."""
        count = 0 if self.node is None or self.node.items is None else len(self.node.items)
        return tuple(self.at(index) for index in range(count))

    @property
    def entries(self) -> "Mapping[str, Cursor]":
        """The values of a mapping by their keys; none of anything else."""
        keys = () if self.node is None or self.node.entries is None else tuple(self.node.entries)
        return {key: self.at(key) for key in keys}

    def below(self) -> "Iterator[Cursor]":
        """Whatever lies directly below."""
        yield from self.entries.values()
        yield from self.items

    @property
    def is_text(self) -> bool:
        """Whether it is a text, not a number or a truth value of YAML 1.1 or 1.2."""
        node = self.node
        if node is None or not isinstance(node.value, str):
            return False
        return node.text is None or node.text.lower() not in _YES | _NO

    @property
    def text(self) -> str:
        """A scalar as it is written, without the blanks around it; "" for anything else."""
        node = self.node
        if node is None or node.value is None:
            return ""
        return (node.text if node.text is not None else str(node.value)).strip()

    @property
    def raw(self) -> str | None:
        """A scalar as it is written, blanks and all; None for anything else."""
        node = self.node
        if node is None or node.value is None:
            return None
        return node.text if node.text is not None else str(node.value)

    @property
    def whole(self) -> int | None:
        """A whole number, also one in quotes; None for anything else."""
        node = self.node
        value = None if node is None else node.value
        if isinstance(value, bool):
            return None
        if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST:
            return int(value)
        if isinstance(value, str) and re.fullmatch(r"\s*[-+]?[0-9]{1,15}\s*", value):
            return int(value)
        return value if isinstance(value, int) and abs(value) < _LARGEST else None

    @property
    def flag(self) -> bool | None:
        """A truth value, also one of YAML 1.1 or in quotes; None for anything else."""
        word = self.text.lower()
        return True if word in _YES else False if word in _NO else None

    def imported(self, summary: str) -> None:
        """It came in whole."""
        if self.node is not None:
            self.account.speak(self, (Fidelity.IMPORTED, summary, ""))

    def scalar(self, summary: str) -> None:
        """It came in whole if it is a text or a number; a list or a mapping there says nothing."""
        if self and self.raw is None:
            self.dropped("a list or a mapping stands where a text is read", "write a text")
        else:
            self.imported(summary)

    @property
    def words(self) -> tuple[str, ...]:
        """The texts of a list; a bare text is taken for a list of one."""
        return tuple(item.raw or "" for item in self.items) or ((self.raw,) if self.raw else ())

    def approximated(self, summary: str, cure: str) -> None:
        """It came in, but not as it was."""
        if self.node is not None:
            self.account.speak(self, (Fidelity.APPROXIMATED, summary, cure))

    def dropped(self, summary: str, cure: str) -> None:
        """It did not come in."""
        if self.node is not None:
            self.account.speak(self, (Fidelity.DROPPED, summary, cure))
