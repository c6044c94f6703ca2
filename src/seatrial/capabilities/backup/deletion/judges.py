"""What a timeline must show of a table that was dropped. Pure."""

from seatrial.capabilities.backup.judges import Told, judged, of_rows, untold
from seatrial.contract.scenario import Figure, Judge, Judgement, State

# what fails before says nothing of the search, nor of the restore
_STEPS = frozenset({"search", "archive", "restore", "replay", "rows"})


def undone(store: str, rto: float) -> Judge:
    """The moment is found, and a copy of the one before has the table and all acknowledged rows.

    Found and restored is within the RTO.
    """

    def judge(told: Told) -> Judgement:
        if told["error"] or "rows" not in told:
            return untold(told, _STEPS, "nothing was dropped")
        dropped, found, table = told["dropped"], told["found"], told["table"]
        # by the server's clock, which is the one by which it is restored
        beside = max(dropped["sent"] - found["at"], found["at"] - dropped["acknowledged"], 0.0)
        took = found["seconds"] + told["restored"] + told["replayed"]
        figures = (
            Figure(name="beside the drop", value=beside, unit="s", target=0, bound="=="),
            Figure(
                name="drops that were found", value=found["times"], unit="", target=1, bound="=="
            ),
            Figure(
                name="rows of the table",
                value=table["there"],
                unit="",
                target=table["rows"],
                bound="==",
            ),
            *of_rows(told["rows"]),
            Figure(name="search", value=found["seconds"], unit="s"),
            Figure(name="search and restore", value=took, unit="s", target=rto, bound="<="),
        )
        rows = told["rows"]
        if not rows["before"] or not rows["after"]:
            reason = "no row was written before or after the table was dropped"
            return Judgement(state=State.BLIND, reason=reason, figures=figures)
        held = all(each.holds for each in figures)
        reason = (
            f"found in {found['seconds']:.1f} s; the copy of the moment before has"
            f" {table['there']} of {table['rows']} rows of the table, and lost {rows['lost']} of"
            f" {rows['before']} that were acknowledged by then"
        )
        return Judgement(state=State.MET if held else State.BROKEN, reason=reason, figures=figures)

    return judged(store, judge)
