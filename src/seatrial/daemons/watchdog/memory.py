"""What an earlier life of the watchdog left in the journal. Pure: records in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.daemons.watchdog.messages import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """`armed`: a beat came once. `open_page`: the page whose incident is not over.

    `unsent`: by channel, the pages that it has not accepted, oldest first.
    """

    armed: bool
    open_page: Page | None
    unsent: Mapping[str, tuple[Page, ...]]


def recall(records: Iterable[Mapping[str, Any]], channels: Iterable[str]) -> Memory:
    """Read the journal from its oldest record on; a record of another form is skipped."""
    armed = False
    last: Page | None = None
    unsent: dict[str, dict[str, Page]] = {name: {} for name in channels}
    for record in records:
        if record.get("armed") is True:
            armed = True
        elif isinstance(record.get("page"), dict):
            try:
                last = Page(**record["page"])
            except TypeError:
                continue
            for pages in unsent.values():
                pages[last.id] = last
        elif record.get("channel") in unsent:
            unsent[record["channel"]].pop(str(record.get("accepted")), None)
    return Memory(
        armed=armed,
        open_page=last if last and last.status == "firing" else None,
        unsent={name: tuple(pages.values()) for name, pages in unsent.items()},
    )
