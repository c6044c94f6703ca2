"""What follows from what a region's members tell of themselves."""

from __future__ import annotations

import json
from dataclasses import replace

from seatrial.app.view import View
from seatrial.engines.patroni import rest

PRIMARY = {"state": "running", "role": "primary", "xlog": {"location": 900}}
HEAD = {
    "state": "running",
    "role": "standby_leader",
    "replication_state": "streaming",
    "xlog": {"replayed_location": 900},
}


def test_of_who_runs_and_says_nothing_nobody_knows() -> None:
    own = rest.own(json.dumps(HEAD).encode())
    safe = View(members=(own, None), copied=True, runs=True, hangs=False)
    assert safe.fenced
    assert not replace(safe, hangs=True).fenced
    assert not replace(safe, copied=None).fenced
    assert not safe.hands_over  # the one that says nothing may have more


def test_who_says_nothing_is_waited_for_by_nobody() -> None:
    leads = rest.own(json.dumps(PRIMARY).encode())
    begins = rest.own(json.dumps({"state": "starting", "role": "replica"}).encode())
    view = View(members=(leads, None), copied=False, runs=True, hangs=False)
    assert view.joined
    assert not replace(view, members=(leads, begins)).joined
    assert not replace(view, members=(begins, None)).joined
