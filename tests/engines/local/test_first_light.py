"""The whole thread: a service killed, its page, its evidence, its control red, the report."""

import json
import shutil
from typing import Any

import pytest

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("first-light")]
SCENARIO = "service-down-front"
PROOF = f"page/{SCENARIO}"


def told(said: str) -> Any:
    """The JSON among what a command said on both streams."""
    begin, end = said.index("\n[") if not said.startswith("[") else 0, said.rindex("]") + 1
    return json.loads(said[begin:end])


def test_first_light(up: Any) -> None:
    """One thread, in its order: each part rests on the one before."""
    a_killed_service_pages_and_clears(up)
    with_its_route_led_astray_the_proof_turns_red(up)
    the_report_verifies_until_a_byte_is_changed(up)
    one_changed_line_makes_stale_what_rests_on_it_and_nothing_else(up)


def a_killed_service_pages_and_clears(up: Any) -> None:
    (found,) = told(up.run("prove", SCENARIO, "--json"))
    assert (found["expectation"], found["verdict"]) == (PROOF, "proven"), found
    figures = {each["name"]: each for each in found["figures"]}
    took = figures["fault to page"]
    assert took["target"] == 60
    # ProbeFailing cannot be true before two scrapes and its `for`; earlier would be another page
    assert 10 <= took["value"] <= figures["worst case by configuration"]["value"]
    assert figures["repair to resolved notice"]["value"] > 0


def with_its_route_led_astray_the_proof_turns_red(up: Any) -> None:
    (found,) = told(up.run("prove", "--controls", SCENARIO, "--json"))
    assert found["control"]["red"] is True, found
    assert found["verdict"] == "proven"  # the control says nothing of the drill before it
    assert not up.unready()


def the_report_verifies_until_a_byte_is_changed(up: Any) -> None:
    folder = up.folder / "report"
    up.begin("report", "-o", str(folder)).communicate(timeout=300)
    assert PROOF in (folder / "report.html").read_text()
    up.run("verify", str(folder))
    copy = up.folder / "changed"
    shutil.copytree(folder, copy)
    page = (copy / "report.html").read_bytes()
    (copy / "report.html").write_bytes(page.replace(b"proven", b"Proven", 1))
    said = up.run("verify", str(copy), code=1)
    assert "report.html" in said


def one_changed_line_makes_stale_what_rests_on_it_and_nothing_else(up: Any) -> None:
    before = up.file.read_text()
    try:
        up.file.write_text(before.replace("scale: 2", "scale: 3"))  # another service
        assert "stale" not in _line(up, PROOF)
        up.file.write_text(before.replace("{GREETING: hello}", "{GREETING: hi}", 1))  # this one
        assert "stale" in _line(up, PROOF)
    finally:
        up.file.write_text(before)
    assert "stale" not in _line(up, PROOF)


def _line(up: Any, name: str) -> str:
    said, _ = up.begin("report", "--all", "-o", str(up.folder / "again")).communicate(timeout=300)
    return next(each for each in said.splitlines() if name in each)
