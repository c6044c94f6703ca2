"""What to do next, from an assessment. Pure."""

from collections.abc import Mapping

from seatrial.contract.evidence import CANNOT_FAIL, Evidence, Verdict
from seatrial.contract.exercise import HELD
from seatrial.evidence.assess import WORST_FIRST, Assessment, Standing
from seatrial.evidence.report.model import NextAction


def next_actions(
    assessment: Assessment,
    evidence: Mapping[str, Evidence],
    held: Mapping[str, str] | None = None,
) -> tuple[NextAction, ...]:
    """One action for each expectation that is not good, the worst first; then the controls.

    One for each item, too, that nothing in the file lets be shown. Expectations of one
    scenario that are unknown or stale are one action: one drill cures them. `held` maps what only
    the record of an exercise shows to that exercise's name.
    """
    exercised = {each: f"{HELD}{name}" for each, name in (held or {}).items()}
    leaves = _leaves(assessment)
    found: list[NextAction] = []
    again: dict[tuple[Verdict, str], list[Standing]] = {}
    for name, (standing, cited) in leaves.items():
        scenario = evidence[name].scenario if name in evidence else exercised.get(name, "")
        if standing.verdict is Verdict.FAILED:
            found.append(_failed(standing, cited, scenario))
        elif standing.verdict in (Verdict.UNKNOWN, Verdict.STALE):
            again.setdefault((standing.verdict, scenario), []).append(standing)
    for (verdict, scenario), standings in again.items():
        found.append(_again(verdict, scenario, standings))
    found.extend(_declare(item) for item in _undeclared(assessment))
    open_ = [name for name, (standing, _) in leaves.items() if standing.uncontrolled]
    if open_:
        found.append(
            NextAction(
                severity=Verdict.PROVEN,
                what=f"Show that {_these(open_, 'proof')} can fail",
                why="planting the defect has not been seen to turn red yet",
                command="seatrial prove --controls",
            )
        )
    return tuple(sorted(found, key=lambda each: (WORST_FIRST.index(each.severity), each.what)))


def _leaves(assessment: Assessment) -> dict[str, tuple[Standing, str]]:
    """Each expectation's standing, and the first id that cites it."""
    found: dict[str, tuple[Standing, str]] = {}
    items = [item for each in assessment.requirements for item in each.parts]
    for item in (*items, *assessment.criteria, *assessment.tests):
        for part in item.parts:
            known = found.get(part.id)
            # excepted under one requirement only is still a failure under another
            if known is None or _rank(part) < _rank(known[0]):
                found[part.id] = (part, item.id)
    return found


def _undeclared(assessment: Assessment) -> list[Standing]:
    items = [item for each in assessment.requirements for item in each.parts]
    return [item for item in items if item.verdict is Verdict.UNKNOWN and not item.parts]


def _declare(item: Standing) -> NextAction:
    return NextAction(
        severity=Verdict.UNKNOWN,
        what=f"Declare what shows {item.id}, or take it out of what is promised",
        why=item.sentence,
        command=f"seatrial explain {item.id}",
    )


def _rank(standing: Standing) -> int:
    return WORST_FIRST.index(standing.verdict)


def _failed(standing: Standing, cited: str, scenario: str) -> NextAction:
    if CANNOT_FAIL in standing.sentence:
        return NextAction(
            severity=Verdict.FAILED,
            what=f"Repair the proof {standing.id}",
            why=standing.sentence,
            command=f"seatrial prove --controls {scenario}",
        )
    return NextAction(
        severity=Verdict.FAILED,
        what=f"Repair what {standing.id} found",
        why=standing.sentence,
        command=f"seatrial explain {cited}",
    )


def _again(verdict: Verdict, scenario: str, standings: list[Standing]) -> NextAction:
    reasons = list(dict.fromkeys(each.sentence for each in standings))
    why = "; ".join(reasons[:2]) + (f"; and {len(reasons) - 2} more" if len(reasons) > 2 else "")  # noqa: PLR2004
    word = "Measure" if verdict is Verdict.UNKNOWN else "Prove again"
    if scenario.startswith(HELD):
        name = scenario.removeprefix(HELD)
        command = f"seatrial exercise begin {name}"
        return NextAction(
            severity=verdict, what=f"Hold the exercise {name}", why=why, command=command
        )
    what = f"{word} {scenario or _these([each.id for each in standings], 'expectation')}"
    return NextAction(
        severity=verdict, what=what, why=why, command=f"seatrial prove {scenario}".strip()
    )


def _these(names: list[str], noun: str) -> str:
    """The name where there is one, else how many there are."""
    return names[0] if len(names) == 1 else f"{len(names)} {noun}s"
