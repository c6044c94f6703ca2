"""Each bad file and the exact messages it gets; `SEATRIAL_UPDATE_GOLDEN=1` writes them anew."""

import datetime as dt
import os
from pathlib import Path

import jsonschema
import pytest
import yaml

from seatrial.system.load import Loaded, load
from seatrial.system.problem import CODES, Severity
from seatrial.system.schema import json_schema

GOLDEN = Path(__file__).parents[2] / "golden" / "system"
BAD = sorted(path.name for path in (GOLDEN / "bad").glob("*.yaml"))
GOOD = sorted(path.name for path in (GOLDEN / "good").glob("*.yaml"))
SECTIONS = ("alerting", "backup", "oncall")
TODAY = dt.date(2026, 6, 1)


def read(folder: str, name: str, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    # Places name files as the user did, so the user stands in their folder.
    monkeypatch.chdir(GOLDEN / folder)
    return load(Path(name), SECTIONS, today=TODAY)


@pytest.mark.parametrize("name", BAD)
def test_bad_file_gets_its_exact_messages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = read("bad", name, monkeypatch)
    told = "".join(f"{problem.severity}: {problem}\n" for problem in loaded.problems)
    expected = GOLDEN / "bad" / f"{name.removesuffix('.yaml')}.txt"
    if os.environ.get("SEATRIAL_UPDATE_GOLDEN") == "1":
        expected.write_text(told, encoding="utf-8")
    assert loaded.problems
    assert told == expected.read_text(encoding="utf-8")
    errors = [p for p in loaded.problems if p.severity is Severity.ERROR]
    assert (loaded.system is None) == bool(errors)
    for problem in loaded.problems:
        assert problem.code in CODES
        assert problem.place is not None
        assert "hunter2" not in str(problem)
        assert "\n" not in str(problem)


def test_there_are_enough_bad_files_each_with_its_message() -> None:
    assert len(BAD) >= 45
    texts = {path.stem for path in (GOLDEN / "bad").glob("*.txt")}
    assert texts == {name.removesuffix(".yaml") for name in BAD}


@pytest.mark.parametrize("name", GOOD)
def test_good_file_loads_without_problems(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = read("good", name, monkeypatch)
    assert [str(problem) for problem in loaded.problems] == []
    assert loaded.system is not None


@pytest.mark.parametrize("name", [name for name in GOOD if name != "includes.yaml"])
def test_good_file_meets_the_json_schema(name: str) -> None:
    # BaseLoader would make texts of all; YAML 1.1's loader differs only where no good file goes.
    written = yaml.safe_load((GOLDEN / "good" / name).read_text(encoding="utf-8-sig"))
    for exception in written.get("exceptions", ()):
        exception["until"] = str(exception["until"])
    schema = json_schema(SECTIONS)
    jsonschema.Draft202012Validator.check_schema(schema)
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(written))
    assert [error.message for error in errors] == []


@pytest.mark.parametrize(
    "name",
    ["unknown-key.yaml", "choice.yaml", "owner-missing.yaml", "size-without-unit.yaml"],
)
def test_bad_file_fails_the_json_schema(name: str) -> None:
    written = yaml.safe_load((GOLDEN / "bad" / name).read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(json_schema(SECTIONS))
    assert not validator.is_valid(written)
