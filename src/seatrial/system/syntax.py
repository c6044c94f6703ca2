"""What libyaml says of a broken text, in words that lead to the cure."""

import yaml

from seatrial.system.problem import Place, Problem

_SAID = (
    ("could not find expected ':'", "a key is not followed by a colon", "write key: value"),
    (
        "mapping values are not allowed",
        "a colon stands where no key can be",
        "indent the line as its neighbours, or quote the text that holds the colon",
    ),
    (
        "did not find expected key",
        "a key is expected here",
        "check the indentation of this line and the quotes of the line above",
    ),
    (
        "did not find expected '-' indicator",
        "a list item is expected here",
        "check the indentation of this line",
    ),
    (
        "did not find expected ',' or",
        "after the bracket that opens here, a comma or the closing bracket is missing",
        "add it",
    ),
    ("unexpected end of stream", "the quote that opens here is not closed", "close it"),
    ("cannot start any token", "this character cannot begin a value", "put the value in quotes"),
    ("undefined alias", "an alias names an unknown anchor", "define the anchor above it"),
    (
        "escape",
        "an escape in double quotes is unknown",
        "use single quotes or double the backslash",
    ),
    (
        "block sequence entries are not allowed",
        "a list item stands where no list can be",
        "begin the list on a line of its own",
    ),
)


def syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """The parser's message in our words, at the place where the reading stopped."""
    mark = error.problem_mark or error.context_mark
    line, column = (0, 0) if mark is None else (mark.line, mark.column)
    place = Place(file, line + 1, column + 1)
    lines = text.splitlines()
    for number in (line, line - 1):
        written = lines[number] if 0 <= number < len(lines) else ""
        indentation = written[: len(written) - len(written.lstrip())]
        if "\t" in indentation:
            place = Place(file, number + 1, indentation.index("\t") + 1)
            return Problem("ST1103", place, "a tab stands in the indentation", "use spaces")
    said = str(error.problem or error.context or "")
    for words, summary, cure in _SAID:
        if words in said:
            opening = error.context_mark
            if opening is not None and "opens here" in summary:
                place = Place(file, opening.line + 1, opening.column + 1)
            return Problem("ST1102", place, summary, cure)
    return Problem(
        "ST1102",
        place,
        f"the YAML cannot be read: {said or 'unknown reason'}",
        "check this line and the one above it",
    )
