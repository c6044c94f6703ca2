"""docs/reference/file.md: every key of seatrial.yaml, the capabilities' sections included."""

from collections.abc import Mapping
from itertools import groupby

from scripts.generate.tables import code, table

from seatrial.app import registry
from seatrial.app.explain import sections
from seatrial.app.explain.catalogue import every_key
from seatrial.system.schema import KeyDoc, describe

_HEAD = """\
# The file

Every key of `seatrial.yaml`, generated from the models that read it. `*` stands for a name of \
yours, or for any item of a list. `seatrial explain KEY` says the same on the command line; \
`.seatrial/schema.json` tells it to your editor.

A duration, a size and a rate always carry their unit: `30s`, `10GiB`, `50/s`. A key that is not \
listed here is an error, never ignored.
"""


def page() -> str:
    """The page."""
    parts = [_HEAD]
    for top, group in groupby(documents(), key=lambda each: each.key.partition(".")[0]):
        parts.append(_section(top, tuple(group)))
    return "\n".join(parts)


def documents() -> tuple[KeyDoc, ...]:
    """What is said of each key. Raises KeyError for one that nothing describes."""
    owned = sections.documents()
    return tuple(describe(key) or owned[key] for key in every_key())


def _section(top: str, group: tuple[KeyDoc, ...]) -> str:
    first = group[0]
    owner = _owners().get(top)
    words = [f"## `{top}`\n\n{first.description}"]
    if owner:
        words.append(f" Read by the capability {owner}.")
    words.append(f" {_value(first)}\n")
    if first.example:
        words.append(f"\n```yaml\n{first.example}\n```\n")
    if len(group) > 1:
        rows = (
            (
                code(each.key),
                each.type,
                "required" if each.required else _default(each),
                each.description,
                code(each.example),
            )
            for each in group[1:]
        )
        words.append("\n" + table(("key", "value", "default", "meaning", "example"), rows))
    return "".join(words)


def _value(doc: KeyDoc) -> str:
    kind = doc.type[:1].upper() + doc.type[1:]
    return f"{kind}; " + ("required." if doc.required else f"default {_default(doc)}.")


def _default(doc: KeyDoc) -> str:
    return "none" if doc.default in (None, "none") else code(doc.default)


def _owners() -> Mapping[str, str]:
    return {each.section: each.name for each in registry.capabilities() if each.section}
