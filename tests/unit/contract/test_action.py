from __future__ import annotations

import inspect
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any, get_args

import pytest

from seatrial.contract import action
from seatrial.contract.action import Action

KINDS = get_args(Action)
VALUES: dict[str, Any] = {
    "workload": "api",
    "source": "api",
    "target": "database",
    "latency": 1.5,
    "after": 4096,
    "still": 0.3,
    "awake": 0.1,
    "share": 0.5,
    "volume": "data",
    "path": "/-/quit",
    "text": "groups: []\n",
    "lines": ("one",),
    "argv": ("true",),
    "port": "http",
    "method": "POST",
    "page": "restore-database",
    "key": "recovery-rehearsal.identity",
    "blanks": (("MOMENT", "${now}"),),
    "old": "seatrial restore",
    "new": "seatrial recover",
}


def _made(kind: type) -> Any:
    return kind(**{each.name: VALUES[each.name] for each in fields(kind) if each.name in VALUES})


each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.__name__)


def test_every_action_of_the_module_is_one_that_runtimes_must_know() -> None:
    classes = {
        each
        for _, each in inspect.getmembers(action, inspect.isclass)
        if each.__module__ == action.__name__ and each is not action.Answering  # whom it strikes
    }
    assert classes == set(KINDS)


@each_kind
def test_an_action_is_a_value(kind: type) -> None:
    one, same = _made(kind), _made(kind)
    assert one == same
    assert hash(one) == hash(same)
    assert len({one, same}) == 1
    name = fields(kind)[0].name
    assert replace(one, **{name: "another"}) != one
    with pytest.raises(FrozenInstanceError):
        setattr(one, name, "another")


@each_kind
def test_an_action_says_how_it_is_undone(kind: type) -> None:
    words = inspect.getdoc(kind) or ""
    # A crash needs no undo: the runtime's own restart brings it back, and it says so.
    assert "undo" in words.lower() or "restart policy" in words


def test_actions_of_different_kinds_are_never_taken_for_each_other() -> None:
    made = [_made(kind) for kind in KINDS]
    assert len(set(made)) == len(made)
