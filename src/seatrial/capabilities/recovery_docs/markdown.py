"""A document as Markdown (CommonMark with tables). Pure."""

import re

from seatrial.contract.document import (
    Block,
    Command,
    Document,
    Heading,
    Items,
    Link,
    Rows,
    Text,
    Tone,
)
from seatrial.contract.page import CLOSE, OPEN

_COLOURS = {Tone.GOOD: "#1a7f37", Tone.WARN: "#9a6700", Tone.BAD: "#cf222e"}
_MEANS_MORE = re.compile(r"([\\*_<>\[\]#|])")


def markdown(document: Document) -> str:
    """The page's text."""
    parts = [f"# {_escaped(document.title)}", *(_block(each) for each in document.blocks)]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(text=text):
            return f"## {_escaped(text)}"
        case Text():
            return _paragraph(block)
        case Rows():
            return _table(block)
        case Items(items=items, boxes=boxes):
            marks = ["- [ ]" if boxes else f"{number}." for number, _ in enumerate(items, start=1)]
            return "\n".join(
                f"{mark} {_escaped(each)}" for mark, each in zip(marks, items, strict=True)
            )
        case Command(line=line):
            return f"{OPEN}\n{line}\n{CLOSE}"
        case Link(page=page, text=text):
            return f"[{_escaped(text)}]({page}.md)"


def _paragraph(text: Text) -> str:
    words = _escaped(text.text)
    if text.tone is Tone.PLAIN:
        return words
    # Markdown has no colours of its own
    return f'<span style="color:{_COLOURS[text.tone]}">**{words}**</span>'


def _table(rows: Rows) -> str:
    lines = [rows.header, tuple("---" for _ in rows.header), *rows.rows]
    escaped = (
        [each if number == 1 else _escaped(each) for each in line]
        for number, line in enumerate(lines)
    )
    return "\n".join(f"| {' | '.join(line)} |" for line in escaped)


def _escaped(text: str) -> str:
    """A user's words are no markup; what stands between backticks stays as it is."""
    pieces = " ".join(text.split()).split("`")
    if len(pieces) % 2 == 0:  # one that nothing closes is a letter
        return r"\`".join(_MEANS_MORE.sub(r"\\\1", each) for each in pieces)
    return "`".join(
        _MEANS_MORE.sub(r"\\\1", each) if number % 2 == 0 else each.replace("|", r"\|")
        for number, each in enumerate(pieces)
    )
