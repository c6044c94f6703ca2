"""Which replicas an action means: all, one, or a sentence."""

import pytest

from seatrial.contract.action import Answering
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.shared.replicas import chosen


def test_all_or_the_one() -> None:
    assert chosen("api", None, 3) == [0, 1, 2]
    assert chosen("api", 2, 3) == [2]


@pytest.mark.parametrize("replica", [-1, 3, 7])
def test_one_that_is_not_there_is_told_with_those_that_are(replica: int) -> None:
    with pytest.raises(RuntimeFailure, match=f"api has no replica {replica}, it has 3") as told:
        chosen("api", replica, 3)
    assert "from 0 to 2" in told.value.cure


def test_one_that_nobody_has_found_is_not_guessed() -> None:
    with pytest.raises(RuntimeFailure, match="nobody has asked which replica of api"):
        chosen("api", Answering(port="http", path="/primary"), 3)
