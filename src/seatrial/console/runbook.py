"""A runbook's Markdown as blocks: the few forms that our own runbooks have. Pure.

What a user wrote in a name stays text: markup comes from the template alone.
"""

import re
from dataclasses import dataclass

_HEAD = re.compile(r"(#{1,3}) (.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """`kind` is h1, h2, h3, list, code or text; `lines` its lines, `id` a heading's anchor."""

    kind: str
    lines: tuple[str, ...]
    id: str = ""

    @property
    def parts(self) -> tuple[tuple[tuple[str, bool], ...], ...]:
        """Each line in its parts: a text, and whether it is code (between backticks)."""
        return tuple(
            tuple((text, bool(place % 2)) for place, text in enumerate(line.split("`")) if text)
            for line in self.lines
        )


def page(text: str) -> tuple[Block, ...]:
    """The blocks of a page, in order."""
    found: list[Block] = []
    code: list[str] | None = None
    for line in text.splitlines():
        if line.startswith("```"):
            if code is None:
                code = []
            else:
                found.append(Block(kind="code", lines=tuple(code)))
                code = None
        elif code is not None:
            code.append(line)
        elif head := _HEAD.fullmatch(line):
            anchor = "-".join(head[2].lower().split())
            found.append(Block(kind=f"h{len(head[1])}", lines=(head[2],), id=anchor))
        elif line.startswith("- "):
            _grow(found, "list", line[2:])
        elif line.strip():
            _grow(found, "text", line)
        else:
            found.append(Block(kind="", lines=()))  # ends a list or a paragraph
    return tuple(each for each in found if each.kind)


def _grow(found: list[Block], kind: str, line: str) -> None:
    if found and found[-1].kind == kind:
        found[-1] = Block(kind=kind, lines=(*found[-1].lines, line))
    else:
        found.append(Block(kind=kind, lines=(line,)))
