"""docs as a user types it, and whether what stands on a page still exists."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.cli.printed import wrong
from seatrial.contract.page import commands
from seatrial.runtimes.shared.pages import NOT_FOUND, TIMED_OUT, ran

if TYPE_CHECKING:
    from conftest import Run

STORE = 'stores:\n  orders: {engine: postgres, version: "15", owner: web, backup: {}}\n'


@pytest.fixture(autouse=True)
def backed(shop: Path) -> Path:
    """A shop with a store that is backed up."""
    text = shop.read_text(encoding="utf-8").replace("[R01, R03]", "[R01, R03, R18, R20]")
    shop.write_text(text + STORE, encoding="utf-8")
    return shop


def test_the_pages_are_written_and_say_that_nothing_was_executed(run: Run, folder: Path) -> None:
    done = run("docs")
    assert done.code == 0
    assert "never executed" in done.out
    names = {each.name for each in (folder / "recovery").iterdir()}
    assert {"index.md", "index.html", "restore-orders.md", "backup-orders.html"} <= names
    assert "Never executed" in (folder / "recovery/restore-orders.md").read_text()


def test_a_format_and_a_folder_are_chosen(run: Run, folder: Path) -> None:
    assert run("docs", "--out", "paper/here", "--format", "html").code == 0
    assert {each.suffix for each in (folder / "paper/here").iterdir()} == {".html"}


def test_check_writes_nothing_and_what_was_never_executed_is_not_good(
    run: Run, folder: Path
) -> None:
    assert run("docs", "--check").code == 3
    assert not (folder / "recovery").exists()


def test_without_a_procedure_nothing_is_shown_to_work(run: Run, backed: Path) -> None:
    backed.write_text(backed.read_text().replace(", backup: {}", "").replace(", R20]", "]"))
    done = run("docs", "--check")
    assert done.code == 3
    assert "no procedure is declared here" in done.err


def test_the_commands_of_the_pages_name_the_file_by_its_whole_path(
    run: Run, folder: Path, backed: Path
) -> None:
    run("docs")
    lines = commands((folder / "recovery/restore-orders.md").read_text())
    assert len(lines) == 5
    assert all(f"--file {backed.resolve()}" in each for each in lines)


def test_each_command_of_the_pages_exists(run: Run, folder: Path) -> None:
    run("docs")
    for page in ("backup-orders", "restore-orders"):
        for line in commands((folder / f"recovery/{page}.md").read_text()):
            known = line.replace("<MOMENT>", "2026-11-23 10:15:30+01:00").replace("<COPY>", "one")
            assert wrong(known) == ""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("seatrial resurrect orders", "no command 'resurrect'"),
        ("seatrial restore orders --until now", "No such option '--until'"),
        ("seatrial restore", "Missing argument 'STORE'"),
        ("seatrial restore orders more", "unexpected extra argument"),
        ("seatrial restore orders --to yesterday", "Invalid value for '--to'"),
        ("seatrial backup later orders", "No such command 'later'"),
        ("seatrial backup now orders --kind none", "'none' is not one of"),
        ("seatrial", "needs a command"),
        ("rm -rf /", "rm is not seatrial"),
        ("seatrial restore 'orders", "No closing quotation"),
        ("", "is not seatrial"),
    ],
)
def test_a_command_that_is_none_is_told_of(line: str, told: str) -> None:
    assert told in wrong(line)


@pytest.mark.parametrize(
    "line", ["seatrial backup", "seatrial backup now orders", "seatrial docs --check"]
)
def test_a_command_that_is_one_is_not(line: str) -> None:
    assert wrong(line) == ""


def test_a_line_is_run_in_its_folder_by_the_seatrial_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("SEATRIAL_FILE", "/nowhere")
    assert ran("seatrial --version", tmp_path, 60.0).stdout.startswith("seatrial, version")
    told = ran("sh -c 'pwd; echo $SEATRIAL_FILE- >&2; exit 4'", tmp_path, 60.0)
    assert (told.status, told.stdout) == (4, f"{tmp_path}\n-\n")


def test_what_does_not_end_is_ended_with_all_that_it_began(tmp_path: Path) -> None:
    line = "sh -c 'sleep 600 & echo $! > child; wait'"
    assert ran(line, tmp_path, 1.0).status == TIMED_OUT
    child = int((tmp_path / "child").read_text())
    subprocess.run([sys.executable, "-c", "import time; time.sleep(0.5)"], check=True)
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_what_is_not_there_is_no_traceback(tmp_path: Path) -> None:
    assert ran("no-such-program-of-ours", tmp_path, 5.0).status == NOT_FOUND
    assert ran("'open", tmp_path, 5.0).status == NOT_FOUND
    assert ran("", tmp_path, 5.0).status == NOT_FOUND
