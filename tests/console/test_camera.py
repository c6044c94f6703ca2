"""Pictures for evidence: taken by the browser of this machine, or said why not."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.console import camera

if TYPE_CHECKING:
    from conftest import Browser

REFERENCE = Path(__file__).parents[2] / "examples/workflow-platform/seatrial.yaml"
OVERVIEW, HOSTS = "workflow-platform-overview", "workflow-platform-hosts"
PNG = b"\x89PNG"
SPAN = (1_700_000_000.0, 1_700_000_600.0)


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system that is not up: its boards are drawn all the same, and say so."""
    monkeypatch.setenv("SEATRIAL_HOME", str(tmp_path / "home"))
    folder = tmp_path / "system"
    shutil.copytree(
        REFERENCE.parent, folder, ignore=shutil.ignore_patterns(".venv", ".seatrial", "rendered*")
    )
    return folder / "seatrial.yaml"


@pytest.fixture
def taking(system: Path, browser: Browser) -> Iterator[camera.Camera]:
    """`browser` says what to do where there is none."""
    assert browser
    made = camera.Camera(system)
    yield made
    made.close()


def test_each_board_is_a_picture_of_its_own(taking: camera.Camera) -> None:
    taken = taking((OVERVIEW, HOSTS), *SPAN)
    assert set(taken.pictures) == {OVERVIEW, HOSTS}, taken.lacking
    assert all(each.startswith(PNG) for each in taken.pictures.values())
    assert len(set(taken.pictures.values())) == 2
    assert not taken.lacking
    again = taking((HOSTS,), *SPAN)
    assert again.pictures[HOSTS].startswith(PNG)


def test_what_it_started_ends_with_it(system: Path, browser: Browser) -> None:
    assert browser
    before = set(threading.enumerate())
    taking = camera.Camera(system)
    assert taking((HOSTS,), *SPAN).pictures
    started = {each.name for each in set(threading.enumerate()) - before}
    assert {each.split("_")[0] for each in started} >= {"boards for pictures", "boards"}
    taking.close()
    left = set(threading.enumerate()) - before
    assert not [each for each in left if each.name.startswith("boards")]


def test_when_its_seconds_are_spent_it_says_so(system: Path, browser: Browser) -> None:
    assert browser
    clock = iter(range(0, 10_000, 4))  # four seconds pass between two looks
    taking = camera.Camera(system, now=lambda: float(next(clock)))
    taken = taking((OVERVIEW, HOSTS, OVERVIEW), *SPAN)
    taking.close()
    assert OVERVIEW in taken.pictures
    assert len(taken.pictures) < 3
    assert "were spent" in taken.lacking


def test_without_a_browser_it_says_so(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    taken = camera.Camera(system)((OVERVIEW,), *SPAN)
    assert not taken.pictures
    assert "no browser is on PATH" in taken.lacking


def test_a_browser_that_ends_at_once_is_told_of(
    system: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("seatrial.runtimes.shared.browser.found", lambda: str(program))
    taking = camera.Camera(system)
    taken = taking((OVERVIEW,), *SPAN)
    taking.close()
    assert not taken.pictures
    assert "has ended" in taken.lacking
