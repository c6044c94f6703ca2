"""Two regions on real engines: one is cut from the centre, one is lost, one of each pair dies."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("federation")]
CUT, HALVED, LOST = "centre-cut-us", "pairs-halved", "centre-lost"


def figures(found: dict[str, Any]) -> dict[str, float]:
    return {each["name"]: each["value"] for each in found["figures"]}


def test_both_are_on_the_board_that_is_asked_at_the_centre(both: Any) -> None:
    found = both.proven("coverage")
    assert found["panels/regions"]["verdict"] == "proven", found["panels/regions"]


def test_a_region_that_is_cut_off_pages_by_itself_and_nothing_of_it_is_lost(both: Any) -> None:
    found = both.proven(CUT)
    assert {name: each["verdict"] for name, each in found.items()} == {
        f"page/{CUT}": "proven",
        f"absence/{CUT}": "proven",
        f"complete/{CUT}": "proven",
    }, found
    told = figures(found[f"complete/{CUT}"])
    assert told["samples of the cut"] > 0
    assert told["missing at the centre"] == told["not of this server"] == 0


def test_the_region_of_the_centre_is_lost_and_the_other_one_pages(both: Any) -> None:
    name = f"absence/{LOST}-us"
    found = both.proven(LOST)
    assert {each: one["verdict"] for each, one in found.items()} == {name: "proven"}, found
    assert figures(found[name])["fault to page"] <= 60


def test_with_one_of_each_pair_dead_each_page_comes_once(both: Any) -> None:
    found = both.proven(HALVED)
    assert {name: each["verdict"] for name, each in found.items()} == {
        f"once/{HALVED}-eu": "proven",
        f"once/{HALVED}-us": "proven",
    }, found
    assert all(figures(each)["notices on one channel"] == 1 for each in found.values())


def test_regions_that_bear_the_same_labels_turn_it_red(both: Any) -> None:
    found = both.proven("--controls", HALVED)
    assert all(each["control"]["red"] for each in found.values()), found
    reasons = "\n".join(each["control"]["reason"] for each in found.values())
    assert "2 times" in reasons  # once for each region that calls itself eu
    assert "did not reach" in reasons  # nobody calls itself us
