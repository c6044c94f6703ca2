"""One report, four faces: rows, JSON, JUnit XML; each tells the same verdicts."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from seatrial.contract.evidence import Verdict
from seatrial.contract.requirements import CRITERIA, REQUIREMENTS, TESTS
from seatrial.evidence import dsse
from seatrial.evidence.keys import SigningKey
from seatrial.evidence.report.html import html_report
from seatrial.evidence.report.json import json_report
from seatrial.evidence.report.junit import junit_report
from seatrial.evidence.report.terminal import rows


@pytest.fixture(scope="module")
def trial(samples: ModuleType, key: SigningKey) -> Any:
    return samples.trial(key)


MONITORING = """\
0 R01 unknown
1 R01.1 proven
1 R01.2 stale
2 cardinality/host stale
2 coverage/all proven
1 R01.3 unknown
2 business/executions unknown
1 R01.4 not-built
0 R02 not-built
0 R03 failed
1 R03.1 failed
2 page/link-cut-api-database failed
2 page/prometheus-dead proven
2 page/service-down-api proven
2 page/service-hung-worker stale
1 R03.2 failed
2 routes/severity failed
1 R03.3 excepted
2 delivered/email excepted
1 R03.4 proven
2 inhibited/dependents proven"""


def test_rows_are_those_of_the_assessment(trial: Any) -> None:
    found = rows(trial.report, depth=2)
    told = "\n".join(
        f"{each.depth} {each.id} {each.verdict}"
        for each in found
        if each.id[:3] in ("R01", "R02", "R03") or each.depth == 2
    )
    expected = MONITORING.replace("1 R01.2 stale", "2 persistence/prometheus proven\n1 R01.2 stale")
    # within an item, expectations stand in the order in which they speak for it
    assert sorted(told.split("\n")) == sorted([*expected.split("\n"), *_others(found)])
    assert [each.id for each in found if each.depth == 0] == [
        *(each.id for each in REQUIREMENTS),
        *(each.id for each in (*CRITERIA, *TESTS)),
    ]


def _others(found: Any) -> list[str]:
    """Expectations below R06, the criteria and the tests."""
    start = next(place for place, each in enumerate(found) if each.id == "R06")
    return [f"{each.depth} {each.id} {each.verdict}" for each in found[start:] if each.depth == 2]


def test_rows_go_as_deep_as_asked(trial: Any) -> None:
    assert {each.depth for each in rows(trial.report, depth=0)} == {0}
    assert {each.depth for each in rows(trial.report)} == {0, 1}
    titles = {each.id: each.title for each in rows(trial.report, depth=2)}
    assert titles["R03"] == "Alerting"
    assert titles["S1"] == "Everything is monitored"
    assert titles["R03.3"] == "Slack, e-mail and PagerDuty are reached"
    assert titles["delivered/email"] == ""


def test_json_is_one_envelope_that_jq_can_read(trial: Any, key: SigningKey) -> None:
    text = json_report(trial.report, key, {"report.html": "0" * 64})
    envelope = dsse.read(text)
    dsse.check(envelope, key.public)
    document = json.loads(base64.b64decode(json.loads(text)["payload"]))
    predicate = document["predicate"]
    assert document["_type"] == "https://in-toto.io/Statement/v1"
    assert set(predicate) == {
        "actions",
        "assessment",
        "engines",
        "envelopes",
        "environment",
        "exitCode",
        "files",
        "log",
        "made",
        "page",
        "processes",
        "publicKey",
        "seeded",
        "summary",
        "system",
    }
    assert predicate["exitCode"] == 1
    assert predicate["assessment"]["overall"]["verdict"] == "failed"
    assert predicate["files"] == {"report.html": "0" * 64}
    assert len(predicate["envelopes"]) == len(trial.evidence)
    assert predicate["processes"][0]["memory"] == 77_209_600
    names = [each["name"] for each in document["subject"]]
    assert names == sorted(names)
    assert {"signing-key", "evidence:1", "evidence:12"} <= set(names)


def test_the_same_report_is_the_same_bytes(trial: Any, key: SigningKey) -> None:
    for face in (json_report, html_report):
        assert face(trial.report, key) == face(trial.report, key)
    assert junit_report(trial.report) == junit_report(trial.report)


MARKS = {
    "proven": None,
    "failed": "failure",
    "stale": "failure",
    "unknown": "error",
    "excepted": "skipped",
    "not-built": "skipped",
    "not-promised": "skipped",
}


def test_in_junit_only_what_is_proven_passes(trial: Any) -> None:
    root = ET.fromstring(junit_report(trial.report))  # noqa: S314 - our own
    cases = {(each.get("classname"), each.get("name")): each for each in root.iter("testcase")}
    seen = set()
    for row in rows(trial.report, depth=2):
        if row.depth == 1:
            item = row.id
        if row.depth < 2 or row.id not in trial.evidence:
            continue
        mark = MARKS[row.verdict.value]
        found = [case for (_, name), case in cases.items() if name == row.id]
        assert found, row.id
        children = {child.tag for case in found for child in case} - {"system-out"}
        if mark is None and children:
            continue  # proven under one item and failed under a criterion
        assert mark is None or mark in children, (item, row.id)
        seen.add(row.verdict)
    assert len(seen) == 5


def test_junit_counts_what_it_holds(trial: Any) -> None:
    root = ET.fromstring(junit_report(trial.report))  # noqa: S314 - our own
    assert len(root.findall("testsuite")) == len(REQUIREMENTS) + 2
    for element in (root, *root.findall("testsuite")):
        assert element.get("tests") == str(len(list(element.iter("testcase"))))
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert element.get(name) == str(len(list(element.iter(tag)))), name


GOLDEN_CASE = """\
<testcase classname="R03.1" name="page/link-cut-api-database" time="60.000">
      <failure message="the page came 74.1 s after the fault, 60 s are allowed" type="failed" />
      <system-out>the page came 74.1 s after the fault, 60 s are allowed
fault to page: 74.1 s (target &lt;= 60.0)</system-out>
    </testcase>"""


def test_a_case_of_junit_reads_so(trial: Any) -> None:
    assert GOLDEN_CASE in junit_report(trial.report).decode()


def test_junit_survives_what_xml_cannot_write(samples: ModuleType, key: SigningKey) -> None:
    hostile = "\x00\x1b[31m\ud800\ufffe ]]> <&\"'"
    made = samples.evidence(verdict=Verdict.FAILED, reason=hostile)
    trial = samples.trial(key)
    books = samples.Books(
        index={"R03.1": (made.expectation,)},
        evidence={made.expectation: made},
        today=samples.today(made),
    )
    report = replace(
        trial.report,
        system=hostile,
        assessment=samples.assess(books),
        envelopes=(dsse.sign(samples.statement(made), key),),
    )
    root = ET.fromstring(junit_report(report))  # noqa: S314 - our own
    failure = next(root.iter("failure"))
    assert failure.get("message") == "\ufffd\ufffd[31m\ufffd\ufffd ]]> <&\"'"


def test_next_comes_what_is_worst_and_each_has_a_command(trial: Any) -> None:
    told = [(each.severity.value, each.what, each.command) for each in trial.report.actions]
    assert told == [
        ("failed", "Repair the proof routes/severity", "seatrial prove --controls severity"),
        (
            "failed",
            "Repair what page/link-cut-api-database found",
            "seatrial explain R03.1",
        ),
        ("unknown", "Measure executions", "seatrial prove executions"),
        ("unknown", "Measure probe/gateway", "seatrial prove"),
        ("stale", "Prove again host", "seatrial prove host"),
        (
            "stale",
            "Prove again service-hung-worker",
            "seatrial prove service-hung-worker",
        ),
        ("proven", "Show that inhibited/dependents can fail", "seatrial prove --controls"),
    ]
