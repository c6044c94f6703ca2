"""What a browser's step is, what is made of its errors, and what nobody may read of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from seatrial.daemons.prober.browser import faults, model, pattern
from seatrial.daemons.prober.browser.read import acts
from seatrial.daemons.prober.fleet import hosts
from seatrial.daemons.prober.plan import Journey, unasserted
from seatrial.daemons.prober.read import parse
from seatrial.daemons.prober.words import PlanError

OPEN = {"name": "open /", "do": "open", "path": "/"}
CLICK = {
    "name": "click",
    "do": "click",
    "at": {"role": "button", "name": "Buy"},
    "expect": {"url": "/orders/*", "at": {"text": "total"}, "contains": "12"},
    "keep": {"id": {"url": "/orders/*"}, "sum": {"selector": "#sum"}},
}


def plan(**change: Any) -> str:
    journey = {"name": "buy", "bases": ["https://h:1"], "acts": [OPEN, CLICK], **change}
    return json.dumps({"journeys": [{k: v for k, v in journey.items() if v is not None}]})


def test_an_order_is_read_as_it_was_written() -> None:
    order = model.Order(
        journey="buy", base="http://a", acts=acts([OPEN, CLICK], "x", set()), timeout_s=5
    )
    assert model.order(json.loads(json.dumps(model.written(order)))) == order


def test_a_journey_of_acts_is_walked_and_cleaned_up_with_what_they_kept() -> None:
    found = parse(plan(cleanup=[{"method": "DELETE", "path": "/orders/${id}"}])).journeys[0]
    assert [each.name for each in found.walked] == ["open /", "click"]
    assert found.steps == ()
    left = unasserted(found.acts[1])
    assert isinstance(left, model.Act)
    assert (left.expect, left.judged, left.keep) == (None, False, found.acts[1].keep)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"steps": [{"path": "/"}]}, "journeys[0]: steps or acts are wanted, not both"),
        ({"acts": []}, "acts: a list of at least one step"),
        ({"acts": None}, "steps: a list of at least one step"),
        ({"acts": [{"name": "a", "do": "hover"}]}, "acts[0].do: open, fill, select, press, click"),
        ({"acts": [{"name": "a", "do": "click"}]}, "acts[0].at: an object is wanted"),
        ({"acts": [{"name": "a", "do": "click", "at": {}}]}, "one of role, label, placeholder"),
        (
            {"acts": [{"name": "a", "do": "click", "at": {"text": "a", "label": "b"}}]},
            "one of role, label, placeholder",
        ),
        ({"acts": [{**OPEN, "path": "x"}]}, "acts[0].path: begins with /"),
        ({"acts": [{**OPEN, "path": "/${no}"}]}, "acts[0]: no earlier step keeps no"),
        (
            {"acts": [{"name": "a", "do": "press", "at": {"text": "a"}}]},
            "acts[0].value: a string is wanted",
        ),
        (
            {"cleanup": [{"method": "DELETE", "path": "/${no}"}]},
            "cleanup[0]: no earlier step keeps no",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_place(change: dict[str, Any], says: str) -> None:
    with pytest.raises(PlanError) as error:
        parse(plan(**change))
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("wanted", "url", "star"),
    [
        ("/orders/*", "http://a/orders/47?x=1#y", "47"),
        ("/orders/*", "http://a/orders/47/x", None),
        ("/orders/*", "http://a/orders/", None),
        ("/a?b=*", "http://a/a?b=2", "2"),
        ("/", "http://a", None),
    ],
)
def test_a_star_is_one_segment(wanted: str, url: str, star: str | None) -> None:
    assert pattern.starred(wanted, url) == star
    assert pattern.matches(wanted, url) == (star is not None or wanted == "/")


def test_what_may_be_somebodys_is_not_shown_of_a_url() -> None:
    assert pattern.shown("https://me:pw@a.example/x?token=1#y") == "https://a.example/x"
    assert pattern.shown("data:text/html,secret") == "data:"


@pytest.mark.parametrize(
    ("message", "outcome", "fault"),
    [
        (
            "Page.goto: net::ERR_CONNECTION_REFUSED at http://a/",
            "refused",
            "ERR_CONNECTION_REFUSED",
        ),
        ("net::ERR_CERT_AUTHORITY_INVALID at https://a", "refused", "ERR_CERT_AUTHORITY_INVALID"),
        ("net::ERR_EMPTY_RESPONSE", "failed", "ERR_EMPTY_RESPONSE"),
        ("net::ERR_TIMED_OUT", "timeout", "ERR_TIMED_OUT"),
        ("Element is not an <input>\nCall log:\n  <p>the page</p>", "unexpected", None),
    ],
)
def test_each_error_has_its_outcome(message: str, outcome: str, fault: str | None) -> None:
    found = faults.of_error(message, answered=False)
    assert found is not None
    assert (found.outcome, found.fault) == (outcome, fault or "Element is not an <input>")


@pytest.mark.parametrize("message", ["Page crashed", "Target page has been closed"])
def test_a_browser_that_is_lost_tells_nothing(message: str) -> None:
    assert faults.of_error(message, answered=True) is None


def test_what_was_filled_in_is_covered_the_longest_first() -> None:
    assert faults.masked("ab abc a", {"ab", "abc", ""}) == "*** *** a"
    assert len(faults.first_line("x" * 999)) == 200


def test_a_name_is_led_to_where_it_is() -> None:
    journeys = (
        Journey(
            name=name, bases=("https://10.1.2.3:8443",), rate=1, timeout_s=1, max_in_flight=1,
            steps=(), host=host,
        )
        for name, host in (("a", "shop.example"), ("b", ""))
    )  # fmt: skip
    assert hosts(journeys) == {"shop.example": "10.1.2.3:8443"}
