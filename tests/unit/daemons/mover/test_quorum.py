"""What is asked of etcd, and what is read out of its answers."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from mover_samples import COPY, LEADS, PLAN, answer, view

from seatrial.daemons.mover import quorum


def read(body: str) -> Any:
    """The body, with each key and value as text."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: base64.b64decode(one).decode() if key in {"key", "value"} else plain(one)
                for key, one in value.items()
            }
        return [plain(each) for each in value] if isinstance(value, list) else value

    return plain(json.loads(body))


def test_all_is_asked_at_once() -> None:
    keys = [each["request_range"]["key"] for each in read(quorum.look(PLAN))["success"]]
    assert keys == [
        "/seatrial/db/leader",
        "/seatrial/db/config",
        "/seatrial/db/status",
        "/seatrial/db-us/leader",
        "/seatrial/db-us/config",
        "/seatrial/db/moved",
    ]
    # what is serializable comes from one member's memory, which may be old
    assert "serializable" not in quorum.look(PLAN)


def test_an_answer_is_read() -> None:
    leads, copy = json.dumps(LEADS), json.dumps(COPY)
    seen = quorum.view(answer("db-0", leads, '{"optime": 77}', "db-us-0", copy, None))
    assert (seen.held, seen.told, seen.headed, seen.moved) == (True, 77, True, False)
    assert seen.home is not None
    assert seen.other is not None
    assert (seen.home.copies, seen.home.closes, seen.home.revision) == (False, True, 5)
    assert seen.other.copies
    nothing = quorum.view(answer(None, None, None, None, None, "db-mover"))
    assert nothing == replace(
        view(), held=False, home=None, told=None, headed=False, other=None, moved=True
    )
    assert quorum.view(answer(None, leads, "no JSON", None, copy, None)).told is None
    with pytest.raises((ValueError, KeyError)):
        quorum.view(b'{"error": "etcdserver: no leader"}')


def test_it_is_moved_only_as_it_was_seen_and_takes_the_lease_of_home() -> None:
    told = read(quorum.move(PLAN, view(held=False), "12"))
    compared = {(each["key"], each["target"]): each for each in told["compare"]}
    assert compared["/seatrial/db/leader", "CREATE"]["create_revision"] == "0"
    assert compared["/seatrial/db/config", "MOD"]["mod_revision"] == "7"
    assert compared["/seatrial/db-us/config", "MOD"]["mod_revision"] == "9"
    assert compared["/seatrial/db-us/leader", "CREATE"]["result"] == "GREATER"
    puts = {each["request_put"]["key"]: each["request_put"] for each in told["success"]}
    assert puts["/seatrial/db/leader"]["lease"] == "12"
    home, other = (
        json.loads(puts[each]["value"])
        for each in ("/seatrial/db/config", "/seatrial/db-us/config")
    )
    assert home == {"ttl": 20, "slots": {}, "standby_cluster": {"host": "b", "port": 2}}
    assert other == {"ttl": 20, "slots": {"region_eu": {"type": "physical"}}}
    with pytest.raises(ValueError, match="goes by nothing"):
        quorum.move(PLAN, view(home=None), "12")


def test_whether_it_was_done_is_told() -> None:
    assert quorum.done(b'{"header": {}, "succeeded": true}')
    assert not quorum.done(b'{"header": {}}')
    assert quorum.granted(b'{"ID": "77", "TTL": "20"}') == "77"
    assert json.loads(quorum.grant(PLAN)) == {"TTL": "20"}
    assert read(quorum.forget(PLAN))["success"] == [
        {"request_delete_range": {"key": "/seatrial/db/moved"}}
    ]


@pytest.mark.parametrize(
    ("body", "well"),
    [(b'{"health":"true"}', True), (b'{"health":"false"}', False), (b"", False), (b"[]", False)],
)
def test_a_member_that_knows_no_majority_is_not_well(body: bytes, *, well: bool) -> None:
    assert quorum.healthy(body) is well


@pytest.mark.parametrize(
    ("told", "position"),
    [
        ({"state": "running", "xlog": {"received_location": 9, "replayed_location": 7}}, 9),
        ({"state": "streaming", "xlog": {"replayed_location": 7}}, 7),
        ({"state": "starting", "xlog": {"replayed_location": 7}}, None),
        ({"state": "running"}, None),
        ([], None),
    ],
)
def test_a_member_of_the_copy_tells_how_far_it_is(told: Any, position: int | None) -> None:
    assert quorum.position(json.dumps(told).encode()) == position
    assert quorum.position(b"<html>") is None
