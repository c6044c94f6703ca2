"""Roll-up: the worst wins, and nothing that was not shown is green."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from seatrial.contract.evidence import CONTROL_FILE, LASTS, Artefact, Evidence, Verdict
from seatrial.contract.requirements import CRITERIA, REQUIREMENTS, TESTS, items
from seatrial.evidence.assess import (
    WORST_FIRST,
    Assessment,
    Books,
    Standing,
    Waiver,
    assess,
    exit_code,
    worst,
)
from seatrial.evidence.report.actions import next_actions

GREEN = (Verdict.PROVEN, Verdict.EXCEPTED)
ALL = (*(each.id for each in items()), *(each.id for each in (*CRITERIA, *TESTS)))


def _books(samples: ModuleType, *made: Evidence, **changes: Any) -> Books:
    index: dict[str, tuple[str, ...]] = changes.pop("index", {})
    if not index:
        for each in made:
            for item in each.requirements:
                index[item] = (*index.get(item, ()), each.expectation)
    # what no evidence is of is not promised either, unless a test is about that
    changes.setdefault(
        "not_promised",
        {item.id: "x" for each in REQUIREMENTS for item in each.items if item.id not in index},
    )
    today = changes.pop("today", samples.today(*made))
    evidence = {each.expectation: each for each in made}
    return Books(index=index, evidence=evidence, today=today, **changes)


def _standing(found: Assessment, id_: str) -> Standing:
    def down(standing: Standing) -> Iterator[Standing]:
        yield standing
        for each in standing.parts:
            yield from down(each)

    tops = (found.overall, *found.criteria, *found.tests)
    return next(each for top in tops for each in down(top) if each.id == id_)


def test_all_proven_is_ready(samples: ModuleType) -> None:
    found = assess(_books(samples, samples.evidence(requirements=ALL)))
    assert found.overall.verdict is Verdict.PROVEN
    assert found.overall.sentence == ("Ready: all 88 promised items, each proven.")
    assert exit_code(found.overall) == 0
    assert all(each.complete for each in found.requirements)


def test_nothing_built_is_undetermined_and_not_ready(samples: ModuleType) -> None:
    found = assess(_books(samples, not_promised={}))
    assert found.overall.verdict is Verdict.UNKNOWN
    assert exit_code(found.overall) == 3
    assert "nothing that is promised is built" in found.overall.sentence
    assert {each.verdict for each in found.requirements} == {Verdict.NOT_BUILT}


@pytest.mark.parametrize(
    ("control", "age", "uncontrolled", "told"),
    [
        ("RED", LASTS - 1, 0, ""),
        ("RED", LASTS, 1, "control too old, it was run 30 days ago"),
        ("RED", 1095 * 86400.0, 1, "control too old, it was run 1095 days ago"),
        ("BLIND", LASTS, 1, "control could not be determined (the sink could not be asked)"),
    ],
)
def test_a_control_grows_old(
    samples: ModuleType, control: str, age: float, uncontrolled: int, told: str
) -> None:
    run = replace(getattr(samples, control), at=samples.NOW - age)
    made = samples.evidence(requirements=ALL, control=run)
    found = _standing(assess(_books(samples, made)), made.expectation)
    assert (found.verdict, found.uncontrolled) == (Verdict.PROVEN, uncontrolled)
    assert found.sentence.removeprefix(made.reason).removeprefix("; ") == told


def test_a_control_whose_raw_file_is_gone_is_not_one(samples: ModuleType) -> None:
    file = Artefact(name=CONTROL_FILE, sha256="a" * 64, media_type="application/json", size=1)
    plain = samples.evidence(requirements=ALL)
    made = replace(plain, artefacts=(*plain.artefacts, file))
    today = samples.today(made, lost=frozenset({file.sha256}))
    found = _standing(assess(_books(samples, made, today=today)), made.expectation)
    assert (found.verdict, found.uncontrolled) == (Verdict.PROVEN, 1)
    assert found.sentence.endswith("control not yet run: the raw file of the last one is gone")
    assert _standing(assess(_books(samples, made)), made.expectation).uncontrolled == 0


def test_the_worst_wins_in_this_order(samples: ModuleType) -> None:
    assert [each.value for each in WORST_FIRST] == [
        "failed",
        "unknown",
        "stale",
        "excepted",
        "proven",
        "not-built",
        "not-promised",
    ]
    assert set(WORST_FIRST) == set(Verdict)
    for place, each in enumerate(WORST_FIRST):
        assert worst(WORST_FIRST[place:]) is each
        assert worst(reversed(WORST_FIRST[place:])) is each
    assert worst(()) is Verdict.NOT_BUILT
    assert samples.NOW


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (Verdict.PROVEN, 0),
        (Verdict.EXCEPTED, 0),
        (Verdict.FAILED, 1),
        (Verdict.STALE, 1),
        (Verdict.UNKNOWN, 3),
        (Verdict.NOT_BUILT, 3),
        (Verdict.NOT_PROMISED, 3),
    ],
)
def test_every_verdict_has_its_exit_code(verdict: Verdict, code: int) -> None:
    assert exit_code(Standing(id="system", verdict=verdict, sentence="")) == code


def _missing(samples: ModuleType) -> Books:
    return _books(samples, index={"R03.1": ("page/service-down-api",)})


def _skipped(samples: ModuleType) -> Books:
    skipped = samples.evidence(verdict=Verdict.UNKNOWN, reason="skipped: this machine has no root")
    return _books(samples, skipped)


def _unreachable(samples: ModuleType) -> Books:
    return _books(
        samples, samples.evidence(verdict=Verdict.UNKNOWN, reason="the sink could not be asked")
    )


def _stale(samples: ModuleType) -> Books:
    made = samples.evidence(subjects={"file:services.api": "0" * 64})
    return _books(samples, made, today=samples.today(made, subjects={}))


def _expired(samples: ModuleType) -> Books:
    made = samples.evidence()
    return _books(samples, made, today=samples.today(made, now=made.expires))


def _elsewhere(samples: ModuleType) -> Books:
    made = samples.evidence()
    return _books(samples, made, today=samples.today(made, environment="production"))


def _control_green(samples: ModuleType) -> Books:
    return _books(samples, samples.evidence(control=samples.GREEN))


def _missed(samples: ModuleType) -> Books:
    figure = samples.Figure(name="fault to page", value=61.0, unit="s", target=60.0, bound="<=")
    return _books(samples, samples.evidence(figures=(figure,)))


@pytest.mark.parametrize(
    ("make", "verdict", "sentence"),
    [
        (_missing, Verdict.UNKNOWN, "no evidence yet"),
        (_skipped, Verdict.UNKNOWN, "skipped: this machine has no root"),
        (_unreachable, Verdict.UNKNOWN, "the sink could not be asked"),
        (_stale, Verdict.STALE, "services.api is no longer there"),
        (_expired, Verdict.STALE, "expired just now"),
        (_elsewhere, Verdict.STALE, "made in environment rehearsal"),
        (_control_green, Verdict.FAILED, "the proof cannot fail"),
        (_missed, Verdict.FAILED, "target missed: fault to page"),
    ],
)
def test_what_was_not_shown_is_never_green_anywhere_above(
    samples: ModuleType, make: Any, verdict: Verdict, sentence: str
) -> None:
    books = make(samples)
    fine = samples.evidence(
        "page/fine",
        requirements=tuple(each for each in ALL if each != "R03.1"),
        environment=replace(samples.ENVIRONMENT, name=books.today.environment),
        subjects={"file:fine": "0" * 64},
        engines={},
        expires=books.today.now + 1,
    )
    mixed = Books(  # the same, as the only one of 88 items that is not fine
        index=dict.fromkeys(fine.requirements, ("page/fine",)) | dict(books.index),
        evidence={**books.evidence, "page/fine": fine},
        today=replace(books.today, subjects=dict(books.today.subjects) | dict(fine.subjects)),
    )
    for found in (assess(books), assess(mixed)):
        for id_ in ("page/service-down-api", "R03.1", "R03", "system"):
            standing = _standing(found, id_)
            assert standing.verdict not in GREEN, id_
        leaf = _standing(found, "page/service-down-api")
        assert leaf.verdict is verdict
        assert leaf.sentence.startswith(sentence)
        assert exit_code(found.overall) != 0
    assert _standing(assess(mixed), "R03.1").verdict is verdict


def test_a_green_control_is_failed_and_says_that_the_proof_cannot_fail(
    samples: ModuleType,
) -> None:
    found = assess(_control_green(samples))
    leaf = _standing(found, "page/service-down-api")
    assert f"{leaf.verdict}: {leaf.sentence}" == (
        "failed: the proof cannot fail: it stayed green with a route that sends the page nowhere"
    )


@pytest.mark.parametrize(
    ("name", "says"),
    [("none", "control not yet run"), ("BLIND", "control could not be determined")],
)
def test_a_control_that_was_not_shown_red_is_said_at_every_level(
    samples: ModuleType, name: str, says: str
) -> None:
    control = None if name == "none" else getattr(samples, name)
    found = assess(_books(samples, samples.evidence(control=control, requirements=ALL)))
    assert says in _standing(found, "page/service-down-api").sentence
    for id_ in ("R03.1", "R03", "system"):
        standing = _standing(found, id_)
        assert standing.uncontrolled == 1  # one expectation, however many items cite it
        assert "control not yet shown red for 1 expectation" in standing.sentence.lower()


def _waiver(samples: ModuleType, covers: str, until: float | None = None) -> Waiver:
    end = samples.NOW + samples.DAY if until is None else until
    return Waiver(covers=covers, reason="replaced in March", owner="ada", until=end)


@pytest.mark.parametrize(
    ("subject", "verdict"),
    [("", Verdict.EXCEPTED), ("api", Verdict.EXCEPTED), ("gateway", Verdict.FAILED)],
)
def test_an_exception_of_one_hides_nothing_of_another(
    samples: ModuleType, subject: str, verdict: Verdict
) -> None:
    made = samples.evidence(verdict=Verdict.FAILED, reason="no page came")
    waiver = replace(_waiver(samples, "R03"), subject=subject)
    about = {made.expectation: frozenset({"api"})}
    books = _books(samples, made, waivers=(waiver,), about=about)
    assert assess(books).overall.verdict is verdict
    unknown = replace(books, about={})
    assert assess(unknown).overall.verdict is (verdict if not subject else Verdict.FAILED)


@pytest.mark.parametrize("covers", ["page/service-down-api", "R03.1", "R03"])
def test_an_exception_covers_what_it_names_and_what_is_below(
    samples: ModuleType, covers: str
) -> None:
    made = samples.evidence(verdict=Verdict.FAILED, reason="no page came")
    found = assess(_books(samples, made, waivers=(_waiver(samples, covers),)))
    leaf = _standing(found, made.expectation)
    assert leaf.verdict is Verdict.EXCEPTED
    assert leaf.sentence == (
        "excepted until 2026-11-25 by ada: replaced in March (it is failed: no page came)"
    )
    assert found.overall.verdict is Verdict.EXCEPTED
    assert exit_code(found.overall) == 0


@pytest.mark.parametrize("covers", ["R03.2", "R01", "page/other", "R0", ""])
def test_an_exception_covers_nothing_else(samples: ModuleType, covers: str) -> None:
    made = samples.evidence(verdict=Verdict.FAILED)
    found = assess(_books(samples, made, waivers=(_waiver(samples, covers),)))
    assert found.overall.verdict is Verdict.FAILED


def test_an_exception_ends_to_the_second(samples: ModuleType) -> None:
    made = samples.evidence(verdict=Verdict.FAILED, reason="no page came")
    last = _waiver(samples, "R03", samples.NOW + 0.001)
    assert assess(_books(samples, made, waivers=(last,))).overall.verdict is Verdict.EXCEPTED
    over = assess(_books(samples, made, waivers=(_waiver(samples, "R03", samples.NOW),)))
    assert over.overall.verdict is Verdict.FAILED
    assert _standing(over, made.expectation).sentence == (
        "no page came; the exception by ada ended 2026-11-24"
    )


def test_one_exception_that_holds_is_enough(samples: ModuleType) -> None:
    made = samples.evidence(verdict=Verdict.FAILED)
    waivers = (_waiver(samples, "R03", samples.NOW - 1), _waiver(samples, "R03.1"))
    assert assess(_books(samples, made, waivers=waivers)).overall.verdict is Verdict.EXCEPTED


def test_what_is_proven_needs_no_exception(samples: ModuleType) -> None:
    found = assess(_books(samples, samples.evidence(), waivers=(_waiver(samples, "R03"),)))
    assert found.overall.verdict is Verdict.PROVEN


def test_an_exception_under_one_requirement_does_not_cover_another(samples: ModuleType) -> None:
    made = samples.evidence(verdict=Verdict.FAILED, requirements=("R03.1", "R06.1"))
    found = assess(_books(samples, made, waivers=(_waiver(samples, "R03"),)))
    assert _standing(found, "R03").verdict is Verdict.EXCEPTED
    assert _standing(found, "R06").verdict is Verdict.FAILED
    assert found.overall.verdict is Verdict.FAILED


def test_what_is_not_promised_is_said_and_counts_as_neither(samples: ModuleType) -> None:
    made = samples.evidence(verdict=Verdict.FAILED)
    reason = "the file's promises leave it out"
    for id_ in ("R03", "R03.1"):
        found = assess(_books(samples, made, not_promised={id_: reason}))
        standing = _standing(found, id_)
        assert standing.verdict is Verdict.NOT_PROMISED
        assert standing.sentence == f"not promised: {reason}"
        assert found.overall.verdict is Verdict.UNKNOWN  # nothing else is built
        assert exit_code(found.overall) == 3


def test_not_promising_one_item_does_not_hide_another(samples: ModuleType) -> None:
    made = (
        samples.evidence(verdict=Verdict.FAILED),
        samples.evidence("silence/api", requirements=("R03.4",)),
    )
    found = assess(_books(samples, *made, not_promised={"R03.4": "x"}))
    assert _standing(found, "R03").verdict is Verdict.FAILED


def test_what_is_built_and_not_declared_is_unknown_and_says_so(samples: ModuleType) -> None:
    own = {"not_promised": {"R03.4": "x"}, "claimed": frozenset({"R03.3"})}
    found = assess(_books(samples, samples.evidence(), **own))
    assert _standing(found, "R03.3").verdict is Verdict.UNKNOWN
    assert _standing(found, "R03.3").sentence == "nothing that the file declares shows it"
    assert _standing(found, "R03.2").verdict is Verdict.NOT_BUILT
    assert _standing(found, "R03.4").verdict is Verdict.NOT_PROMISED
    (action,) = [each for each in next_actions(found, {}) if "R03.3" in each.what]
    assert action.command == "seatrial explain R03.3"


def test_what_is_not_built_is_said_in_the_verdict(samples: ModuleType) -> None:
    found = assess(_books(samples, samples.evidence(), not_promised={}))
    assert found.overall.verdict is Verdict.UNKNOWN
    assert exit_code(found.overall) == 3
    assert found.overall.sentence == (
        "Could not be determined: what is built holds: 1 of 88 promised items, each proven. 87 "
        "items are not built yet: nobody can say whether they are met."
    )
    assert not _standing(found, "R03").complete


def test_criteria_and_tests_are_held_against_the_whole(samples: ModuleType) -> None:
    for id_ in ("S1", "T1"):
        made = (
            samples.evidence(),
            samples.evidence("of/criterion", requirements=(id_,), verdict=Verdict.FAILED),
        )
        found = assess(_books(samples, *made))
        assert _standing(found, "R03").verdict is Verdict.PROVEN
        assert found.overall.verdict is Verdict.FAILED


def test_one_bad_expectation_among_many_decides(samples: ModuleType) -> None:
    made = [samples.evidence(f"page/{number}") for number in range(8)]
    for verdict in (Verdict.FAILED, Verdict.UNKNOWN):
        bad = samples.evidence("page/bad", verdict=verdict)
        found = assess(_books(samples, *made, bad))
        assert _standing(found, "R03.1").verdict is verdict
        assert _standing(found, "R03.1").counts == {verdict: 1, Verdict.PROVEN: 8}


def test_the_same_books_give_the_same_assessment(samples: ModuleType) -> None:
    books = _books(samples, *(samples.evidence(f"page/{number}") for number in range(5)))
    assert assess(books) == assess(books)
    assert [each.id for each in assess(books).requirements] == [each.id for each in REQUIREMENTS]
