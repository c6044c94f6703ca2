"""Every panel leads to runbook, logs and traces of the same time, and to what is there."""

from __future__ import annotations

import re
from urllib.parse import unquote

from seatrial.app.boards import Span
from seatrial.app.plan import Plan
from seatrial.console.links import ways
from seatrial.contract.board import Target

SPAN = Span(start=1_700_000_000.0, end=1_700_003_600.0, written=("a", "b"))
NO_RUNBOOK = {"overview"}  # what is about everything: each alert there has its own


def test_every_panel_leads_to_runbook_logs_and_traces(reference: Plan) -> None:
    prefix = f"{reference.system.name}-"
    for board in reference.declarations.boards:
        for panel in board.panels:
            there = {each.target for each in panel.links}
            assert there >= {Target.LOGS, Target.TRACES}, (board.uid, panel.title)
            if board.uid.removeprefix(prefix) not in NO_RUNBOOK:
                assert Target.RUNBOOK in there, (board.uid, panel.title)


def test_what_it_leads_to_shows_the_same_time(reference: Plan) -> None:
    way = ways(reference, SPAN)
    for board in reference.declarations.boards:
        for panel in board.panels:
            for link in panel.links:
                address = unquote(way(link))
                assert address, (board.uid, panel.title, link)
                if link.target is Target.TRACES:
                    assert "lookback=custom" in address
                    assert "start=1700000000000000&end=1700003600000000" in address
                if link.target is Target.LOGS:
                    assert "_time:[2023-11-14T22:13:20Z,2023-11-14T23:13:20Z]" in address
                    assert "g0.range_input=3600s" in address
                    assert "g0.end_input=2023-11-14T23:13:20Z" in address
                    named = re.search(r'service:"([^"]*)"', address)
                    assert (named is None) == (link.subject == "")
