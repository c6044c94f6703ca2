"""Each manifest and what comes of it; `SEATRIAL_UPDATE_GOLDEN=1` writes the expected texts anew."""

import dataclasses
import runpy
from pathlib import Path

import pytest

from seatrial.system.importers.kubernetes import needs_rendering, sketch
from seatrial.system.importers.sketch import Sketch

GOLDEN = runpy.run_path(str(Path(__file__).with_name("golden.py")))
CASES = GOLDEN["cases"]("kubernetes")


@pytest.mark.parametrize("name", CASES)
def test_manifests_become_the_expected_sketch_and_report(name: str) -> None:
    GOLDEN["check"]("kubernetes", name, sketch)


def test_there_are_enough_goldens_each_with_its_text() -> None:
    expected = {path.stem for path in (GOLDEN["ROOT"] / "kubernetes/expected").iterdir()}
    assert expected == set(CASES)
    assert len(CASES) >= 30


def test_every_line_is_needed_to_cover_every_leaf() -> None:
    # The walker must be able to fail: without any one line something is uncovered.
    files = GOLDEN["texts"]("kubernetes", "sidecars.yaml")
    found = sketch(files)
    assert isinstance(found, Sketch)
    for entry in found.ledger:
        fewer = tuple(each for each in found.ledger if each is not entry)
        assert GOLDEN["uncovered"](files, dataclasses.replace(found, ledger=fewer)), entry


@pytest.mark.parametrize("name", ["chart", "helm-quoted.yaml", "kustomize"])
def test_what_must_be_rendered_is_known_before_it_is_parsed(name: str) -> None:
    assert needs_rendering(GOLDEN["texts"]("kubernetes", name))


def test_manifests_need_no_rendering() -> None:
    assert not needs_rendering(GOLDEN["texts"]("kubernetes", "shop.yaml"))
