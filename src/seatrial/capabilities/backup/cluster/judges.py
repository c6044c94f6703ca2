"""What a timeline must show of restores to moments around a failover. Pure."""

from seatrial.capabilities.backup.judges import BROKEN_OFF, HOLDS, Told, judged
from seatrial.contract.scenario import Figure, Judge, Judgement, State

_RESTORE = "restore to "  # as its steps begin that restore
_MOMENTS = ("before", "in", "after")


def across(store: str, rto: float) -> Judge:
    """Copies of moments before, in and after it hold all that was acknowledged, and no more."""

    def judge(told: Told) -> Judgement:
        moments = told.get("moments", ())
        if told["error"] or [each["name"] for each in moments] != list(_MOMENTS):
            return _untold(told)
        figures = tuple(figure for each in moments for figure in _figures(each, rto))
        if not all(each["rows"]["before"] and each["rows"]["after"] for each in moments):
            reason = "no row was written before or after a moment"
            return Judgement(state=State.BLIND, reason=reason, figures=figures)
        broken = [each["name"] for each in moments if not _sound(each, rto)]
        if broken:
            reason = f"the copy of the moment {', '.join(broken)} it is not as the store was"
            return Judgement(state=State.BROKEN, reason=reason, figures=figures)
        away = told["switched"]["first"] - told["switched"]["last"]
        return Judgement(
            state=State.MET,
            reason=f"copies of moments before, in and after a failover that took {away:.1f} s"
            " hold each row that was acknowledged by then, and none that was sent later",
            figures=figures,
        )

    return judged(store, judge)


def _untold(told: Told) -> Judgement:
    """Broken where a restore failed; what went wrong before says nothing of restores."""
    failed = f"{told['step'] or 'it'} failed: {told['error'] or 'it told of no moment'}"
    restoring = told["step"].startswith(_RESTORE) and told["error"] != BROKEN_OFF
    return Judgement(state=State.BROKEN if restoring else State.BLIND, reason=failed)


def _figures(moment: Told, rto: float) -> tuple[Figure, ...]:
    rows, name = moment["rows"], moment["name"]
    took = moment["restored"] + moment["replayed"]
    return (
        Figure(name=f"rows acknowledged, {name}", value=rows["before"], unit=""),
        Figure(name=f"of these lost, {name}", value=rows["lost"], unit="", target=0, bound="=="),
        Figure(
            name=f"later ones there, {name}", value=rows["beyond"], unit="", target=0, bound="=="
        ),
        Figure(name=f"restore, {name}", value=took, unit="s", target=rto, bound="<="),
    )


def _sound(moment: Told, rto: float) -> bool:
    holds = all(each == HOLDS for each in moment["invariants"].values())
    return holds and all(each.holds for each in _figures(moment, rto))
