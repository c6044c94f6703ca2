"""Actions in a few words: enough to know what was done, and never what a file or a body holds."""

from __future__ import annotations

import pytest

from seatrial.contract.action import AlterFile, CutEdge, Kill, Request, describe


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Kill(workload="worker"), "Kill worker"),
        (Kill(workload="worker", replica=0), "Kill worker 0"),
        (CutEdge(source="api", target="database"), "CutEdge api database"),
        (CutEdge(source="api", target="database", replica=1), "CutEdge api database 1"),
        (
            AlterFile(workload="prometheus", path="rules/api.yaml", text="# hunter2\n"),
            "AlterFile prometheus rules/api.yaml",
        ),
        (
            Request(workload="api", port="http", method="POST", path="/s", body='{"a": "hunter2"}'),
            "Request api POST /s",
        ),
    ],
)
def test_an_action_is_told_without_its_content(action: object, words: str) -> None:
    assert describe(action) == words
