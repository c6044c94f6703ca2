"""A store's members in containers: another takes over, and nothing acknowledged is lost.

By the command line, on real members, with defects that must turn it red; and what was backed up of
them comes back as it was before and after a failover.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("compose-failover")]
FILE = """\
seatrial: 1
system: failing
teams: {web: {chat: "#web"}}
services:
  front:
    owner: web
    build: .
    run: python3 app.py ${self.address} ${self.ports.http}
    ports: {http: 8000}
    needs: [db]
    environment: {GREETING: hello}
    health: {ready: /readyz}
    grace: 2s
stores:
  db: {engine: postgres, version: "15", owner: web, failover: {}, backup: {}}
promises: [R20, R21]
environments: {rehearsal: {runtime: compose}}
"""
_DRILLS = tuple(f"primary-{each}-db" for each in ("crash", "lost"))


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory, dockerfile: str, live: Any) -> Iterator[Any]:
    """One such system, up; nothing is left of it."""
    one = live(tmp_path_factory.mktemp("failing") / "failing", system="failing")
    with one.laid(FILE, dockerfile):
        one.run("up")
        yield one


def _roles(one: Any) -> dict[str, str]:
    """The member of each role, once the standby has each acknowledged write."""
    for _ in range(60):
        done = one.tried("failover", "--json")
        members = json.loads(done.stdout)["db"] if done.stdout else ()
        roles = {each["role"]: each["name"] for each in members}
        if not done.returncode and roles.keys() == {"primary", "synchronous standby"}:
            return roles
    raise AssertionError(done.stdout + done.stderr)


def test_a_second_up_changes_nothing(failing: Any) -> None:
    assert "0 of " in failing.run("up")
    found = json.loads(failing.run("images", "--json"))
    names = {each["wanted"]["name"]: each["image"]["source"] for each in found}
    assert names["patroni+pgbackrest+postgres"] == "built"


def test_another_takes_over_and_nothing_is_lost(failing: Any) -> None:
    verdicts = failing.verdicts(*_DRILLS)
    names = ("kept", "resumed", "single", "sound")
    wanted = dict.fromkeys((f"{each}/{one}" for each in names for one in _DRILLS), "proven")
    assert wanted.items() <= verdicts.items(), verdicts


def test_what_is_lost_and_two_primaries_are_seen(failing: Any) -> None:
    """Both need programs in the image of the members, and find Patroni among its processes."""
    said = failing.run("prove", "--controls", "kept/primary-lost-db", "single/primary-crash-db")
    assert said.count("red, as it must be") == 2, said


def test_a_primary_that_alone_loses_its_way_to_etcd_stays_who_it_is(failing: Any) -> None:
    before, drill = _roles(failing), "primary-cut-db"
    verdicts = failing.verdicts(drill)
    wanted = dict.fromkeys((f"{each}/{drill}" for each in ("resumed", "single")), "proven")
    assert wanted.items() <= verdicts.items(), verdicts
    assert _roles(failing) == before


@pytest.mark.long
def test_one_that_gives_up_without_etcd_is_seen(failing: Any) -> None:
    said = failing.run("prove", "--controls", "resumed/primary-cut-db")
    assert said.count("red, as it must be") == 1, said


def test_a_planned_switch_makes_the_other_one_the_primary(failing: Any) -> None:
    before = _roles(failing)
    told = failing.told("failover", "db", "--yes")
    assert (told["to"], told["seen"]["lost"]["rows"]) == (before["synchronous standby"], 0)
    assert _roles(failing)["primary"] == told["to"]


def test_copies_of_before_and_after_a_failover_are_as_it_was_then(failing: Any) -> None:
    verdicts = failing.verdicts("restore-across-db")
    assert verdicts["across/restore-across-db"] == "proven", verdicts
