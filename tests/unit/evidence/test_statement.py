"""Evidence as an in-toto statement, and back."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from types import ModuleType

import pytest

from seatrial.contract.evidence import Verdict
from seatrial.contract.scenario import Figure
from seatrial.contract.timeline import Observation
from seatrial.evidence.canonical import canonical
from seatrial.evidence.failure import EvidenceFailure
from seatrial.evidence.statement import PREDICATE, evidence_of, statement


def test_evidence_reads_back_as_it_was(samples: ModuleType) -> None:
    for made in (
        samples.evidence(),
        samples.evidence(control=None, timeline=(), figures=(), artefacts=(), engines={}),
        samples.evidence(reason="\u202e\ud800 <script>\x00"),
        samples.evidence(control=samples.BLIND, verdict=Verdict.UNKNOWN),
    ):
        payload = statement(made)
        assert evidence_of(payload) == made
        assert statement(evidence_of(payload)) == payload


def test_it_is_an_in_toto_statement_v1(samples: ModuleType) -> None:
    document = json.loads(statement(samples.evidence()))
    assert document["_type"] == "https://in-toto.io/Statement/v1"
    assert document["predicateType"] == PREDICATE
    assert [each["name"] for each in document["subject"]] == [
        "engine:prometheus",
        "file:services.api",
        "scenario:service-down-api",
    ]
    for each in document["subject"]:
        assert set(each["digest"]) == {"sha256"}
        assert len(each["digest"]["sha256"]) == 64
    predicate = document["predicate"]
    # the engine is what ran, not what configured it
    assert [each["name"] for each in predicate["configuration"]] == [
        "file:services.api",
        "scenario:service-down-api",
    ]


@pytest.mark.parametrize(
    ("change", "result", "listed"),
    [
        ({}, "PASSED", "passedTests"),
        ({"verdict": Verdict.EXCEPTED}, "WARNED", "warnedTests"),
        ({"verdict": Verdict.FAILED}, "FAILED", "failedTests"),
        ({"verdict": Verdict.UNKNOWN}, "FAILED", "failedTests"),
        ({"verdict": Verdict.STALE}, "FAILED", "failedTests"),
        ({"verdict": Verdict.NOT_BUILT}, "FAILED", "failedTests"),
        ({"verdict": Verdict.NOT_PROMISED}, "FAILED", "failedTests"),
        (
            {"figures": (Figure(name="f", value=61.0, unit="s", target=60.0, bound="<="),)},
            "FAILED",
            "failedTests",
        ),
    ],
)
def test_only_what_is_proven_passes(
    samples: ModuleType, change: dict[str, object], result: str, listed: str
) -> None:
    made = samples.evidence(**change)
    predicate = json.loads(statement(made))["predicate"]
    lists = {name: predicate[name] for name in ("passedTests", "warnedTests", "failedTests")}
    assert predicate["result"] == result
    assert {name for name, each in lists.items() if each} == {listed}
    assert lists[listed] == [made.expectation]


def test_a_proof_that_cannot_fail_does_not_pass(samples: ModuleType) -> None:
    made = samples.evidence(control=samples.GREEN)
    assert json.loads(statement(made))["predicate"]["result"] == "FAILED"


def test_evidence_that_rests_on_nothing_is_refused(samples: ModuleType) -> None:
    with pytest.raises(ValueError, match="rests on nothing"):
        statement(samples.evidence(subjects={}))


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_numbers_without_end_survive(samples: ModuleType, value: float) -> None:
    figure = Figure(name="fault to page", value=value, unit="s", target=60.0, bound="<=")
    seen = Observation(at=1.0, source="a", kind="sample", subject="up", value=value)
    made = samples.evidence(figures=(figure,), timeline=(seen,), verdict=Verdict.FAILED)
    found = evidence_of(statement(made))
    assert repr(found.figures[0].value) == repr(value)
    assert repr(found.timeline[0].value) == repr(value)


def test_a_count_where_a_float_belongs_reads_back_the_same(samples: ModuleType) -> None:
    made = samples.evidence(figures=(Figure(name="messages", value=12, unit=""),), started=1)
    assert statement(evidence_of(statement(made))) == statement(made)


def _changed(samples: ModuleType, path: str, value: object) -> bytes:
    document = json.loads(statement(samples.evidence(verdict=Verdict.FAILED)))
    place = document
    *ways, last = path.split(".")
    for way in ways:
        place = place[int(way)] if isinstance(place, list) else place[way]
    if isinstance(place, list):
        place[int(last)] = value
    else:
        place[last] = value
    return canonical(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("_type", "https://in-toto.io/Statement/v0.1"),
        ("predicateType", "https://slsa.dev/provenance/v1"),
        ("subject", []),
        ("subject.0.digest.sha256", "0" * 64),
        ("subject.0.name", "file:services.other"),
        ("predicate.result", "PASSED"),
        ("predicate.passedTests", ["page/service-down-api"]),
        ("predicate.failedTests", []),
        ("predicate.configuration", []),
        ("predicate.extra", 1),
        ("predicate.seatrial", None),
        ("predicate.seatrial.verdict", "proven"),
        ("predicate.seatrial.verdict", "splendid"),
        ("predicate.seatrial.subjects", {}),
        ("predicate.seatrial.extra", 1),
        ("predicate.seatrial.figures.0.bound", "~"),
        ("predicate.seatrial.figures.0.value", "1e999"),
        ("predicate.seatrial.figures.0.value", "22.76"),
        ("predicate.seatrial.started", "yesterday"),
        ("extra", 1),
    ],
)
def test_a_statement_that_does_not_agree_with_itself_is_refused(
    samples: ModuleType, path: str, value: object
) -> None:
    with pytest.raises(EvidenceFailure):
        evidence_of(_changed(samples, path, value))


def test_an_unreadable_bound_is_refused_and_not_a_crash(samples: ModuleType) -> None:
    document = json.loads(statement(samples.evidence()))
    document["predicate"]["seatrial"]["figures"][0]["bound"] = ""
    with pytest.raises(EvidenceFailure):
        evidence_of(canonical(document))


@pytest.mark.parametrize("text", [b"[]", b"{}", b"null", b"not json", b""])
def test_bytes_that_are_no_statement_are_refused(text: bytes) -> None:
    with pytest.raises(EvidenceFailure):
        evidence_of(text)


def test_other_spacing_is_another_statement(samples: ModuleType) -> None:
    payload = statement(samples.evidence())
    with pytest.raises(EvidenceFailure, match="not written by seatrial"):
        evidence_of(json.dumps(json.loads(payload)).encode())


def test_every_field_of_evidence_is_signed(samples: ModuleType) -> None:
    made = samples.evidence()
    plain = statement(made)
    others = {
        "id": "x",
        "expectation": "x",
        "scenario": "x",
        "requirements": ("R03.2",),
        "summary": "x",
        "verdict": Verdict.FAILED,
        "reason": "x",
        "environment": replace(made.environment, kernel="x"),
        "subjects": {"file:x": "0" * 64},
        "started": 1.0,
        "finished": 1.0,
        "expires": 1.0,
        "figures": (),
        "timeline": (),
        "engines": {},
        "artefacts": (),
        "seeded": "x",
        "control": None,
    }
    assert set(others) == set(type(made).__dataclass_fields__)
    for name, value in others.items():
        assert statement(replace(made, **{name: value})) != plain, name
