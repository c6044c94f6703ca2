"""An assessment as SARIF 2.1.0 (OASIS standard): what code hosts show beside the lines."""

import hashlib
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from seatrial.review.assess import Assessment
from seatrial.review.exceptions import Judged, Standing
from seatrial.review.risk import Risk
from seatrial.review.rule import Finding, Rule

VERSION = "2.1.0"
SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Risk.CRITICAL: "error", Risk.HIGH: "error", Risk.MEDIUM: "warning", Risk.LOW: "note"}
# Code hosts sort by this figure, which is on the scale of CVSS.
_SEVERITY = {Risk.CRITICAL: "9.5", Risk.HIGH: "8.0", Risk.MEDIUM: "5.5", Risk.LOW: "2.0"}


def document(assessment: Assessment, version: str) -> dict[str, Any]:
    """One run with every finding; what an exception covers is suppressed, not left out."""
    rules = {each.finding.rule.id: each.finding.rule for each in assessment.judged}
    index = {id_: number for number, id_ in enumerate(rules)}
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "seatrial",
                        "semanticVersion": version,
                        "rules": [_rule(each) for each in rules.values()],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(each, index) for each in assessment.judged],
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.title.replace("'", "").split()),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.because},
        "help": {"text": rule.text},
        "defaultConfiguration": {"level": _LEVELS[rule.risk]},
        "properties": {
            "security-severity": _SEVERITY[rule.risk],
            "risk": rule.risk.value,
            "tags": list(rule.requirements),
        },
    }


def _result(judged: Judged, index: dict[str, int]) -> dict[str, Any]:
    finding = judged.finding
    place = finding.place
    found: dict[str, Any] = {
        "ruleId": finding.rule.id,
        "ruleIndex": index[finding.rule.id],
        "level": _LEVELS[finding.rule.risk],
        "message": {"text": _message(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(place.file)},
                    "region": {"startLine": place.line, "startColumn": place.column},
                },
                "logicalLocations": [{"name": finding.subject, "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"seatrial/v1": fingerprint(finding)},
    }
    if judged.standing is Standing.EXCEPTED and judged.exemption is not None:
        excuse = judged.exemption
        found["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": f"{excuse.reason} ({excuse.owner}, until {excuse.until})",
            }
        ]
    return found


def _message(finding: Finding) -> str:
    note = f" ({finding.cure.note})" if finding.cure.note else ""
    return f"{finding.summary}. Cure{note}:\n{finding.cure.lines}"


def _uri(file: str) -> str:
    """A relative reference with slashes, or a file URI for an absolute path."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def fingerprint(finding: Finding) -> str:
    """The same for the same finding when lines are added above it: no line is in it."""
    words = f"{finding.rule.id}\n{finding.place.file}\n{finding.subject}\n{finding.summary}"
    return hashlib.sha256(words.encode()).hexdigest()[:32]
