"""What somebody sees who opens the report: at a desk, in the dark, on a phone, on paper."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from looks import TOO_FAINT, TOO_WIDE

if TYPE_CHECKING:
    from conftest import Browser

DESK, PHONE, SMALL = (1280, 800), (390, 844), (320, 568)
SIZES = pytest.mark.parametrize(("width", "height"), [DESK, (768, 1024), PHONE, SMALL])
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])

UNFOLD = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"


def box(browser: Browser, selector: str) -> dict[str, float]:
    found = browser.ask(f"document.querySelector({selector!r})?.getBoundingClientRect().toJSON()")
    assert found is not None, selector
    return dict(found)


def shown(browser: Browser, selector: str) -> list[bool]:
    return list(
        browser.ask(
            f"[...document.querySelectorAll({selector!r})].map((each) => each.checkVisibility())"
        )
    )


@SIZES
@SCHEMES
def test_nothing_stands_out_to_the_side(
    browser: Browser, report: Path, width: int, height: int, scheme: str
) -> None:
    browser.open(report, width=width, height=height, scheme=scheme)
    for unfolded in (False, True):
        if unfolded:
            browser.ask(UNFOLD)
        assert browser.ask(TOO_WIDE) == []
        assert browser.ask("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "height"), [DESK, PHONE])
def test_names_that_are_far_too_long_do_not_either(
    browser: Browser, long_report: Path, width: int, height: int
) -> None:
    browser.open(long_report, width=width, height=height)
    browser.ask(UNFOLD)
    assert browser.ask(TOO_WIDE) == []
    assert browser.ask("document.documentElement.scrollWidth") <= width


@SIZES
@SCHEMES
def test_the_verdict_is_seen_without_scrolling(
    browser: Browser, report: Path, width: int, height: int, scheme: str
) -> None:
    browser.open(report, width=width, height=height, scheme=scheme)
    for selector in ("#verdict h2", "#verdict .sentence", "#verdict .counts"):
        found = box(browser, selector)
        assert found["top"] >= 0
        assert found["bottom"] <= height, selector
    assert browser.ask("document.querySelector('#verdict h2').innerText") == "Not ready"


def test_what_to_do_next_begins_in_the_first_window_of_a_desk(
    browser: Browser, report: Path
) -> None:
    browser.open(report)
    assert box(browser, "#next li")["bottom"] <= DESK[1]
    order = ["verdict", "next", "criteria", "requirements", "tests", "where", "check"]
    tops = [box(browser, f"#{each}")["top"] for each in order]
    assert tops == sorted(tops)


@SCHEMES
def test_it_loads_nothing_and_complains_of_nothing(
    browser: Browser, report: Path, scheme: str
) -> None:
    browser.open(report, scheme=scheme)
    browser.ask(UNFOLD)
    browser.ask("document.querySelectorAll('button').forEach((each) => each.click())")
    asked = [each["request"]["url"] for each in browser.seen("Network.requestWillBeSent")]
    assert asked == [report.as_uri()]
    for kind in ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
        assert browser.seen(kind) == []


@SCHEMES
@pytest.mark.parametrize(("width", "height"), [DESK, PHONE])
def test_every_word_can_be_read(
    browser: Browser, report: Path, width: int, height: int, scheme: str
) -> None:
    browser.open(report, width=width, height=height, scheme=scheme)
    browser.ask(UNFOLD)
    assert browser.ask(TOO_FAINT) == []


def test_dark_is_dark_and_light_is_light(browser: Browser, report: Path) -> None:
    pictures = []
    for scheme in ("light", "dark"):
        browser.open(report, scheme=scheme)
        pictures.append(browser.picture())
        paper = browser.ask("getComputedStyle(document.body).backgroundColor")
        red = int(re.findall(r"\d+", paper)[0])
        assert (red > 200) == (scheme == "light")
    assert pictures[0] != pictures[1]
    assert all(each.startswith(b"\x89PNG") for each in pictures)


CARD = "#x-page-2f-link-2d-cut-2d-api-2d-database"


def test_the_timeline_runs_from_the_fault_to_the_page_to_the_recovery(
    browser: Browser, report: Path
) -> None:
    browser.open(report)
    places = [
        box(browser, f"{CARD} svg.drawn circle.m-{kind}")["left"]
        for kind in ("fault", "firing", "page", "undo", "good", "resolved")
    ]
    assert places == sorted(places)
    assert places[0] < places[2] < places[-1]
    shade = box(browser, f"{CARD} svg.drawn rect.fault")
    assert shade["left"] <= places[0] + 5
    assert shade["width"] > 100
    words = browser.ask(f"document.querySelector('{CARD} svg.drawn').textContent")
    for each in ("Fault injected", "ServiceDown firing", "Page: slack, email", "Ready again"):
        assert each in words
    assert all(shown(browser, f"{CARD} svg.drawn"))
    assert not any(shown(browser, f"{CARD} ol.steps"))
    told = browser.ask(f"document.querySelector('{CARD} svg.drawn').getAttribute('aria-label')")
    assert "Page: slack, email, pagerduty at 74.1 seconds" in told


def test_the_labels_of_the_timeline_do_not_touch(browser: Browser, report: Path) -> None:
    browser.open(report)
    browser.ask(UNFOLD)
    # lines of the axis and of the labels are drawn apart; texts are what has to be read
    touching = browser.ask("""
      [...document.querySelectorAll("svg.drawn")].flatMap((svg) => {
        const texts = [...svg.querySelectorAll("text")].map((t) => [t, t.getBoundingClientRect()]);
        return texts.flatMap(([one, a], i) => texts.slice(i + 1).filter(([, b]) =>
          a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom)
          .map(([other]) => one.textContent + " / " + other.textContent));
      })""")
    assert touching == []
    cut = browser.ask("""
      [...document.querySelectorAll("svg.drawn")].flatMap((svg) => {
        const frame = svg.getBoundingClientRect();
        return [...svg.querySelectorAll("text")].filter((each) => {
          const box = each.getBoundingClientRect();
          return box.left < frame.left - 1 || box.right > frame.right + 1;
        }).map((each) => each.textContent);
      })""")
    assert cut == []


def test_on_a_phone_the_timeline_is_a_list(browser: Browser, report: Path) -> None:
    browser.open(report, width=PHONE[0], height=PHONE[1])
    assert not any(shown(browser, f"{CARD} svg.drawn"))
    told = browser.ask(
        f"[...document.querySelectorAll('{CARD} ol.steps li bdi:first-of-type')]"
        ".map((each) => each.innerText)"
    )
    assert told[0] == "Fault injected"
    assert told.index("Page: slack, email, pagerduty") < told.index("Ready again")


def test_each_figure_stands_beside_its_target(browser: Browser, report: Path) -> None:
    browser.open(report)
    cells = browser.ask(
        f"[...document.querySelectorAll('{CARD} table.figures tbody tr:first-child > *')]"
        ".map((each) => each.innerText.replaceAll('\\u00a0', ' '))"
    )
    assert cells[:3] == ["fault to page", "74.1 s missed", "\u2264 60 s"]


def test_what_needs_attention_can_be_filtered(browser: Browser, report: Path) -> None:
    browser.open(report)
    counts = browser.ask("[...document.querySelectorAll('#filters button')].map(b => b.innerText)")
    assert counts == [
        "Everything 13",
        "Needs attention 7",
        "Proven 6",
        "Control not run 3",
        "Unfold all",
    ]
    browser.ask("document.querySelectorAll('#filters button')[1].click()")
    left = browser.ask(
        "[...document.querySelectorAll('details.card')].filter((each) => each.checkVisibility())"
        ".map((each) => each.dataset.verdict)"
    )
    assert len(left) == 7
    assert "proven" not in left
    browser.ask("document.querySelectorAll('#filters button')[0].click()")
    browser.ask("document.querySelector('button.unfold').click()")
    assert browser.ask("document.querySelectorAll('details.card:not([open])').length") == 0


def test_a_link_to_a_card_opens_it(browser: Browser, report: Path) -> None:
    name = "x-page-2f-prometheus-2d-dead"
    browser.open(report, fragment=f"#{name}")
    assert browser.ask(f"document.getElementById('{name}').open")
    found = box(browser, f"#{name}")
    assert 0 <= found["top"] < DESK[1]


def test_without_its_script_nothing_is_missing(browser: Browser, report: Path) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(report)
        assert shown(browser, "#filters") == [False]
        assert all(shown(browser, "#verdict h2, #next li, details.card > summary"))
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


@SCHEMES
def test_on_paper_everything_is_unfolded_and_black_on_white(
    browser: Browser, report: Path, scheme: str
) -> None:
    browser.open(report, media="print", scheme=scheme, width=718, height=1000)
    assert browser.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.ask("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not any(shown(browser, "#filters"))
    assert all(shown(browser, "details.card .reason"))
    assert all(shown(browser, "svg.drawn"))
    assert not any(shown(browser, "ol.steps"))
    assert browser.ask(TOO_WIDE) == []
    assert browser.ask(TOO_FAINT) == []


def test_it_prints_on_a_few_numbered_pages(browser: Browser, report: Path) -> None:
    browser.open(report, media="")
    told = browser.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
    content = base64.b64decode(told["data"])
    assert content.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type\s*/Page\b", content))
    assert 3 <= pages <= 16
    # what was folded is folded again
    assert browser.ask("document.querySelectorAll('details.card:not([open])').length") > 0
