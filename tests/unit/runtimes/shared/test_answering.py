"""The replica that is meant is the one that answers, and nothing is struck where none does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seatrial.contract.action import Answering, CutEdge, Execute, Kill, WriteHostLine
from seatrial.contract.runtime import Answer, Headers, RuntimeFailure
from seatrial.runtimes.shared.answering import chosen

_PRIMARY = Answering(port="rest", path="/primary")
_DEAD = 0


class _Cluster:
    """Replicas by the status that each gives; `_DEAD` gives none."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = statuses

    def count(self, _workload: str) -> int:
        return len(self.statuses)

    def __call__(
        self,
        method: str,
        workload: str,
        port: str,
        path: str,
        body: str,
        *,
        headers: Headers = (),
        replica: int = 0,
    ) -> Answer:
        assert (method, workload, port, path, body, headers) == (
            "GET",
            "members",
            "rest",
            "/primary",
            "",
            (),
        )
        if self.statuses[replica] == _DEAD:
            raise RuntimeFailure("members does not answer")
        return Answer(status=self.statuses[replica], body=b"")


def test_it_is_the_one_that_answers_with_success() -> None:
    cluster = _Cluster(_DEAD, 503, 200)
    kill = Kill(workload="members", replica=_PRIMARY)
    assert chosen(kill, cluster.count, cluster) == Kill(workload="members", replica=2)
    run = Execute(workload="members", argv=("true",), replica=_PRIMARY)
    found = chosen(run, cluster.count, cluster)
    assert found == Execute(workload="members", argv=("true",), replica=2)
    cut = CutEdge(source="members", target="etcd", replica=_PRIMARY)
    assert chosen(cut, cluster.count, cluster) == replace(cut, replica=2)


def test_of_several_it_is_the_first_and_none_is_a_failure() -> None:
    kill = Kill(workload="members", replica=_PRIMARY)
    several = _Cluster(503, 200, 200)
    assert chosen(kill, several.count, several) == Kill(workload="members", replica=1)
    nobody = _Cluster(503, _DEAD)
    with pytest.raises(RuntimeFailure, match="no replica of members answers /primary"):
        chosen(kill, nobody.count, nobody)


@pytest.mark.parametrize(
    "action",
    [Kill(workload="members"), Kill(workload="members", replica=1), WriteHostLine(text="")],
)
def test_what_is_known_is_not_asked(action: Kill | WriteHostLine) -> None:
    assert chosen(action, lambda _name: 0, _Cluster()) == action
