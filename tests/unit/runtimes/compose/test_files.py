"""A rendered file in a container is altered; what is secret of it stands in no journal."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import cast

import pytest

from seatrial.contract.action import AlterFile
from seatrial.contract.output import File
from seatrial.runtimes.compose.faults import files
from seatrial.runtimes.compose.fleet import Fleet


def fleet(volume: dict[str, str], *, secret: bool) -> Fleet:
    """One replica whose file holds a secret's value."""
    volume["/own/its.conf"] = "key=hidden\n"
    file = File(path="its.conf", text="key=${secret.own}\n", why="its settings", secret=secret)
    one = SimpleNamespace(
        name="back-0",
        dir="/own",
        volume="back",
        entry=lambda path, text: (f"/own/{path}", text),
        resolved=lambda text, path: text.replace("${secret.own}", "hidden"),  # noqa: ARG005
    )
    engine = SimpleNamespace(
        get=lambda _name, path: volume[path].encode(),
        put=lambda _name, _volume, entries: volume.update(entries),
        start=lambda _name: None,
    )
    made = SimpleNamespace(
        engine=engine,
        workloads={"back": SimpleNamespace(files=(file,))},
        replicas=lambda _workload: 1,
        replica=lambda _workload, _replica: one,
        there=lambda _workload: (0,),
        name=lambda _workload, _replica: "back-0",
        reload=lambda _workload, _replica: None,
        wait_ready=lambda _workload, _replica: None,
    )
    return cast("Fleet", made)


@pytest.mark.parametrize("secret", [True, False])
def test_it_is_altered_and_comes_back(secret: bool) -> None:  # noqa: FBT001
    volume: dict[str, str] = {}
    action = AlterFile(workload="back", path="its.conf", text="key=other\n")
    one = fleet(volume, secret=secret)
    entry = files.plan(action, one)
    assert ("hidden" in json.dumps(entry)) is not secret
    files.act(action, one)
    assert volume["/own/its.conf"] == "key=other\n"
    files.undo(entry, one)
    assert volume["/own/its.conf"] == "key=hidden\n"
