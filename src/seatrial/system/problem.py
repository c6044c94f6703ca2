"""What is wrong, where, and what to do about it: the form of every finding for the user."""

from dataclasses import dataclass
from enum import StrEnum

from seatrial.system.codes import CODES, CodeDoc

__all__ = ["CODES", "CodeDoc", "Place", "Problem", "Severity"]


_LONGEST = 600


def _showable(text: str) -> str:
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "�" for character in text)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file: line and column count from 1, the file is as the user named it."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """`seatrial.yaml:41:9`, the form that editors and terminals make clickable."""
        return f"{_showable(self.file)}:{self.line}:{self.column}"


class Severity(StrEnum):
    """How much a problem weighs: an error stops, a warning should be answered, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: a stable code, its place, a sentence, and the cure.

    `place` is None only where no file is concerned. Neither text ends in a full stop, since they
    are joined into one line. Names and values of the file stand in both, so what a terminal would
    obey (line ends, escape sequences) is replaced, and a very long text is cut.
    """

    code: str
    place: Place | None
    summary: str
    cure: str
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        """Make both texts safe to show."""
        for name in ("summary", "cure"):
            # The class is frozen to all others.
            object.__setattr__(self, name, _showable(getattr(self, name)))

    def __str__(self) -> str:
        """`seatrial.yaml:41:9 ST1203 unknown owner "paymnts" in services.api; did you mean ...`."""
        where = "" if self.place is None else f"{self.place} "
        return f"{where}{self.code} {self.summary}; {self.cure}"
