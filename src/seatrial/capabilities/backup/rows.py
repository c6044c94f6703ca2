"""What a drill's rows show of the instant at which a restore stopped. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Counts of rows, against the instant that was asked for.

    `before` were acknowledged by then, of which `lost` are not in the copy; `after` were sent
    later, of which `beyond` are in it. `open` were sent before and acknowledged after, or never:
    they may be there or not. `gap` is how many seconds lie between the last row before and the
    first one after: so closely the instant was looked at.
    """

    before: int = 0
    lost: int = 0
    after: int = 0
    beyond: int = 0
    open: int = 0
    gap: float = 0.0


def counted(rows: Iterable[Mapping[str, Any]], since: float, until: float) -> Rows:
    """Rows as the daemon tells them: `sent`, `acknowledged` (epoch seconds, or None), `there`.

    The instant lies from `since` to `until`; where it is known, both are the same.
    """
    every = tuple(rows)
    before = [each for each in every if (each["acknowledged"] or since + 1) <= since]
    after = [each for each in every if each["sent"] > until]
    gap = 0.0
    if before and after:
        last = max(each["acknowledged"] for each in before)
        gap = min(each["sent"] for each in after) - last
    return Rows(
        before=len(before),
        lost=sum(not each["there"] for each in before),
        after=len(after),
        beyond=sum(bool(each["there"]) for each in after),
        open=len(every) - len(before) - len(after),
        gap=gap,
    )


def _around(moment: Mapping[str, Any]) -> dict[str, Any]:
    """One of several moments to which it was restored, with its rows counted."""
    at = moment["target"]
    return {**moment, "rows": asdict(counted(moment["rows"], at, at))}


def summary(work: Mapping[str, Any]) -> dict[str, Any]:
    """A drill as its evidence keeps it: its steps and figures, and its rows counted."""
    result = dict(work["result"])
    rows = result.pop("rows", None)
    between = result.pop("moment_between", None) or [result.get("target")] * 2
    steps = [each["name"] for each in work["steps"]]
    found = {"error": work["error"], "step": steps[-1] if steps else "", **result}
    if "moments" in result:
        found["moments"] = [_around(each) for each in result["moments"]]
    if rows is not None:
        found["rows"] = asdict(counted(rows, *between))
    return found
