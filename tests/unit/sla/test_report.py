import csv
import io
import json
import re

from seatrial.sla.account import Account, Exclusion, Span
from seatrial.sla.report import (
    SlaReport,
    accounting,
    as_csv,
    as_html,
    as_json,
    share,
    stamp,
)

OVER = Span(begin=1_793_491_200.0, end=1_796_083_200.0)
OUT = Span(begin=OVER.begin + 60, end=OVER.begin + 660.5)
ILL = Account(
    up=2_591_399.5,
    down=600.5,
    blind=0,
    excluded=0,
    good=9e6,
    bad=2400,
    outages=(OUT,),
    target=0.999,
)
DARK = Account(up=10, down=0, blind=2_591_990, excluded=0, good=50, bad=0, outages=(), target=0.99)
FREE = Account(up=0, down=0, blind=0, excluded=2_592_000, good=0, bad=0, outages=(), target=None)
REPORT = SlaReport(
    system="shop",
    environment="rehearsal",
    over=OVER,
    accounts={"buy": ILL, "look": DARK, "<b>": FREE},
    exclusions=(Exclusion(name="upgrade", span=OUT, reason="new <disk>", journeys=("buy",)),),
    samples="ab" * 32,
)


def test_the_same_report_is_the_same_bytes() -> None:
    for form in (as_json, as_csv, as_html):
        assert form(REPORT) == form(REPORT)


def test_json_says_how_it_was_counted_and_what_it_rests_on() -> None:
    told = json.loads(as_json(REPORT))
    assert told["accounting"] == list(accounting())
    assert len(accounting()) == 6
    assert told["samples_sha256"] == "ab" * 32
    assert (told["from"], told["until"]) == ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")
    buy = told["journeys"]["buy"]
    assert (buy["verdict"], buy["down_seconds"], buy["promised"]) == ("met", 600.5, 0.999)
    assert buy["outages"][0]["until"] == "2026-11-01T00:11:00.500Z"
    assert told["journeys"]["look"]["verdict"] == "unknown"
    assert told["journeys"]["<b>"]["by_time"] is None


def test_csv_has_a_line_for_each_journey() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(REPORT).decode())))
    assert [each["journey"] for each in rows] == ["buy", "look", "<b>"]
    assert rows[0]["outages"] == "1"
    assert rows[2]["by_time"] == rows[2]["verdict"] == ""


def test_the_page_is_whole_and_escaped() -> None:
    page = as_html(REPORT).decode()
    assert "new &lt;disk&gt;" in page
    assert "<b>" not in page
    assert "http" not in re.sub(r"http-equiv", "", page)  # nothing from elsewhere
    for word in ("met", "unknown", "nothing is promised", "not seen", "upgrade"):
        assert word in page


def test_a_share_is_never_rounded_up_to_a_promise() -> None:
    assert share(0.99899999) == "99.8999\u00a0%"
    assert share(0.999) == "99.9\u00a0%"
    assert share(1.0) == "100\u00a0%"
    assert share(0.9999999) == "99.9999\u00a0%"
    assert share(None) == "not seen"


def test_instants_are_in_utc() -> None:
    assert stamp(0.25) == "1970-01-01T00:00:00.250Z"
