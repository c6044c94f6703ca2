"""A store's primary crashes, is lost, hangs: another takes over, and nothing acknowledged is lost.

Each by the real command line, on real members, with the defect that must turn it red.
"""

from __future__ import annotations

import json

import pytest
from live import Live

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("failover")]
_DRILLS = tuple(f"primary-{each}-database" for each in ("crash", "lost", "hung"))
_UNDECIDED = "undecided-database"


def _leader(one: Live) -> str:
    """Its exit code says whether all of them are well, too: one may still be coming back."""
    (members,) = json.loads(one.tried("failover", "--json").stdout).values()
    return next(each["name"] for each in members if each["role"] == "primary")


@pytest.mark.parametrize("drill", _DRILLS)
def test_another_takes_over_and_nothing_is_lost(failing: Live, drill: str) -> None:
    before = _leader(failing)
    found = failing.proven(drill)
    own = {name: each["verdict"] for name, each in found.items() if name.endswith(drill)}
    assert own == {f"{each}/{drill}": "proven" for each in ("kept", "resumed", "single")}, found
    assert _leader(failing) != before


def test_without_a_majority_the_primary_stays(failing: Live) -> None:
    before = _leader(failing)
    found = failing.proven(_UNDECIDED)
    own = {name: each["verdict"] for name, each in found.items() if name.endswith(_UNDECIDED)}
    assert own == {f"{each}/{_UNDECIDED}": "proven" for each in ("resumed", "single")}, found
    assert _leader(failing) == before


def test_acknowledged_writes_that_no_standby_got_are_missed(failing: Live) -> None:
    found = failing.proven("--controls", "kept/primary-lost-database")
    assert {name: each["control"]["red"] for name, each in found.items()} == {
        "kept/primary-lost-database": True
    }, found
    assert "acknowledged writes are gone" in str(found)


def test_a_planned_switch_makes_the_other_one_the_primary(failing: Live) -> None:
    before = _leader(failing)
    told = json.loads(failing.run("failover", "database", "--yes", "--json"))
    assert (told["from"], told["seen"]["lost"]["rows"]) == (before, 0)
    assert told["seen"]["writes"]["acknowledged"] > 0
    assert _leader(failing) == told["to"] != before


def test_what_cannot_be_is_refused_in_a_sentence(failing: Live) -> None:
    leader = _leader(failing)
    for words, told in (
        (("database", "--to", leader), f"{leader} is the primary of database already"),
        (("database", "--to", "database-members-9"), "database has no member database-members-9"),
        (("databas",), 'did you mean "database"'),
    ):
        done = failing.tried("failover", *words)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
