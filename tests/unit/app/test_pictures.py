"""Pictures kept with evidence: what is wanted of a drill, and what is said where one lacks."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from seatrial.app.evidence import pictured
from seatrial.app.pictures import Taken
from seatrial.contract.evidence import Evidence

SAMPLES = Path(__file__).parents[1] / "evidence/samples.py"


@pytest.fixture(scope="module")
def samples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("picture_samples", SAMPLES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def made(samples: ModuleType) -> Evidence:
    found: Evidence = samples.evidence()
    return found


def test_a_picture_is_kept_by_its_digest(made: Evidence) -> None:
    kept, raw = pictured(made, ("b",), Taken(pictures={"b": b"PNG", "other": b"x"}))
    assert raw == {"b.png": b"PNG"}
    (added,) = kept.artefacts[len(made.artefacts) :]
    assert (added.name, added.media_type, added.size) == ("b.png", "image/png", 3)
    assert kept.reason == made.reason
    assert kept.verdict is made.verdict


def test_without_one_the_verdict_stays_and_the_reason_says_so(made: Evidence) -> None:
    kept, raw = pictured(made, ("b",), Taken(lacking="no browser"))
    assert not raw
    assert kept.verdict is made.verdict
    assert kept.reason == f"{made.reason}; not pictured: no browser"


def test_what_speaks_of_no_board_says_nothing_of_pictures(made: Evidence) -> None:
    assert pictured(made, (), Taken(lacking="no browser")) == (made, {})
