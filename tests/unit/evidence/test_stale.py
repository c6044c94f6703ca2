"""What evidence is still worth: it loses by what it rests on, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from seatrial.contract.evidence import Verdict
from seatrial.evidence.stale import RELEASED, SKEW, aged


def test_nothing_changed_and_it_is_proven_still(samples: ModuleType) -> None:
    made = samples.evidence()
    found = aged(made, samples.today(made))
    assert (found.verdict, found.reason) == (Verdict.PROVEN, made.reason)


def test_a_changed_subject_makes_stale_what_rests_on_it_and_nothing_else(
    samples: ModuleType,
) -> None:
    rests = {
        "page/service-down-api": ("file:services.api", "file:alerting"),
        "page/service-down-worker": ("file:services.worker", "file:alerting"),
        "persistence/prometheus": ("file:monitoring",),
    }
    made = {
        name: samples.evidence(
            name, subjects={each: samples.digest(each) for each in subjects}, engines={}
        )
        for name, subjects in rests.items()
    }
    before = samples.today(*made.values())
    for subject in before.subjects:
        moved = dict(before.subjects) | {subject: samples.digest("changed")}
        gone = {key: value for key, value in before.subjects.items() if key != subject}
        for word, now in (("changed", moved), ("is no longer there", gone)):
            today = replace(before, subjects=now)
            for name, each in made.items():
                found = aged(each, today)
                if subject in rests[name]:  # this way ...
                    assert found.verdict is Verdict.STALE
                    assert found.reason == f"{subject.removeprefix('file:')} {word}"
                else:  # ... and the other
                    assert found.verdict is Verdict.PROVEN


def test_what_is_new_in_the_file_makes_nothing_stale(samples: ModuleType) -> None:
    made = samples.evidence()
    more = dict(made.subjects) | {"file:services.new": samples.digest("new")}
    assert aged(made, samples.today(made, subjects=more)).verdict is Verdict.PROVEN


def test_another_engine_version_makes_stale_only_what_ran_on_it(samples: ModuleType) -> None:
    on = samples.evidence("a", engines={"prometheus": "2.53.3"})
    off = samples.evidence("b", engines={"alertmanager": "0.34.2"})
    today = samples.today(on, off, engines={"prometheus": "3.0.0", "alertmanager": "0.34.2"})
    assert aged(on, today).verdict is Verdict.STALE
    # said once, though its digest has changed too
    assert aged(on, today).reason == "prometheus 2.53.3 -> 3.0.0"
    assert aged(off, today).verdict is Verdict.PROVEN


def test_an_engine_that_is_gone_is_named(samples: ModuleType) -> None:
    made = samples.evidence(engines={"prometheus": "2.53.3"})
    found = aged(made, samples.today(made, engines={}))
    assert (found.verdict, found.reason) == (Verdict.STALE, "prometheus is no longer here")


def test_it_expires_to_the_second(samples: ModuleType) -> None:
    made = samples.evidence()
    assert aged(made, samples.today(made, now=made.expires - 0.001)).verdict is Verdict.PROVEN
    found = aged(made, samples.today(made, now=made.expires))
    assert (found.verdict, found.reason) == (Verdict.STALE, "expired just now")
    later = aged(made, samples.today(made, now=made.expires + 3 * samples.DAY))
    assert later.reason == "expired 3 days ago"


def test_evidence_of_the_future_is_not_believed(samples: ModuleType) -> None:
    made = samples.evidence()
    early = samples.today(made, now=made.finished - SKEW)
    assert aged(made, early).verdict is Verdict.PROVEN
    earlier = samples.today(made, now=made.finished - SKEW - 1)
    assert aged(made, earlier).verdict is Verdict.STALE
    assert "one of the clocks is wrong" in aged(made, earlier).reason


def test_what_was_shown_elsewhere_proves_nothing_here(samples: ModuleType) -> None:
    made = samples.evidence()
    found = aged(made, samples.today(made, environment="production"))
    assert found.verdict is Verdict.STALE
    assert found.reason == "made in environment rehearsal: that proves nothing in production"


def test_all_reasons_are_told(samples: ModuleType) -> None:
    made = samples.evidence(engines={})
    subjects = dict(made.subjects) | {"file:services.api": "0" * 64}
    today = samples.today(made, environment="x", subjects=subjects, now=made.expires)
    assert aged(made, today).reason.count(";") == 2


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.UNKNOWN])
def test_age_does_not_turn_what_was_not_proven_into_something_milder(
    samples: ModuleType, verdict: Verdict
) -> None:
    made = samples.evidence(verdict=verdict)
    today = samples.today(made, subjects={}, engines={}, now=made.expires + 1)
    assert aged(made, today).verdict is verdict


def test_a_proof_that_cannot_fail_is_failed_whatever_its_age(samples: ModuleType) -> None:
    made = samples.evidence(control=samples.GREEN)
    for now in (samples.NOW, made.expires + 1):
        found = aged(made, samples.today(made, now=now))
        assert found.verdict is Verdict.FAILED
        assert found.reason.startswith("the proof cannot fail")


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        (RELEASED, "seatrial version changed"),
        ("rules:service-api.yml", "rules service-api.yml changed"),
        ("routes:alertmanager.yml", "routes alertmanager.yml changed"),
        ("contents:api/nginx.conf", "contents api/nginx.conf changed"),
    ],
)
def test_what_is_no_part_of_the_file_is_named_by_its_kind(
    samples: ModuleType, subject: str, reason: str
) -> None:
    made = samples.evidence(subjects={subject: samples.digest("a")}, engines={})
    assert aged(made, samples.today(made)).verdict is Verdict.PROVEN
    found = aged(made, samples.today(made, subjects={subject: samples.digest("b")}))
    assert (found.verdict, found.reason) == (Verdict.STALE, reason)


def test_evidence_that_names_no_release_is_not_believed_by_one_that_does(
    samples: ModuleType,
) -> None:
    made = samples.evidence()
    assert RELEASED not in made.subjects
    released = dict(made.subjects) | {RELEASED: samples.digest("1")}
    found = aged(made, samples.today(made, subjects=released))
    assert found.verdict is Verdict.STALE
    assert "an earlier seatrial" in found.reason


def test_evidence_of_one_runtime_is_none_of_another(samples: ModuleType) -> None:
    here, there = "runtime:compose", "runtime:local"
    made = samples.evidence(subjects={there: samples.digest("local")}, engines={})
    assert aged(made, samples.today(made)).verdict is Verdict.PROVEN
    rests = {made.expectation: frozenset({here})}
    today = samples.today(made, subjects={here: samples.digest("compose")}, rests=rests)
    found = aged(made, today)
    assert found.verdict is Verdict.STALE
    assert found.reason == "made on runtime local, which is not the one here"


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("code:worker", "it does not rest on code worker yet"),
        ("engine:postgres", "it does not rest on engine postgres yet"),
        ("runtime:local", "it does not rest on runtime local yet"),
    ],
)
def test_evidence_that_did_not_look_at_all_that_counts_is_stale(
    samples: ModuleType, wanted: str, reason: str
) -> None:
    made = samples.evidence()
    named = {*made.subjects, *(f"engine:{each}" for each in made.engines)}
    enough = samples.today(made, rests={made.expectation: frozenset(named)})
    assert aged(made, enough).verdict is Verdict.PROVEN
    other = samples.today(made, rests={"page/another": frozenset({wanted})})
    assert aged(made, other).verdict is Verdict.PROVEN
    found = aged(made, samples.today(made, rests={made.expectation: frozenset({wanted, *named})}))
    assert (found.verdict, found.reason) == (Verdict.STALE, reason)


def test_code_that_cannot_be_had_now_is_not_taken_for_the_same(samples: ModuleType) -> None:
    made = samples.evidence(subjects={"code:api": samples.digest("code")}, engines={})
    today = samples.today(
        made, subjects={}, lacking={"code:api": "api holds more than 20000 files"}
    )
    found = aged(made, today)
    assert found.verdict is Verdict.STALE
    assert found.reason == "code api is not pinned now: api holds more than 20000 files"


def test_a_proof_whose_raw_file_is_gone_is_stale(samples: ModuleType) -> None:
    made = samples.evidence()
    lost = frozenset({made.artefacts[0].sha256})
    found = aged(made, samples.today(made, lost=lost))
    assert (found.verdict, found.reason) == (Verdict.STALE, "its raw file drill.json is gone")
    control = replace(made.artefacts[0], name="control.json")
    apart = replace(made, artefacts=(control,))
    assert aged(apart, samples.today(apart, lost=lost)).verdict is Verdict.PROVEN
