from __future__ import annotations

from dataclasses import replace
from typing import Any

from trials import UP

from seatrial.drills.watching import ask


def test_the_replica_that_is_meant_is_asked(world: Any) -> None:
    ask(world.runtime, UP, 0.0, 1.0)
    ask(world.runtime, replace(UP, replica=1), 0.0, 1.0)
    assert [each.replica for each in world.asked] == [0, 1]
