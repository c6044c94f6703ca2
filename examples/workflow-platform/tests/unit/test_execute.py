import asyncio
import hashlib

import pytest
from common.steps import FailTimes, Hash, Sleep, Step, Template
from worker.execute import StepFailedError, pause_before, perform


def done(step: Step, attempt: int = 1, **names: str) -> str:
    return asyncio.run(perform(step, attempt, names))


def test_pauses_double_up_to_two_seconds() -> None:
    assert [pause_before(attempt) for attempt in range(1, 9)] == pytest.approx(
        [0, 0.1, 0.2, 0.4, 0.8, 1.6, 2, 2]
    )


def test_a_hash_is_sha256_as_often_as_asked() -> None:
    once = hashlib.sha256(b"abc")
    assert done(Hash(kind="hash", text="abc")) == once.hexdigest()
    twice = hashlib.sha256(once.digest())
    assert done(Hash(kind="hash", text="abc", rounds=2)) == twice.hexdigest()


def test_a_sleep_says_how_long_it_was() -> None:
    assert done(Sleep(kind="sleep", seconds=0)) == "slept 0 s"


def test_fail_times_works_after_its_failures() -> None:
    step = FailTimes(kind="fail_times", times=2)
    for attempt in (1, 2):
        with pytest.raises(StepFailedError, match=f"^attempt {attempt} of 2 that fail$"):
            done(step, attempt)
    assert done(step, 3) == "worked at attempt 3"


def test_a_templates_own_values_come_before_the_names_around_it() -> None:
    step = Template(kind="template", template="${a} $b $c $$ $", values={"b": "own"})
    assert done(step, a="outer a", b="outer b") == "outer a own $c $ $"


def test_values_are_not_filled_in_again() -> None:
    step = Template(kind="template", template="$a", values={"a": "$b", "b": "secret"})
    assert done(step) == "$b"


def test_a_templates_output_is_bounded() -> None:
    names = {"a": "x" * 9_000}
    assert len(done(Template(kind="template", template="$a" * 11), 1, **names)) == 99_000
    with pytest.raises(StepFailedError, match=r"^the output is longer than 100000 characters$"):
        done(Template(kind="template", template="$a" * 12), 1, **names)
