"""Plain rows for the terminal's table. What is printed, and how, is the command line's affair."""

from dataclasses import dataclass

from seatrial.contract.evidence import Verdict
from seatrial.contract.requirements import REQUIREMENTS, criterion, item, known, requirement
from seatrial.evidence.assess import Standing
from seatrial.evidence.report.model import Report

_REQUIREMENTS = frozenset(each.id for each in REQUIREMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: `depth` 0 for a requirement or criterion, 1 for its items, 2 for expectations."""

    depth: int
    id: str
    title: str
    verdict: Verdict
    sentence: str


def rows(report: Report, *, depth: int = 1) -> tuple[Row, ...]:
    """Rows down to a depth. Requirements of which nothing is built are one row, whatever it is."""
    assessment = report.assessment
    top = (*assessment.requirements, *assessment.criteria, *assessment.tests)
    return tuple(row for each in top for row in _down(each, 0, depth))


def _down(standing: Standing, level: int, depth: int) -> list[Row]:
    found = [
        Row(
            depth=level,
            id=standing.id,
            title=_title(standing.id),
            verdict=standing.verdict,
            sentence=standing.sentence,
        )
    ]
    if level < depth and standing.verdict is not Verdict.NOT_BUILT:
        for each in standing.parts:
            found += _down(each, level + 1, depth)
    return found


def _title(id_: str) -> str:
    if not known(id_):
        return requirement(id_).title if id_ in _REQUIREMENTS else ""
    return item(id_).text if "." in id_ else criterion(id_).title
