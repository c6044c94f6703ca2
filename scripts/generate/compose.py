"""docs/reference/compose.md: every key of a Compose file, and what becomes of it."""

from collections.abc import Mapping

from scripts.generate.tables import code, table

from seatrial.system.importers.compose.keys import SERVICE, TOP, Fate

_HEAD = """\
# Keys of a Compose file

What `seatrial init --from compose.yaml` makes of every key, generated from the list that the \
importer itself uses. **Imported** comes in whole, **approximated** nearly, **dropped** not at \
all; a key of a store is dropped where its engine's own recipe says it. A key that is not listed \
here is dropped, and the report names the one that is nearest. [Importing](../importing.md) says \
how it is used.
"""


def page() -> str:
    """The page."""
    return "\n".join(
        (
            _HEAD,
            f"## Of the file\n\n{_table(TOP)}",
            f"## Of a service\n\n`*` stands for any name or number.\n\n{_table(SERVICE)}",
        )
    )


def _table(keys: Mapping[str, Fate]) -> str:
    rows = (
        (code(key), f"**{each.fidelity}**", each.summary, each.cure)
        for key, each in sorted(keys.items())
    )
    return table(("key", "is", "what becomes of it", "what to do"), rows)
