"""What a program said of files and of their spoiled copies: red is all of them."""

from __future__ import annotations

import json

import pytest

from seatrial.app.examine import Examined
from seatrial.contract.examination import Examination, Spoiled
from seatrial.contract.runtime import Executed

ALERT = Examination(
    name="rules/api/ServiceDown-page",
    test="T1",
    requirements=("T1",),
    summary="it fires when it should, and clears",
    engine="prometheus",
    files={"rules.yml": "right", "test.yml": "test"},
    argv=("promtool", "test", "rules", "test.yml"),
    spoiled=(
        Spoiled(defect="its expression is never true", files={"rules.yml": "never"}),
        Spoiled(defect="its expression is always true", files={"rules.yml": "always"}),
    ),
)


def told(status: int) -> Executed:
    return Executed(status=status, stdout="FAILED" if status else "SUCCESS", stderr="")


@pytest.mark.parametrize(
    ("statuses", "red", "objection"),
    [
        ((1, 1), True, "promtool: FAILED"),
        ((1, 0), False, "promtool accepts that its expression is always true"),
        ((0, 1), False, "promtool accepts that its expression is never true"),
    ],
)
def test_every_spoiled_copy_must_be_objected_to(
    statuses: tuple[int, int], *, red: bool, objection: str
) -> None:
    spoilt = tuple(map(told, statuses))
    found = Examined(examination=ALERT, told=told(0), spoilt=spoilt, started=0.0, finished=1.0)
    assert (found.passed, found.red, found.objection) == (True, red, objection)
    raw = json.loads(found.raw())
    assert [each["files"] for each in raw["spoiled"]] == [
        {"rules.yml": "never"}, {"rules.yml": "always"},
    ]  # fmt: skip
