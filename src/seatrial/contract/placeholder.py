"""`${...}`: names for what only planning or a runtime can know."""

import json
import re
from collections.abc import Callable

PATTERN = re.compile(r"\$\{([A-Za-z][A-Za-z0-9_.-]*)\}")


def resolve(text: str, lookup: Callable[[str], str | None]) -> str:
    """The text with each `${name}` replaced by `lookup(name)`; None leaves it as it stands."""

    def replace(match: re.Match[str]) -> str:
        value = lookup(match.group(1))
        return match.group(0) if value is None else value

    return PATTERN.sub(replace, text)


def written(path: str, value: str) -> str:
    """A value as it stands inside a text of the file `path`: between the quotes of JSON, or bare.

    Whoever brings a password may have any sign in it.
    """
    return json.dumps(value)[1:-1] if path.endswith(".json") else value
