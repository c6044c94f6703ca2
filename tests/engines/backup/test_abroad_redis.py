"""A Redis in another region, by a real restic over TLS: brought back with nothing left at home."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from abroad import REGION, expectations, home_gone, in_region, objects, seen_red, server_gone
from rig import QUEUE, Rig, first_backup, rigged
from test_redis import FILE, _asked, _drilled, _judged, _taken

from seatrial.capabilities.backup import place
from seatrial.contract.scenario import State

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-abroad-redis")]

STORE = QUEUE
_FILE = in_region(FILE.replace("{keep: 14d}", "{keep: 14d, also_in: us}"))


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A Redis with a password, seen from the other region, with its first snapshot there."""
    with rigged(tmp_path_factory.mktemp("abroad"), _FILE, STORE) as found:
        found.redis("SADD", "people", "ada")
        first_backup(found)
        yield first_backup(replace(found, region=REGION))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def test_a_snapshot_there_is_what_its_moment_says(far: Rig) -> None:
    work = _drilled(far)
    found = expectations(far)
    assert set(found) == {"exact", "taken", "whole"}
    for one in found.values():
        told = _judged(one, work)
        assert told.state is State.MET, (told.reason, work)
    assert far.backed.told()["copies"] == [], "a drill leaves no copy"
    assert not list((far.folder / place.REPOSITORY).iterdir()), "nor anything that was sent"


@pytest.mark.parametrize("name", ["exact", pytest.param("taken", marks=pytest.mark.long), "whole"])
def test_each_control_turns_red_and_is_undone(far: Rig, name: str) -> None:
    one = expectations(far)[name]
    told = _judged(one, seen_red(far, one, _drilled))
    assert told.state is State.BROKEN, told.reason
    again = _judged(one, _drilled(far))
    assert again.state is State.MET, again.reason


def test_nothing_that_lies_there_can_be_read_there(far: Rig) -> None:
    far.redis("SET", "secret", "only at home is it to be read")
    _taken(far)
    found = objects(far)
    assert len(found) > 5
    for each in found:
        held = each.read_bytes()
        assert b"only at home" not in held, each
        assert b"REDIS" not in held, each


def test_it_is_brought_back_with_all_of_home_stopped_and_overwritten(far: Rig) -> None:
    far.redis("RPUSH", "precious", "1", "2", "3")
    taken = _taken(far)
    far.redis("RPUSH", "precious", "too late")
    moment = _now()
    with home_gone(far, far.runtime.home.replica(STORE, 0) / "data"):
        said = far.run("restore", STORE, "--to", moment, "--from", REGION, "--into", "again")
        assert f"from {taken['label']}" in said
        assert f"in {REGION}" in said
        assert "ok   somebody is there" in said
        assert _asked(far, "LRANGE", "precious", "0", "-1").split() == ["1", "2", "3"]
        far.run("restore", STORE, "--from", REGION, "--remove", "again")


def test_a_server_there_that_is_gone_is_told_and_nothing_waits_for_it_at_home(far: Rig) -> None:
    assert server_gone(far, _taken)


def test_it_is_brought_back_in_its_own_place_from_there(far: Rig) -> None:
    far.redis("SET", "dear", "5")
    _taken(far)
    time.sleep(2)  # a snapshot tells its moment in whole seconds
    moment = _now()
    far.redis("DEL", "dear")

    far.run("restore", STORE, "--to", moment, "--from", REGION, "--confirm", STORE)

    assert far.redis("GET", "dear") == "5"
    for one in (far, replace(far, region="")):
        until = time.monotonic() + 120  # home takes its own when it sees that there is none
        while not [each for each in one.backed.told()["backups"] if not each["until"]]:
            assert time.monotonic() < until, one.runtime.logs(one.daemon_name, 20)
            time.sleep(1)
