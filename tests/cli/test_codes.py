"""What ends with which exit code, and what goes to which stream."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

pytestmark = pytest.mark.usefixtures("shop")
JSON = {
    "check": 0,
    "plan": 0,
    "diff": 0,
    "status": 1,  # nothing runs, so it is not ready
    "report": 3,  # nothing was drilled, so nothing is known
    "engines": None,  # what this machine has, has another test
    "doctor": None,
}


@pytest.mark.parametrize("name", JSON)
def test_json_is_all_there_is_on_standard_output(run: Run, name: str) -> None:
    done = run(name, "--json")
    if JSON[name] is not None:
        assert done.code == JSON[name], done.err
    assert isinstance(json.loads(done.out), dict | list)
    assert done.err == ""


def test_check_ends_with_0_and_says_what_is_there(run: Run) -> None:
    done = run("check")
    assert done.code == 0
    assert done.out.startswith("shop: 1 service, 0 stores, 1 journey, 1 SLO;")
    assert done.err == ""


def test_warnings_do_not_make_a_file_bad(run: Run, shop: Path) -> None:
    shop.write_text(shop.read_text(encoding="utf-8").replace("99.9", "99.0"), encoding="utf-8")
    done = run("check")
    assert done.code == 0
    assert " warning ST3101 " in done.err
    assert "1 warning\n" in done.out
    found = run("check", "--json").json()
    assert found["ok"] is True
    assert [each["severity"] for each in found["problems"]] == ["warning"]


def test_nothing_running_is_not_ready(run: Run) -> None:
    done = run("status")
    assert done.code == 1
    assert done.out == ""
    assert "nothing runs here" in done.err


@pytest.mark.parametrize("words", [("prove",), ("prove", "--json"), ("silence",), ("report",)])
def test_what_could_not_be_determined_ends_with_3(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).code == 3


@pytest.mark.parametrize(
    "words",
    [
        ("verify",),
        ("verify", "not-there"),
        ("explain",),
        ("explain", "xyzzy"),
        ("engines", "install", "xyzzy"),
        ("down", "--purge"),
        ("silence", "api"),
        ("silence", "api", "--for", "8d", "--because", "x"),
        ("completion", "tcsh"),
        ("status", "--lines", "many"),
        ("check", "extra"),
    ],
    ids=" ".join,
)
def test_bad_usage_ends_with_2_and_says_why_on_standard_error(
    run: Run, words: tuple[str, ...]
) -> None:
    done = run(*words)
    assert done.code == 2
    assert done.out == ""
    assert "Error: " in done.err


def test_down_and_undo_where_nothing_runs_are_done_at_once(run: Run) -> None:
    assert run("undo").code == 0
    done = run("down")
    assert done.code == 0
    assert done.out == ""
    assert "nothing is left" in done.err


def test_a_document_that_is_no_report_is_not_trusted(run: Run, shop: Path) -> None:
    done = run("verify", shop.name)
    assert done.code == 1
    assert "do not trust it" in done.out
    found = run("verify", shop.name, "--json")
    assert found.code == 1
    assert found.json()["trusted"] is False


def test_a_report_is_trusted_until_one_byte_is_changed(run: Run, folder: Path) -> None:
    made = run("report", "--output", "report")
    assert made.code == 3
    assert "wrote report/report.html" in made.err
    assert run("verify", "report").code == 0
    assert run("verify", "report/report.json").code == 0
    page = folder / "report/report.html"
    page.write_bytes(page.read_bytes().replace(b"shop", b"shap", 1))
    assert run("verify", "report").code == 1


def test_engines_that_are_missing_are_not_ready(run: Run, folder: Path) -> None:
    (folder / "empty").mkdir()
    env = {"SEATRIAL_CACHE": str(folder / "none"), "PATH": str(folder / "empty")}
    done = run("engines", "--json", env=env)
    assert done.code == 1
    missing = {each["engine"] for each in done.json() if each["program"] is None}
    assert "toxiproxy" in missing


def test_a_folder_that_cannot_be_written_is_no_traceback(run: Run, folder: Path) -> None:
    (folder / "report").write_text("a file where a folder is wanted", encoding="utf-8")
    done = run("report", "--output", "report")
    assert done.code in (2, 3)
    assert "rror" in done.err


def test_the_doctor_is_content_without_what_is_not_needed(run: Run) -> None:
    done = run("doctor", "--json")
    found = {each["topic"]: each for each in done.json()}
    assert {"ports", "sized mounts", "memory limits"} <= set(found)
    assert done.code == int(any(each["needed"] and not each["ok"] for each in found.values()))
    assert not found["nftables"]["needed"]
