from __future__ import annotations

import datetime as dt
import json
import stat
from pathlib import Path

import pytest
from cryptography import x509
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest

from seatrial.daemons.intake import authority
from seatrial.daemons.intake.page import PageError, read
from seatrial.daemons.intake.places import FRESH_S, SPACING_S, Page, Places, PlacesError, parse
from seatrial.daemons.prober.figures import Figures

NOW = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
TOKEN = "a-token-of-the-office"


def page(at: float, start: str = "a", number: int = 1, *, stand_in: bool = False) -> Page:
    return Page(text="x", series=1, at=at, start=start, number=number, stand_in=stand_in)


def places() -> Places:
    return Places(digests=parse(json.dumps({"places": {"office": [TOKEN], "moon": ["m" * 20]}})))


def test_a_token_is_of_one_place() -> None:
    found = places()
    assert found.admits("office", TOKEN)
    for place, token in (("moon", TOKEN), ("office", TOKEN[:-1]), ("office", ""), ("mars", TOKEN)):
        assert not found.admits(place, token)


def test_a_revoked_token_and_what_it_had_sent_are_gone() -> None:
    found = places()
    found.pages["office"] = page(0)
    found.replace(parse(json.dumps({"places": {"office": ["another-token-of-it"]}})))
    assert not found.admits("office", TOKEN)
    assert found.shown("office", 1) is not None  # it was the place's own
    found.replace({})
    assert found.shown("office", 1) is None


@pytest.mark.parametrize(
    ("then", "why"),
    [
        (page(SPACING_S / 2, number=2), "too often"),
        (page(2, number=1), "late"),
        (page(2, number=2), ""),
        (page(2, "b"), "another"),
        (page(FRESH_S + 1, "b"), ""),
        (page(FRESH_S + 1, "b", stand_in=True), "another"),
    ],
)
def test_which_page_is_taken(then: Page, why: str) -> None:
    found = places()
    assert found.refuses("office", page(0)) == ""
    found.pages["office"] = page(0)
    assert found.refuses("office", then) == why


def test_a_stand_in_gives_way_for_good() -> None:
    found = places()
    found.pages["office"] = page(0, stand_in=True)
    assert found.refuses("office", page(0.1, "b")) == ""
    found.pages["office"] = page(0.1, "b")
    assert found.refuses("office", page(10 * FRESH_S, number=99, stand_in=True)) == "another"


def test_what_is_old_is_shown_no_more() -> None:
    found = places()
    found.pages["office"] = page(0)
    assert found.shown("office", FRESH_S) is not None
    assert found.shown("office", FRESH_S + 0.1) is None
    assert found.shown("moon", 0) is None


@pytest.mark.parametrize(
    "text", ["", "[]", '{"places": []}', '{"places": {"a": ["short"]}}', '{"places": {"a": 5}}']
)
def test_wrong_places_are_refused_without_their_tokens(text: str) -> None:
    with pytest.raises(PlacesError, match="places") as found:
        parse(text)
    assert "short" not in str(found.value)


def test_a_probers_own_page_is_told_again_as_it_was() -> None:
    registry = CollectorRegistry()
    figures = Figures(registry)
    figures.requests.labels('a"b\\c\n', "ok").inc(7)
    figures.duration.labels("buy").observe(0.02)
    figures.at("eu").requests.labels("look", "ok").inc(3)
    text, count = read(generate_latest(registry).decode())
    assert r'journey_requests_total{journey="a\"b\\c\n",outcome="ok"} 7.0' in text
    assert 'journey_duration_seconds_bucket{journey="buy",le="0.025"} 1.0' in text
    assert 'journey_requests_total{entry="eu",journey="look",outcome="ok"} 3.0' in text
    assert "# TYPE journey_requests_total counter" in text
    assert count == sum(not each.startswith("#") for each in text.splitlines())
    assert read(text)[0] == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("up 1\n", "no metric of a prober"),
        ("ALERTS 1\n", "no metric of a prober"),
        ('journey_requests_total{region="eu"} 1\n', "no prober gives"),
        ('journey_requests_total{journey="' + "x" * 301 + '"} 1\n', "300"),
        ("journey_requests_total{\n", "cannot be read"),
        ("<html>", "cannot be read"),
        ("", "0 series"),
        ("process_open_fds 3\n", "0 series"),
        ("".join(f'check_up{{check="{n}"}} 1\n' for n in range(20_001)), "20001 series"),
    ],
)
def test_what_is_no_probers_page_is_refused(text: str, why: str) -> None:
    with pytest.raises(PageError, match=why):
        read(text)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_made_once_and_are_their_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    shown = authority.ensure(folder, ["probes.example", "127.0.0.9"], NOW)
    assert {each.name: mode(each) for each in folder.iterdir()} == dict.fromkeys(
        (authority.AUTHORITY, authority.KEY, authority.SHOWN), 0o600
    )
    first, trusted = shown.read_bytes(), authority.trusted(folder)
    ca = x509.load_pem_x509_certificate(trusted.encode())
    x509.load_pem_x509_certificate(first).verify_directly_issued_by(ca)
    assert authority.ensure(folder, ["127.0.0.9", "probes.example"], NOW).read_bytes() == first
    # a month before it ends, and for another name, it is made anew, by the same authority
    later = NOW + dt.timedelta(days=authority.DAYS - authority.RENEW_DAYS + 1)
    assert authority.ensure(folder, ["probes.example", "127.0.0.9"], later).read_bytes() != first
    authority.ensure(folder, ["other.example"], NOW)
    x509.load_pem_x509_certificate(shown.read_bytes()).verify_directly_issued_by(ca)
    assert authority.trusted(folder) == trusted


def test_an_authority_without_its_key_says_what_to_do(tmp_path: Path) -> None:
    authority.ensure(tmp_path, ["a"], NOW)
    (tmp_path / authority.KEY).unlink()
    with pytest.raises(authority.AuthorityError, match="remove the folder"):
        authority.ensure(tmp_path, ["b"], NOW)
