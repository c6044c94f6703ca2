"""A toolchain that was fetched serves the whole installation."""

from pathlib import Path

import pytest

from seatrial.runtimes.local.install import toolchain as chains
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import Unavailable


@pytest.fixture(autouse=True)
def _no_go_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "_USUAL", ())
    monkeypatch.setenv("PATH", "/nowhere")


def test_what_was_fetched_is_not_fetched_again(tmp_path: Path) -> None:
    there = tmp_path / f"go-{chains.FETCHED.version}" / "root" / chains.FETCHED.programs["go"]
    there.parent.mkdir(parents=True)
    there.touch()
    said: list[str] = []
    assert chains.toolchain("1.25", tmp_path, Commands(), said.append) == there
    assert said == []


def test_one_that_is_too_old_is_not_fetched(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"newer"):
        chains.toolchain("99.0", tmp_path, Commands(), print)


def test_results_are_shared_and_modules_are_not(tmp_path: Path) -> None:
    one, other = (chains.environment(tmp_path / each, tmp_path / "results") for each in "ab")
    assert one["GOCACHE"] == other["GOCACHE"] == str(tmp_path / "results")
    assert one["GOMODCACHE"] != other["GOMODCACHE"]
