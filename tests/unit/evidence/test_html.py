"""The page: self-contained, whole without its script, and safe whatever a log line holds."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from types import ModuleType

import pytest

from seatrial.contract.evidence import Verdict
from seatrial.contract.requirements import CRITERIA, TESTS, items
from seatrial.evidence import dsse
from seatrial.evidence.keys import SigningKey
from seatrial.evidence.report.html import html_report
from seatrial.evidence.report.model import Report

VOID = {"meta", "br", "hr", "img", "input", "link"}
LOADS = {"src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "cite"}
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\x00\x1b[2J\ud800'\""


class Page(HTMLParser):
    """Tags and attributes, refusing what does not nest."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == [], self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, tag
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("script", "style"):
            self.text.append(data)

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.text))


@pytest.fixture(scope="module")
def report(samples: ModuleType, key: SigningKey) -> Report:
    made: Report = samples.trial(key).report
    return made


@pytest.fixture(scope="module")
def text(report: Report, key: SigningKey) -> str:
    return html_report(report, key).decode()


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_it_begins_as_a_page(text: str) -> None:
    assert text.lstrip().startswith("<!doctype html>")
    assert not text.startswith("{")
    assert text.rstrip().endswith("</html>")


def test_it_loads_nothing(page: Page, text: str) -> None:
    for tag, attributes in page.tags:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form", "video")
        assert not LOADS & set(attributes), (tag, attributes)
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name != "style", (tag, value)
            if name in ("href", "xlink:href"):
                assert value.startswith("#"), (tag, value)
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    script = text[text.rindex("<script>") :]
    for word in ("fetch(", "XMLHttpRequest", "import(", "WebSocket", "eval(", "innerHTML", "http"):
        assert word not in script, word


def test_its_policy_allows_its_own_style_and_script_and_nothing_else(page: Page, text: str) -> None:
    (policy,) = (
        attributes["content"]
        for tag, attributes in page.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    parts = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    assert parts["default-src"] == "'none'"
    assert set(parts) == {"default-src", "style-src", "script-src", "base-uri", "form-action"}
    for name, tag in (("style-src", "style"), ("script-src", "script")):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert len(inside) == 1
        hashed = base64.b64encode(sha256(inside[0].encode()).digest()).decode()
        assert parts[name] == f"'sha256-{hashed}'"


def test_fragments_lead_somewhere_and_ids_are_unique(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.tags:
        if "href" in attributes:
            assert attributes["href"][1:] in ids, (tag, attributes)
        for name in ("aria-labelledby", "aria-describedby"):
            if name in attributes:
                assert attributes[name] in ids


def test_the_verdict_comes_first_then_what_to_do_then_the_rest(page: Page) -> None:
    found = [attributes.get("id") for tag, attributes in page.tags if tag == "section"]
    order = [each for each in found if each and not each.startswith("g")]
    assert order[:2] == ["verdict", "next"]
    assert {"criteria", "requirements", "tests", "where", "check"} <= set(order)


def test_everything_of_the_catalogue_stands_on_it(page: Page) -> None:
    ids = {attributes.get("id") for _, attributes in page.tags}
    asked = {each.id for each in items()} | {each.id for each in (*CRITERIA, *TESTS)}
    assert asked <= ids


@pytest.mark.parametrize(
    "words",
    [
        "Not ready",
        "fault to page",
        "22.8\u00a0s",
        "\u2264\u00a060\u00a0s",
        "the page came 74.1 s after the fault, 60 s are allowed",
        "the proof cannot fail: it stayed green with a route that sends the page nowhere",
        "excepted until 2027-02-22 by ada: the mail relay is replaced in March",
        "services.worker changed",
        "expired 2 days ago",
        "Control not yet run",
        "not promised",
        "Alertmanager",
        "0.34.2",
        "127.243.194.216",
        "22506",
        "73.6 MiB",
        "3 days of healthy history",
        "Debian GNU/Linux 12 (bookworm)",
        "drill.json",
        "seatrial prove --controls severity",
        "seatrial verify",
    ],
)
def test_it_says(page: Page, words: str) -> None:
    assert words.replace("\u00a0", " ") in page.words.replace("\u00a0", " ")


def test_it_names_its_key_the_log_and_every_digest(
    page: Page, report: Report, key: SigningKey, samples: ModuleType
) -> None:
    assert key.public.id in page.words
    assert report.log is not None
    assert report.log.digest in page.words
    for each in samples.evidence().artefacts:
        assert each.sha256 in page.words


def test_what_is_proven_is_folded_and_what_is_not_is_open(page: Page) -> None:
    cards = {
        attributes["id"]: ("open" in attributes, attributes["data-verdict"])
        for tag, attributes in page.tags
        if attributes.get("class") == "card"
    }
    assert len(cards) == 13
    for name, (opened, verdict) in cards.items():
        assert opened == (verdict in ("failed", "unknown")), name


def test_a_hostile_word_stays_a_word_wherever_it_stands(
    samples: ModuleType, key: SigningKey, report: Report
) -> None:
    made = samples.evidence(
        HOSTILE,
        verdict=Verdict.FAILED,
        reason=HOSTILE,
        summary=HOSTILE,
        seeded=HOSTILE,
        subjects={HOSTILE: "0" * 64},
        figures=(samples.Figure(name=HOSTILE, value=1.0, unit=HOSTILE, target=0.0, bound="<="),),
        timeline=tuple(
            replace(each, text=HOSTILE) if each.kind == "step" else replace(each, subject=HOSTILE)
            for each in samples.outage(HOSTILE)
        ),
        control=replace(samples.GREEN, defect=HOSTILE, reason=HOSTILE),
    )
    books = samples.Books(
        index={"R03.1": (HOSTILE,)}, evidence={HOSTILE: made}, today=samples.today(made)
    )
    assessment = samples.assess(books)
    hostile: Report = replace(
        report,
        system=HOSTILE,
        summary=HOSTILE,
        environment=replace(report.environment, name=HOSTILE, os=HOSTILE),
        assessment=assessment,
        actions=samples.next_actions(assessment, {HOSTILE: made}),
        engines=(samples.EngineRow(name=HOSTILE, version=HOSTILE, source=HOSTILE),),
        processes=(samples.ProcessRow(name=HOSTILE, kind=HOSTILE, address=HOSTILE),),
        envelopes=(dsse.sign(samples.statement(made), key),),
        seeded=HOSTILE,
    )
    document = html_report(hostile, key)
    text = document.decode()
    page = Page(text)
    assert [tag for tag, _ in page.tags].count("script") == 2
    assert "img" not in {tag for tag, _ in page.tags}
    assert not set(text) & {"\x00", "\x1b", "\ud800"}
    assert page.words.count("alert(1)") > 20
    assert samples.verified(document, key)


def test_a_report_of_nothing_is_a_page_too(
    samples: ModuleType, key: SigningKey, report: Report
) -> None:
    books = samples.Books(index={}, evidence={}, today=samples.today())
    empty: Report = replace(
        report,
        summary="",
        assessment=samples.assess(books),
        actions=(),
        engines=(),
        processes=(),
        envelopes=(),
        seeded="",
        log=None,
    )
    page = Page(html_report(empty, key).decode())
    assert "Could not be determined" in page.words
    assert "Ready" not in page.words
