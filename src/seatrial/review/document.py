"""An assessment for programs: what `seatrial assess --json` prints."""

from typing import Any

from seatrial.review.assess import Assessment
from seatrial.review.exceptions import Judged
from seatrial.review.overview import Row
from seatrial.review.risk import Risk


def document(assessment: Assessment, fail_on: Risk) -> dict[str, Any]:
    """Everything that was found, also what an exception covers; `ok` is the exit code's question.

    `proven` is always empty: files prove nothing.
    """
    subject = assessment.subject
    return {
        "subject": subject.name,
        "source": subject.source.value,
        "files": list(subject.files),
        "date": subject.today.isoformat(),
        "ok": not assessment.at_least(fail_on),
        "fail_on": fail_on.value,
        "counts": {
            risk.value: sum(each.finding.rule.risk is risk for each in assessment.counted)
            for risk in reversed(Risk)
        },
        "findings": [_finding(each) for each in assessment.judged],
        "requirements": [_row(each) for each in assessment.rows],
        "proven": [],
        "exceptions_about_nothing": [str(each.place) for each in assessment.idle],
    }


def _finding(judged: Judged) -> dict[str, Any]:
    finding, exemption = judged.finding, judged.exemption
    return {
        "rule": finding.rule.id,
        "title": finding.rule.title,
        "risk": finding.rule.risk.value,
        "because": finding.rule.because,
        "requirements": list(finding.rule.requirements),
        "subject": finding.subject,
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "summary": finding.summary,
        "cure": finding.cure.lines,
        "note": finding.cure.note,
        "fix": finding.cure.edit is not None,
        "standing": judged.standing.value,
        "exception": None
        if exemption is None
        else {
            "reason": exemption.reason,
            "owner": exemption.owner,
            "until": exemption.until.isoformat(),
            "place": str(exemption.place),
        },
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "id": row.requirement.id,
        "title": row.requirement.title,
        "sight": row.sight.value,
        "risk": row.risk.value if row.risk is not None else None,
        "there": list(row.there),
        "missing": list(row.missing),
        "rules": list(row.rules),
        "could_be_proven_today": dict(row.provable),
    }
