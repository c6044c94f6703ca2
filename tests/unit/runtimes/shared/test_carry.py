"""Which family carries out which fault, and which undoes it, also one of an older version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from seatrial.contract.action import (
    Action,
    AlterFile,
    Crash,
    CutEdge,
    Disconnect,
    Execute,
    ExhaustMemory,
    FillDisk,
    Follow,
    Halt,
    Kill,
    LosePackets,
    Misprint,
    Pause,
    Reopen,
    Request,
    RollingRestart,
    Stutter,
    WriteHostLine,
    WriteLines,
)
from seatrial.contract.placement import Edge, Endpoint, Placement
from seatrial.contract.runtime import Answer, Headers
from seatrial.runtimes.shared.carry import Families, Family, carrier
from seatrial.runtimes.shared.faults import Carrier

_EDGE = Edge(
    source="api",
    target="database",
    replica=0,
    port="sql",
    listen=Endpoint(host="127.0.0.1", port=1),
    upstream=Endpoint(host="127.0.0.1", port=2),
)
_API = {"workload": "api"}
_ACTIONS: Mapping[str, tuple[Action, ...]] = {
    "process": (
        Kill(**_API),
        Pause(**_API),
        Stutter(still=1.0, awake=1.0, **_API),
        Crash(**_API),
        Halt(**_API),
        RollingRestart(**_API),
    ),
    "disk": (FillDisk(volume="data", **_API),),
    "memory": (ExhaustMemory(**_API),),
    "files": (AlterFile(path="conf", text="", **_API),),
    "network": (Disconnect(**_API), LosePackets(share=0.5, **_API)),
    "output": (WriteLines(lines=("one",), **_API),),
    "host": (WriteHostLine(text="one"),),
    "command": (Execute(argv=("true",), **_API),),
    "pages": (Follow(page="x", blanks=(), **_API), Misprint(page="x", old="a", new="b", **_API)),
    "bundles": (Reopen(key="any.identity", page="recover-system", blanks=(), **_API),),
}
_KINDS = {
    "release": "process",
    "start": "process",
    "continue": "process",
    "fill": "disk",
    "hog": "memory",
    "file": "files",
    "disconnect": "network",
    "loss": "network",
    "command": "command",
    "follow": "pages",
    "misprint": "pages",
    "reopen": "bundles",
}


def _no_secrets(names: tuple[str, ...]) -> dict[str, str]:
    return dict.fromkeys(names, "")


@pytest.fixture
def asked() -> list[str]:
    """What was asked of whom."""
    return []


@pytest.fixture
def carried(asked: list[str]) -> Carrier:
    def family(name: str) -> Family:
        def plan(_action: Action) -> Mapping[str, Any]:
            asked.append(f"plan {name}")
            return {"kind": name}

        return Family(
            plan=plan,
            act=lambda _action, _undo: asked.append(f"act {name}"),
            undo=lambda _entry: asked.append(f"undo {name}"),
        )

    def send(
        method: str,
        workload: str,
        _port: str,
        path: str,
        _body: str,
        *,
        headers: Headers = (),
        replica: int = 0,
    ) -> Answer:
        assert replica == 0
        asked.append(f"{method} {workload} {path}{headers or ''}")
        return Answer(status=200, body=b"{}")

    own = Families(**{name: family(name) for name in _ACTIONS})
    return carrier(
        own, ("api",), Placement(runtime="any", locations=(), edges=(_EDGE,)), send, _no_secrets
    )


@pytest.mark.parametrize(
    ("name", "action"), [(name, each) for name, actions in _ACTIONS.items() for each in actions]
)
def test_each_fault_goes_to_its_own_family(
    carried: Carrier, asked: list[str], name: str, action: Action
) -> None:
    planned = carried.plan(action)
    assert carried.act(action, planned) == planned
    assert asked == [f"plan {name}", f"act {name}"]


@pytest.mark.parametrize(("kind", "name"), _KINDS.items())
def test_each_journalled_undo_goes_to_its_own_family(
    carried: Carrier, asked: list[str], kind: str, name: str
) -> None:
    carried.undo({"kind": kind, "workload": "api"})
    assert asked == [f"undo {name}"]


def test_what_an_act_has_learned_completes_its_undo() -> None:
    def learn(_action: Action, planned: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**planned, "learned": 1}

    own = Family(plan=lambda _: {"kind": "follow"}, act=learn, undo=lambda _: None)
    found = carrier(
        Families(**dict.fromkeys(_ACTIONS, own)),
        ("api",),
        Placement(runtime="any", locations=(), edges=()),
        lambda *_args, **_named: Answer(status=200, body=b""),
        _no_secrets,
    )
    (action, _) = _ACTIONS["pages"]
    assert found.act(action, found.plan(action)) == {"kind": "follow", "learned": 1}


def test_a_workload_that_is_gone_took_its_fault_with_it(carried: Carrier, asked: list[str]) -> None:
    carried.undo({"kind": "release", "workload": "worker"})
    assert asked == []


def test_edges_and_requests_are_the_same_everywhere(carried: Carrier, asked: list[str]) -> None:
    for action in (
        CutEdge(source="api", target="database"),
        Request(method="POST", workload="api", port="http", path="/mute"),
    ):
        planned = carried.plan(action)
        carried.act(action, planned)
        carried.undo(planned)
    assert [each.split()[0] for each in asked] == ["POST", "POST", "DELETE", "DELETE", "POST"]
