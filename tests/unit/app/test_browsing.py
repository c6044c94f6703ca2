"""A journey that nobody here can walk is told with its place, and what would cure it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.app.browsing import unwalked
from seatrial.runtimes.shared import browser, browsing
from seatrial.system.load import load
from seatrial.system.model import System

FILE = """\
seatrial: 1
system: shop
teams: {web: {}}
services:
  shop: {owner: web, image: shop/web, ports: {http: 8000}}
journeys:
  home:
    owner: web
    start: shop
    WALK
"""


def system(tmp_path: Path, walk: str = "browser: [{open: /}]") -> System:
    path = tmp_path / "seatrial.yaml"
    path.write_text(FILE.replace("WALK", walk))
    found = load(path).system
    assert found is not None
    return found


def test_it_is_told_where_it_stands(tmp_path: Path) -> None:
    (found,) = unwalked(system(tmp_path), lacks=lambda: ("no Chromium is on PATH", "install it"))
    assert (found.place.line if found.place else 0, found.severity) == (10, "warning")
    assert "nobody here can walk home, and whether it works stays unknown: no C" in found.summary
    assert found.cure == "install it"


def test_a_container_of_ours_has_none(tmp_path: Path) -> None:
    (found,) = unwalked(system(tmp_path), contained=True, lacks=lambda: ("", ""))
    assert "the image of the probers has no browser" in found.summary


def test_nothing_is_told_where_nothing_is_lacking(tmp_path: Path) -> None:
    assert unwalked(system(tmp_path), lacks=lambda: ("", "")) == ()
    asked = system(tmp_path, "steps: [{get: /}]")
    assert unwalked(asked, contained=True, lacks=lambda: ("all", "")) == ()


def test_the_package_and_the_browser_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "found", lambda: None)
    assert browsing.lacking()[0] == "no Chromium is on PATH"
    monkeypatch.setattr(browsing, "PACKAGE", "no_such_package")
    told = browsing.finding()
    assert (told.ok, told.needed) == (False, False)
    assert "seatrial[browser]" in told.cure
