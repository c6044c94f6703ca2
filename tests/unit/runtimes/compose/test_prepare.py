"""A preparation on an engine that is only remembered."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from seatrial.runtimes.compose.prepare import Prepared


def test_what_a_killed_up_left_running_is_ended_before_anything_is_set_aside(
    replica: Callable[..., Any],
) -> None:
    one = replica()
    there = {
        "left": [one.name],
        "of another replica": [f"{one.name}0"],
        "the replica itself": None,
    }
    gone: list[str] = []
    engine: Any = SimpleNamespace(
        containers=lambda labels: [
            {"Id": each, "HostConfig": {"VolumesFrom": shared}}
            for each, shared in there.items()
            if labels == one.names.labels
        ],
        remove=gone.append,
    )
    never: Any = None
    with Prepared(engine=engine, one=one, apart=never, move=never).alone():
        assert gone == ["left"]
