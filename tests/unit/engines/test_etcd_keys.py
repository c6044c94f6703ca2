"""What etcd's gateway is asked, and what it answers."""

from __future__ import annotations

import json

import pytest

from seatrial.engines.etcd.keys import asked, deleted, read


def test_a_key_is_asked_for_and_taken_back_by_the_same_name() -> None:
    assert asked("/a") == deleted("/a") == '{"key": "L2E="}'


def test_a_value_is_read() -> None:
    assert read(json.dumps({"kvs": [{"key": "L2E=", "value": "e30="}]}).encode()) == b"{}"


@pytest.mark.parametrize("body", ["{}", '{"kvs": []}', "no json"])
def test_a_key_that_is_not_there_has_none(body: str) -> None:
    with pytest.raises(ValueError, match=r"no such key|Expecting"):
        read(body.encode())
