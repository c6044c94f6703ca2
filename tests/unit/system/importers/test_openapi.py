"""Each description of an API and what comes of it; SEATRIAL_UPDATE_GOLDEN=1 writes it anew."""

import runpy
from pathlib import Path

import pytest

from seatrial.system.importers.openapi import sketch
from seatrial.system.importers.sketch import Sketch

GOLDEN = runpy.run_path(str(Path(__file__).with_name("golden.py")))
CASES = GOLDEN["cases"]("openapi")


@pytest.mark.parametrize("name", CASES)
def test_documents_become_the_expected_sketch_and_report(name: str) -> None:
    found = GOLDEN["check"]("openapi", name, sketch)
    if isinstance(found, Sketch):
        for api in found.apis:
            assert {operation.method for operation in api.operations} <= {"GET", "HEAD"}


def test_there_are_enough_goldens_each_with_its_text() -> None:
    expected = {path.stem for path in (GOLDEN["ROOT"] / "openapi/expected").iterdir()}
    assert expected == set(CASES)
    assert len(CASES) >= 10
