"""The whole thread in containers: a service killed, its page, its evidence, its control red."""

import json
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("compose-first-light")]
SCENARIO = "service-down-front"


def told(said: str) -> Any:
    """The JSON among what a command said on both streams."""
    begin, end = said.index("\n[") if not said.startswith("[") else 0, said.rindex("]") + 1
    return json.loads(said[begin:end])


def test_first_light(tiny: Callable[[], Any]) -> None:
    up = tiny()
    up.run("up")
    assert "nothing would change" in up.run("diff")
    assert all(each["phase"] == "ready" for each in told(up.run("status", "--json")))
    (found,) = told(up.run("prove", SCENARIO, "--json"))
    assert (found["expectation"], found["verdict"]) == (f"page/{SCENARIO}", "proven"), found
    (found,) = told(up.run("prove", "--controls", SCENARIO, "--json"))
    assert found["control"]["red"] is True, found
    assert found["verdict"] == "proven"  # the control says nothing of the drill before it
    assert all(each["phase"] == "ready" for each in told(up.run("status", "--json")))
    folder = up.folder / "report"
    up.run("report", "-o", str(folder), code=3)  # most of what could be proven was not asked
    assert f"page/{SCENARIO}" in (folder / "report.html").read_text()
    up.run("verify", str(folder))
    page = (folder / "report.html").read_bytes()
    (folder / "report.html").write_bytes(page.replace(b"proven", b"Proven", 1))
    assert "report.html" in up.run("verify", str(folder), code=1)
