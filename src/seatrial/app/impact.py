"""What the loss of each part means, with how long its recovery took where a proof measured it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from seatrial.app.apply import planned_for
from seatrial.app.environment import open_runtime
from seatrial.app.evidence import Books
from seatrial.contract.declaration import Recovery
from seatrial.contract.evidence import Evidence, Verdict, outdated
from seatrial.contract.words import ago
from seatrial.evidence.chain import whole
from seatrial.evidence.stale import Today, aged
from seatrial.review.impact import Impact, Known, impact
from seatrial.system.problem import Problem

_SECONDS = "s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The impact, in the environment in which it was measured, and warnings about the file."""

    system: str
    environment: str
    impact: Impact
    problems: tuple[Problem, ...]


def make(file: Path, *, clock: Callable[[], float] = time.time) -> Found:
    """As of now. Raises Refused, RuntimeFailure, EvidenceFailure."""
    runtime = open_runtime(file)
    planned = planned_for(file, runtime)
    books = Books(planned, runtime)
    whole(books.store)
    found = known(planned.declarations.recoveries, books.newest(), books.today(clock()))
    return Found(
        system=planned.system.name,
        environment=planned.environment,
        impact=impact(planned.system, found),
        problems=planned.checked,
    )


def known(
    recoveries: tuple[Recovery, ...], evidence: Mapping[str, Evidence], today: Today
) -> Mapping[str, Known]:
    """How each part comes back: of several ways the one of which most is known. Pure."""
    found: dict[str, Known] = {}
    for each in recoveries:
        one = _known(each, evidence.get(each.expectation), today)
        earlier = found.get(each.subject)
        if earlier is None or _worth(one) > _worth(earlier):
            found[each.subject] = one
    return found


def _worth(one: Known) -> tuple[bool, bool]:
    return one.whole, bool(one.evidence)


def _known(recovery: Recovery, evidence: Evidence | None, today: Today) -> Known:
    if evidence is None:
        reason = f"{recovery.means}: never measured; {recovery.expectation} has no evidence yet"
        return Known(reason=reason)
    now = aged(evidence, today)
    if now.verdict is not Verdict.PROVEN:
        return Known(
            reason=f"{recovery.means}: {recovery.expectation} is {now.verdict} ({now.reason})"
        )
    for figure in evidence.figures:
        if figure.name == recovery.figure and figure.unit == _SECONDS:
            when = ago(today.now - evidence.finished)
            doubt = _uncontrolled(evidence, today.now)
            lacks = f"; {recovery.lacks}" if recovery.lacks else ""
            return Known(
                least=figure.value,
                whole=not recovery.lacks,
                reason=f"{recovery.means}, measured {when}{doubt}{lacks}",
                evidence=evidence.id,
                at=evidence.finished,
            )
    return Known(
        reason=f"{recovery.means}: {recovery.expectation} has no figure {recovery.figure!r} in"
        " seconds"
    )


def _uncontrolled(evidence: Evidence, now: float) -> str:
    """A clause where nothing shows today that the proof can fail."""
    control = evidence.control
    shown = control is not None and control.red is True and not outdated(control, now)
    return "" if shown else ", control not shown red"
