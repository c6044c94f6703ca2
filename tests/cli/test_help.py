"""What every command has in common."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from seatrial.cli.main import COMMANDS

if TYPE_CHECKING:
    from conftest import Run

GROUPS = {"engines": ("install",), "images": ("list", "pull", "build", "save", "load")}
EVERY = [(name,) for name in COMMANDS] + [
    (name, below) for name, each in GROUPS.items() for below in each
]
ANSI = "\x1b["


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_tells_what_it_does_and_each_of_its_options(
    run: Run, words: tuple[str, ...]
) -> None:
    done = run(*words, "--help")
    assert done.code == 0
    assert done.err == ""
    assert done.out.startswith(f"Usage: seatrial {' '.join(words)}")
    assert run(*words, "-h").out == done.out
    options = done.out.partition("Options:")[2]
    for line in re.findall(r"^  (-.*)$", options, re.MULTILINE):
        told = re.split(r"\s{2,}", line, maxsplit=1)
        follows = options[options.index(line) + len(line) :].lstrip("\n")
        assert len(told) == 2 or re.match(r"\s{10,}\S", follows), f"{line!r} is not explained"


def test_help_lists_every_command_with_its_summary(run: Run) -> None:
    done = run("--help")
    assert done.code == 0
    for name, summary in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(summary[:30])}", done.out, re.MULTILINE)
    for code in ("0 ready", "1 not ready", "2 bad input", "3 could", "130 interrupted"):
        assert code in " ".join(done.out.split())


def test_version(run: Run) -> None:
    done = run("--version")
    assert done.code == 0
    assert re.search(r"\d+\.\d+\.\d+", done.out)


@pytest.mark.parametrize(
    ("wrong", "right"), [("chek", "check"), ("explian", "explain"), ("repot", "report")]
)
def test_a_mistyped_command_is_guessed(run: Run, wrong: str, right: str) -> None:
    done = run(wrong)
    assert done.code == 2
    assert f"did you mean `seatrial {right}`?" in done.err
    assert done.out == ""


def test_a_command_like_no_other_is_refused_without_a_guess(run: Run) -> None:
    done = run("xyzzy")
    assert done.code == 2
    assert "no command 'xyzzy'" in done.err
    assert "did you mean" not in done.err


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_an_unknown_option_is_bad_usage(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words, "--nonsense")
    assert done.code == 2
    assert "--nonsense" in done.err
    assert done.out == ""


@pytest.mark.parametrize("words", [("check",), ("plan",), ("explain", "R03"), ("doctor",)])
@pytest.mark.parametrize("env", [{}, {"NO_COLOR": "1"}], ids=["piped", "NO_COLOR"])
@pytest.mark.usefixtures("shop")
def test_off_a_terminal_nothing_is_coloured(
    run: Run, words: tuple[str, ...], env: dict[str, str]
) -> None:
    done = run(*words, env=env)
    assert done.out
    assert ANSI not in done.out + done.err


@pytest.fixture
def gone() -> Iterator[IO[bytes]]:
    """A pipe whose reader has left."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        yield pipe


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "--json"),
        ("plan",),
        ("check",),
        ("check", "--json"),
        ("--help",),
        ("plan", "--help"),
        ("explain", "R03"),
        ("completion", "bash"),
        ("--version",),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("shop")
def test_a_reader_that_leaves_early_is_no_error(
    run: Run, words: tuple[str, ...], gone: IO[bytes]
) -> None:
    done = run(*words, stdout=gone)
    assert done.err == ""
    assert done.code == 0


def test_a_reader_that_leaves_early_makes_nothing_good(run: Run, gone: IO[bytes]) -> None:
    assert run("status", "--json", "-f", "mistyped.yaml", stdout=gone).code == 2
    assert run("check", "--json", stdout=gone).code == 2


def test_progress_that_nobody_reads_stops_nothing(run: Run, folder: Path, gone: IO[bytes]) -> None:
    done = run("init", "--name", "shop", stderr=gone)
    assert done.code == 0
    assert done.out
    assert (folder / "seatrial.yaml").is_file()
