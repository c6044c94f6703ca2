"""The whole review: risk, exceptions, requirements, and the two documents for programs."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from itertools import pairwise

import pytest
from review_samples import DATA, POSTGRES, TODAY, box, compose, everywhere, system, without

from seatrial.contract.requirements import REQUIREMENTS
from seatrial.review.assess import Assessment, assess
from seatrial.review.document import document
from seatrial.review.edit import edited
from seatrial.review.exceptions import Exemption, Standing, of_system, read
from seatrial.review.images import image
from seatrial.review.overview import Sight
from seatrial.review.products import recognise
from seatrial.review.risk import Risk
from seatrial.review.rules import BY_ID
from seatrial.review.sarif import document as sarif
from seatrial.review.sarif import fingerprint
from seatrial.review.subject import Subject
from seatrial.review.supported import ended
from seatrial.system.importers import compose as importer
from seatrial.system.importers.sketch import Sketch
from seatrial.system.parse import parse
from seatrial.system.problem import Place

SHOP = compose(box(ports=everywhere(80)), box("db", line=9, image=POSTGRES, ports=everywhere(5432)))
CLAIMS = {"R01.1": "metrics", "R01.2": "metrics", "R03.1": "alerting"}


def exempt(rule: str, subject: str = "db", until: dt.date = TODAY) -> Exemption:
    place = Place(".seatrial-assess.yaml", 2, 3)
    return Exemption(
        rule=rule, subject=subject, reason="moving", owner="ada", until=until, place=place
    )


def standings(assessment: Assessment, rule: str) -> dict[str, Standing]:
    return {
        each.finding.subject: each.standing
        for each in assessment.judged
        if each.finding.rule.id == rule
    }


def test_risks_are_ordered() -> None:
    assert list(Risk) == [Risk.LOW, Risk.MEDIUM, Risk.HIGH, Risk.CRITICAL]
    for lower, higher in pairwise(Risk):
        assert lower < higher
        assert higher > lower
        assert lower <= higher
        assert higher >= lower
    assert all(each.meaning.endswith(".") for each in Risk)


def test_the_riskiest_comes_first() -> None:
    risks = [each.finding.rule.risk for each in assess(SHOP).judged]
    assert risks == sorted(risks, reverse=True)
    assert risks[0] is Risk.CRITICAL
    groups = assess(SHOP).by_rule()
    assert sum(len(found) for _, found in groups) == len(risks)


def test_an_exception_holds_up_to_its_last_day_and_for_its_subject_alone() -> None:
    holds = assess(SHOP, (exempt("A0301"),))
    assert standings(holds, "A0301") == {"web": Standing.COUNTED, "db": Standing.EXCEPTED}
    assert len(holds.counted) == len(holds.judged) - 1
    over = assess(SHOP, (exempt("A0301", until=TODAY - dt.timedelta(days=1)),))
    assert standings(over, "A0301")["db"] is Standing.EXPIRED
    assert len(over.counted) == len(over.judged)
    assert [each.finding.rule.id for each in over.expired] == ["A0301"]


def test_an_exception_of_a_requirement_covers_its_items_and_a_star_every_subject() -> None:
    assert standings(assess(SHOP, (exempt("R14"),)), "A0301")["db"] is Standing.EXCEPTED
    assert standings(assess(SHOP, (exempt("R14.2"),)), "A0301")["db"] is Standing.EXCEPTED
    assert standings(assess(SHOP, (exempt("R14.1"),)), "A0301")["db"] is Standing.COUNTED
    star = standings(assess(SHOP, (exempt("A0301", "*"),)), "A0301")
    assert set(star.values()) == {Standing.EXCEPTED}


def test_of_two_exceptions_the_longer_one_counts_and_an_idle_one_is_told() -> None:
    past = exempt("A0301", until=TODAY - dt.timedelta(days=9))
    assert standings(assess(SHOP, (past, exempt("A0301"))), "A0301")["db"] is Standing.EXCEPTED
    idle = exempt("A0403")
    assert assess(SHOP, (idle,)).idle == (idle,)


def test_a_systems_own_exceptions_are_taken() -> None:
    subject = without(
        "teams:",
        "exceptions:\n  - {requirement: R14, subject: api, reason: small, owner: ada, "
        "until: 2026-12-31}\nteams:",
    )
    assert subject.system is not None
    found = assess(subject, of_system(subject.system))
    assert standings(found, "A0301")["api"] is Standing.EXCEPTED


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("exceptions: []\n", []),
        ("exceptions: 3\n", ["ST0202"]),
        ("others: []\n", ["ST0202"]),
        ("exceptions: [web]\n", ["ST0202"]),
        ("exceptions: [{rule: A0301}]\n", ["ST0202"] * 4),
        (
            "exceptions: [{rule: A9999, subject: w, reason: r, owner: o, until: 2026-01-01}]\n",
            ["ST0203"],
        ),
        (
            "exceptions: [{rule: R14.2, subject: w, reason: r, owner: o, until: soon}]\n",
            ["ST0204"],
        ),
        (
            "exceptions: [{rule: A0301, subject: w, reason: r, owner: 3, until: 2026-1-1, x: 1}]\n",
            ["ST0202", "ST0202", "ST0204"],
        ),
    ],
)
def test_a_wrong_exception_has_a_place_and_a_cure(text: str, codes: list[str]) -> None:
    root, _ = parse(text, ".seatrial-assess.yaml")
    assert root is not None
    found, problems = read(root, BY_ID)
    assert [each.code for each in problems] == codes
    assert all(each.place is not None and each.cure for each in problems)
    assert not found


def test_exceptions_are_read_with_their_places() -> None:
    text = (
        "exceptions:\n"
        "  - {rule: A0301, subject: db, reason: measured, owner: ada, until: 2026-12-31}\n"
    )
    root, _ = parse(text, "x.yaml")
    assert root is not None
    (found,), problems = read(root, BY_ID)
    assert problems == ()
    assert (found.rule, found.until, found.place.line) == ("A0301", dt.date(2026, 12, 31), 2)


def test_every_requirement_has_its_row_and_none_is_called_proven() -> None:
    rows = assess(SHOP, claims=CLAIMS).rows
    assert [each.requirement.id for each in rows] == [each.id for each in REQUIREMENTS]
    by_id = {each.requirement.id: each for each in rows}
    assert by_id["R01"].sight is Sight.MISSING
    assert by_id["R01"].provable == {"R01.1": "metrics", "R01.2": "metrics"}
    assert by_id["R02"].sight is Sight.UNKNOWN
    assert by_id["R02"].provable == {}
    assert {each.value for each in Sight} == {"missing", "in part", "written", "unknown"}
    assert "proven" not in json.dumps(document(assess(SHOP), Risk.HIGH)).replace(
        '"proven": []', ""
    ).replace("could_be_proven_today", "")


def test_what_is_there_is_written_down_and_an_excepted_rule_is_not_missing() -> None:
    whole = {each.requirement.id: each for each in assess(system()).rows}
    assert whole["R06"].sight is Sight.WRITTEN
    assert whole["R06"].there == ("1 objectives", "1 journeys")
    rows = assess(SHOP, (exempt("R18.1"),)).rows
    assert next(each for each in rows if each.requirement.id == "R18").sight is Sight.UNKNOWN


def test_the_json_document_says_all_and_whether_it_is_enough() -> None:
    found = document(assess(SHOP, (exempt("A0601"),)), Risk.CRITICAL)
    assert json.loads(json.dumps(found)) == found
    assert found["ok"] is False
    assert sum(found["counts"].values()) == len(found["findings"]) - 1
    excepted = [each for each in found["findings"] if each["standing"] == "excepted"]
    assert [each["exception"]["owner"] for each in excepted] == ["ada"]
    assert len(found["requirements"]) == 22


def test_sarif_has_the_members_that_the_standard_requires() -> None:
    """SARIF 2.1.0, sections 3.13 (sarifLog), 3.14 (run), 3.19 (toolComponent), 3.27 (result)."""
    found = sarif(assess(SHOP, (exempt("A0601"),)), "0.1.0")
    assert json.loads(json.dumps(found)) == found
    assert found["version"] == "2.1.0"
    (run,) = found["runs"]
    driver = run["tool"]["driver"]
    ids = [each["id"] for each in driver["rules"]]
    assert driver["name"] == "seatrial"
    assert len(ids) == len(set(ids))
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert 0 < float(rule["properties"]["security-severity"]) <= 10
    assert run["results"]
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        location = result["locations"][0]["physicalLocation"]
        assert location["artifactLocation"]["uri"] == "compose.yaml"
        assert location["region"]["startLine"] >= 1
        assert location["region"]["startColumn"] >= 1
    suppressed = [each["ruleId"] for each in run["results"] if "suppressions" in each]
    assert suppressed == ["A0601"]


def test_a_fingerprint_stays_when_lines_move_and_tells_findings_apart() -> None:
    moved = replace(
        SHOP, containers=tuple(replace(each, place=Place("compose.yaml", 40, 1))
                               for each in SHOP.containers)
    )  # fmt: skip
    first = [fingerprint(each.finding) for each in assess(SHOP).judged]
    assert sorted(first) == sorted(fingerprint(each.finding) for each in assess(moved).judged)
    assert len(first) == len(set(first))


@pytest.mark.parametrize(
    ("written", "name", "tag", "version"),
    [
        ("nginx", "nginx", "", ()),
        ("nginx:1.27-alpine", "nginx", "1.27-alpine", (1, 27)),
        ("localhost:5000/a/b", "a/b", "", ()),
        ("registry.acme.example/a/b:v2.1@sha256:00", "a/b", "v2.1", (2, 1)),
        ("acme/b:15", "acme/b", "15", (15,)),
    ],
)
def test_an_image_in_parts(written: str, name: str, tag: str, version: tuple[int, ...]) -> None:
    found = image(written)
    assert found is not None
    assert (found.name, found.tag, found.version) == (name, tag, version)


def test_an_image_that_is_not_known_yet_is_not_judged() -> None:
    assert image("nginx:${TAG}") is None
    assert image("") is None
    assert recognise("acme/web:1") is None


@pytest.mark.parametrize(
    ("written", "over"),
    [
        ("postgres:9.6", True),
        ("postgres:14.9", True),
        ("postgres:15.3-alpine", False),
        ("postgres:99", False),
        ("postgres", False),
        ("mysql:8.0.36", True),
        ("mysql:8", False),  # which 8 is not said
        ("mariadb:10.11", False),
        ("mongo:4.4", True),
        ("redis:7-alpine", False),
        ("acme/postgres-tools:9", False),
    ],
)
def test_only_versions_that_the_table_knows_are_over(written: str, *, over: bool) -> None:
    assert (ended(written, TODAY) is not None) is over


COMPOSE = """\
# the shop
x-base: &base
  image: acme/web:1.4   # pinned
services:
  web:
    <<: *base
    ports: ["80:8080"]
    depends_on: [db, cache]
  api: {image: "acme/api:2.0", expose: ["9000"]}

  db:
    image: postgres:16.4

    volumes:
      - data:/var/lib/postgresql/data   # kept
  cache: {image: redis:7.2, command: redis-server --save ""}
  migrate:
    image: acme/api:2.0
    command: migrate
volumes:
  data:
"""


def _sketch(text: str) -> Subject:
    found = importer.sketch({"compose.yaml": text}, environ={})
    assert isinstance(found, Sketch), found
    return Subject.of(found, TODAY)


def test_after_the_fix_the_same_rules_are_silent() -> None:
    before = assess(_sketch(COMPOSE))
    edits = tuple(
        each.finding.cure.edit for each in before.judged if each.finding.cure.edit is not None
    )
    assert edits
    found = edited(COMPOSE, edits)
    assert found.refused == ()
    after = assess(_sketch(found.text))
    cured = {(each.finding.rule.id, each.finding.subject) for each in before.judged
             if each.finding.cure.edit is not None}  # fmt: skip
    left = {(each.finding.rule.id, each.finding.subject) for each in after.judged}
    assert {rule for rule, _ in cured} >= {"A0201", "A0801", "A0802", "A0901"}
    assert cured & left == set()
    old = {(each.finding.rule.id, each.finding.subject) for each in before.judged}
    # a health check that is there now can be waited for
    assert left - old <= {("A1102", "web")}
    assert all(line.rstrip("}") in found.text for line in COMPOSE.splitlines())


def test_an_option_of_the_log_that_is_written_keeps_its_value() -> None:
    text = "services:\n  web:\n    image: a:1\n    logging: {options: {max-file: '7'}}\n"
    (found,) = (each for each in assess(_sketch(text)).judged if each.finding.rule.id == "A0901")
    assert found.finding.cure.edit is not None
    assert edited(text, (found.finding.cure.edit,)).text == text.replace(
        "'7'}}", "'7', max-size: 10m}, driver: json-file}"
    )


def test_a_review_is_the_same_every_time() -> None:
    with_data = compose(box("db", image=POSTGRES, mounts=DATA))
    assert assess(with_data) == assess(with_data)
    assert "A0701" not in {each.finding.rule.id for each in assess(with_data).judged}
