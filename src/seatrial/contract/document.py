"""A page as values: written as Markdown and as HTML by two renderers, which say the same."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a sentence is shown."""

    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"  # red


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A section begins."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paragraph."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A table."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list, numbered; with `boxes`, one to be ticked."""

    items: tuple[str, ...]
    boxes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A line for a shell."""

    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Another page, by its name."""

    page: str
    text: str


Block = Heading | Text | Rows | Items | Command | Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page; `name` is its file's, without an ending."""

    name: str
    title: str
    blocks: tuple[Block, ...]
