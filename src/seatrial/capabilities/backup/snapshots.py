"""What a timeline must show of a restore of snapshots. Pure."""

from seatrial.capabilities.backup.judges import Told, judged, of_rows, untold
from seatrial.contract.scenario import Figure, Judge, Judgement, State

_RESTORING = frozenset({"restore", "load", "rows"})  # what fails before says nothing of a restore
_TAKE = frozenset({"take"})


def exact(store: str, rto: float) -> Judge:
    """A snapshot that stood there is what its moment says, and no later than was asked for."""

    def judge(told: Told) -> Judgement:
        if "rows" not in told:
            return untold(told, _RESTORING, "nothing was restored")
        rows, took = told["rows"], told["restored"] + told["loaded"]
        before = told["target"] - told["moment"]
        figures = (
            *of_rows(rows),
            Figure(name="around the moment", value=rows["gap"], unit="s"),
            Figure(name="before what was asked", value=before, unit="s", target=0, bound=">="),
            Figure(name="restore", value=took, unit="s", target=rto, bound="<="),
            Figure(name="size", value=told["size"], unit="B"),
        )
        if not rows["before"] or not rows["after"]:
            reason = "no row was written before or after the snapshot"
            return Judgement(state=State.BLIND, reason=reason, figures=figures)
        held = all(each.holds for each in figures)
        reason = (
            f"of {rows['before']} rows before the snapshot {rows['lost']} are lost, of"
            f" {rows['after']} after it {rows['beyond']} are there; it lies {before:.0f} s before"
            f" the moment that was asked for, and took {took:.1f} s"
        )
        return Judgement(state=State.MET if held else State.BROKEN, reason=reason, figures=figures)

    return judged(store, judge)


def taken(store: str, rpo: float) -> Judge:
    """A snapshot is due often enough, and whole soon enough, that no more than the RPO is lost."""

    def judge(told: Told) -> Judgement:
        if "took" not in told:
            return untold(told, _TAKE, "none was taken")
        every, took = told["every"], told["took"]
        figures = (
            Figure(name="until another is begun at most", value=every, unit="s"),
            Figure(name="until it is whole", value=took, unit="s"),
            Figure(name="lost at most", value=every + took, unit="s", target=rpo, bound="<="),
        )
        reason = (
            f"another snapshot is begun {every:.0f} s after one at most, and this one was whole"
            f" {took:.1f} s later"
        )
        held = all(each.holds for each in figures)
        return Judgement(state=State.MET if held else State.BROKEN, reason=reason, figures=figures)

    return judged(store, judge)
