"""The newcomer's path: his compose file as it is, brought in, proven beside, and left as it was."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from seatrial.contract.action import Kill

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("beside-first-light")]
SCENARIO = "service-down-stock"


def told(said: str) -> Any:
    """The JSON among what a command said on both streams."""
    begin, end = said.index("\n[") if not said.startswith("[") else 0, said.rindex("]") + 1
    return json.loads(said[begin:end])


def test_first_light(make: Callable[[], Any]) -> None:
    shop = make()
    shop.run("init", "--from", "compose.yaml", "--yes", "--owner", "shop")
    assert "nothing runs from" in shop.run("up", code=3)
    assert shop.traces() == []
    shop.compose("up", "--detach", "--build")
    before = shop.theirs()
    shop.run("up")
    assert "nothing would change" in shop.run("diff")
    assert all(each["phase"] == "ready" for each in told(shop.run("status", "--json")))
    proven = told(shop.run("prove", SCENARIO, "--json"))
    assert f"page/{SCENARIO}" in {each["expectation"] for each in proven}
    assert {each["verdict"] for each in proven} == {"proven"}, proven
    (found,) = told(shop.run("prove", "--controls", f"page/{SCENARIO}", "--json"))
    assert found["control"]["red"] is True, found
    shop.killed(f"inject({Kill(workload='stock')!r})")
    assert "undone" in shop.run("up")
    assert all(each["phase"] == "ready" for each in told(shop.run("status", "--json")))
    folder = shop.folder / "report"
    shop.run("report", "-o", str(folder), code=3)  # most of what could be proven was not asked
    shop.run("verify", str(folder))
    shop.run("down")
    assert shop.theirs() == before
    assert all(each["State"]["Running"] for each in before[0])
