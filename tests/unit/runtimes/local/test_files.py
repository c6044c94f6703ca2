"""A rendered file is altered and comes back; what is secret of it stands in no journal."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from seatrial.contract.action import AlterFile
from seatrial.contract.output import File
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.faults import files
from seatrial.runtimes.local.fleet import Fleet


def fleet(folder: Path, *, secret: bool) -> Fleet:
    """One replica whose file holds a secret's value."""
    (folder / "its.conf").write_text("key=hidden\n", encoding="utf-8")
    file = File(path="its.conf", text="key=${secret.own}\n", why="its settings", secret=secret)
    one = SimpleNamespace(
        directory=folder,
        uid=os.getuid(),
        resolved=lambda text, path: text.replace("${secret.own}", "hidden"),  # noqa: ARG005
    )
    made = SimpleNamespace(
        workloads={"back": SimpleNamespace(files=(file,))},
        replicas=lambda _workload: 1,
        replica=lambda _workload, _replica: one,
        reload=lambda _workload, _replica: None,
        start=lambda _workload: None,
        wait_ready=lambda _workload, _replica: None,
    )
    return cast("Fleet", made)


@pytest.mark.parametrize("secret", [True, False])
def test_it_is_altered_and_comes_back(tmp_path: Path, secret: bool) -> None:  # noqa: FBT001
    action = AlterFile(workload="back", path="its.conf", text="key=other\n")
    one = fleet(tmp_path, secret=secret)
    entry = files.plan(action, one)
    assert ("hidden" in json.dumps(entry)) is not secret
    files.act(action, one)
    assert (tmp_path / "its.conf").read_text(encoding="utf-8") == "key=other\n"
    files.undo(entry, one)
    assert (tmp_path / "its.conf").read_text(encoding="utf-8") == "key=hidden\n"


def test_a_file_that_is_not_there_is_not_altered(tmp_path: Path) -> None:
    action = AlterFile(workload="back", path="none", text="")
    with pytest.raises(RuntimeFailure, match="back has no file none"):
        files.plan(action, fleet(tmp_path, secret=True))
