"""JUnit XML, in the form that CI systems read (the Ant task's schema).

A suite a requirement (and one each for S and T), a case an expectation. Only `proven` is a case
without a mark: failed and stale are failures, unknown is an error, excepted and not built are
skipped with the reason.
"""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from seatrial.contract.evidence import Evidence, Verdict
from seatrial.contract.requirements import criterion, item, requirement
from seatrial.evidence.assess import Standing
from seatrial.evidence.report.model import Report, evidence_in

# XML 1.0 has no way to write these: https://www.w3.org/TR/xml/#charsets
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKS = {
    Verdict.FAILED: "failure",
    Verdict.STALE: "failure",
    Verdict.UNKNOWN: "error",
    Verdict.EXCEPTED: "skipped",
    Verdict.NOT_BUILT: "skipped",
    Verdict.NOT_PROMISED: "skipped",
}
_COUNTS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def junit_report(report: Report) -> bytes:
    """The bytes of `junit.xml`, UTF-8."""
    evidence = evidence_in(report)
    root = Element("testsuites", name=_clean(f"seatrial {report.system}"))
    for each in report.assessment.requirements:
        title = f"{each.id} {requirement(each.id).title}"
        _suite(root, title, each.parts or (each,), evidence)
    _suite(root, "S success criteria", report.assessment.criteria, evidence)
    _suite(root, "T shipped tests", report.assessment.tests, evidence)
    _count(root)
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _suite(
    root: Element, title: str, parts: tuple[Standing, ...], evidence: Mapping[str, Evidence]
) -> None:
    suite = SubElement(root, "testsuite", name=title)
    for part in parts:
        for leaf in part.parts or (part,):
            _case(suite, part, leaf, evidence.get(leaf.id))
    _count(suite)


def _case(suite: Element, part: Standing, leaf: Standing, evidence: Evidence | None) -> None:
    name = _text(part.id) if leaf is part else leaf.id
    seconds = max(0.0, evidence.finished - evidence.started) if evidence else 0.0
    case = SubElement(
        suite, "testcase", classname=part.id, name=_clean(name), time=f"{seconds:.3f}"
    )
    if leaf.verdict is not Verdict.PROVEN:
        mark = SubElement(case, _MARKS[leaf.verdict], message=_clean(leaf.sentence))
        if mark.tag != "skipped":
            mark.set("type", leaf.verdict.value)
    if evidence is not None:
        lines = [
            f"{each.name}: {each.value} {each.unit}"
            + ("" if each.target is None else f" (target {each.bound} {each.target})")
            for each in evidence.figures
        ]
        SubElement(case, "system-out").text = _clean("\n".join([evidence.reason, *lines]))


def _text(id_: str) -> str:
    if "." in id_:
        return item(id_).text
    return requirement(id_).title if id_.startswith("R") else criterion(id_).text


def _count(element: Element) -> None:
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    for name, mark in _COUNTS.items():
        element.set(name, str(sum(1 for case in cases if case.find(mark) is not None)))


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
