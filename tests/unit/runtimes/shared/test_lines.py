"""Lines that are written in a replica's name."""

from __future__ import annotations

import itertools

from seatrial.contract.action import WriteLines
from seatrial.runtimes.shared.lines import written


def test_each_line_tells_its_instant_its_replica_and_its_round() -> None:
    clock = itertools.count(1_700_000_000)
    action = WriteLines(workload="api", lines=("${now} ${number}", "${time} ${replica}"), times=2)
    assert list(written(action, 3, lambda: float(next(clock)))) == [
        b"1700000000.000000 0\n",
        b"2023-11-14T22:13:20.000+00:00 3\n",
        b"1700000001.000000 1\n",
        b"2023-11-14T22:13:21.000+00:00 3\n",
    ]


def test_other_signs_are_left_as_they_are() -> None:
    action = WriteLines(workload="api", lines=("${self.dir} %s {}",))
    assert list(written(action, 0, lambda: 0.0)) == [b"${self.dir} %s {}\n"]
