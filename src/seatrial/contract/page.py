"""Commands on a page: how they are written there, and how they are found again. Pure.

A page is Markdown (CommonMark); each command is a line of a block that begins with ```` ```sh ````.
"""

import shlex
from collections.abc import Mapping

OPEN, CLOSE = "```sh", "```"


def written(argv: tuple[str, ...], values: Mapping[str, str]) -> str:
    """A command as a line for a shell, with marks such as `${file}` replaced by their values."""
    return shlex.join(filled(each, values) for each in argv)


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with each mark replaced by its value."""
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def commands(page: str) -> tuple[str, ...]:
    """The commands of a page, in its order, as they stand there."""
    found: list[str] = []
    inside = False
    for line in page.splitlines():
        if not inside:
            inside = line.strip() == OPEN
        elif line.strip() == CLOSE:
            inside = False
        elif line.strip():
            found.append(line.strip())
    return tuple(found)
