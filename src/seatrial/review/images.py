"""The parts of an image's name: `registry/name:tag@digest`.

The grammar is that of the distribution project's reference documentation.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Image:
    """An image's name in parts; `name` without its registry, each part "" where not written."""

    registry: str
    name: str
    tag: str
    digest: str

    @property
    def base(self) -> str:
        """The last part of the name: `postgres` of `library/postgres`."""
        return self.name.rpartition("/")[2]

    @property
    def version(self) -> tuple[int, ...]:
        """The numbers that the tag begins with: (15, 3) of `15.3-alpine`; () for none."""
        found = re.match(r"[vV]?(\d{1,4}(?:\.\d{1,6}){0,3})(?![\d])", self.tag)
        return tuple(int(each) for each in found[1].split(".")) if found else ()


def image(written: str) -> Image | None:
    """The parts of a written name; None for none, or one that is not known before it runs."""
    if not written or "$" in written or "{" in written:
        return None
    rest, _, digest = written.partition("@")
    head, slash, tail = rest.rpartition("/")
    base, _, tag = tail.partition(":")
    path = f"{head}{slash}{base}"
    first, slash, others = path.partition("/")
    is_registry = bool(slash) and ("." in first or ":" in first or first == "localhost")
    return Image(
        registry=first if is_registry else "",
        name=others if is_registry else path,
        tag=tag,
        digest=digest,
    )
