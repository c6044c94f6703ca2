r"""Where one entry ends and the next begins: a pattern that matches exactly one entry.

It stands in the receiver and not in an operator: what the receiver has not given away yet is read
again after a crash, what an operator holds back is lost.

An entry is a line, with the lines after it that are indented. A Python traceback ends with a line
that is not, and may go on with the exception that it was caused by. A traceback belongs to the
line before it, which says what was going on, unless that is JSON.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """How a line stands in its file, as patterns.

    `begin` is before a line's own text, `end` after a text that is its whole rest, `rest` whatever
    else is on the line, `whole` the same of a line that may be in several pieces. `indent`
    begins a line that belongs to the one before, `other` one that is neither empty nor JSON,
    `alien` is a line that does not stand like this at all.
    """

    begin: str
    end: str
    rest: str
    whole: str
    indent: str
    other: str
    alien: str = ""


PLAIN = Framing(
    begin="", end=r"\n", rest=r"[^\n]*\n", whole=r"[^\n]*\n", indent=r"[ \t]", other=r"[^{\n]"
)


def entry(line: Framing) -> str:
    """The pattern for lines of this framing.

    Its alternatives begin differently, so that a line is read once: JSON first, as most are.
    """
    indented = rf"(?:{line.begin}{line.indent}{line.rest})"
    head = rf"{line.begin}Traceback \(most recent call last\):{line.end}{indented}+"
    exception = rf"{line.begin}[A-Za-z_]{line.rest}{indented}*"
    empty = f"{line.begin}{line.end}"
    said = (
        r"(?:During handling of the above exception, another"
        r"|The above exception was the direct)"
    )
    caused = f"{empty}{line.begin}{said}{line.rest}{empty}"
    traceback = f"{head}{exception}(?:{caused}{head}{exception})*"
    json = rf"{line.begin}\{{{line.whole}"
    others = f"{line.begin}{line.other}{line.whole}{indented}*(?:{traceback})?"
    alien = f"|{line.alien}" if line.alien else ""
    return rf"\A(?:{json}|{traceback}|{empty}|{others}{alien})"


ENTRY = entry(PLAIN)
