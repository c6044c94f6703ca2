"""A store of two regions and a witness in containers: home is lost and cut off under writes.

By the command line, on real members, with a defect that must turn it red.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("compose-witness")]
FILE = """\
seatrial: 1
system: three
teams: {web: {chat: "#web"}}
regions: {eu: {home: true}, us: {}, ap: {}}
services:
  front:
    owner: web
    regions: [eu, us]
    build: .
    run: python3 app.py ${self.address} ${self.ports.http}
    ports: {http: 8000}
    needs: [database]
    environment: {GREETING: hello}
    health: {ready: /readyz}
    grace: 2s
stores:
  database:
    engine: postgres
    version: "15"
    owner: web
    failover: {region: us, automatic: {witness: ap}, rpo: 30s}
promises: [R01, R18, R21]
environments: {rehearsal: {runtime: compose}}
"""
_LOST, _CUT = "region-lost-database", "region-cut-database"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory, dockerfile: str, live: Any) -> Iterator[Any]:
    """One such system, up; nothing is left of it."""
    one = live(tmp_path_factory.mktemp("three") / "three", system="three")
    with one.laid(FILE, dockerfile):
        one.run("up")
        yield one


def test_home_is_lost_and_nobody_types_anything_until_the_way_back(three: Any) -> None:
    names = ("moved", "bounded", "sound", "single", "returned")
    wanted = {f"{each}/{_LOST}": "proven" for each in names}
    verdicts = three.verdicts(_LOST)
    assert wanted.items() <= verdicts.items(), verdicts


@pytest.mark.long
def test_a_home_that_does_not_close_itself_is_one_of_two(three: Any) -> None:
    """The ways out of it are cut, its own one of etcd is dead, and what would close it hangs."""
    said = three.run("prove", "--controls", f"single/{_CUT}")
    assert said.count("red, as it must be") == 1, said
