"""`seatrial prober`: what it needs, and the real prober that it becomes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from conftest import Run

SEATRIAL = Path(sys.executable).with_name("seatrial")
PAGE = (
    '{"journeys": [{"name": "look", "bases": ["http://127.88.3.8:9"], "steps": [{"path": "/"}]}]}'
)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "give a FOLDER to run"),
        (("--export", "out"), "--region NAME"),
        (("--export", "out", "here"), "give a FOLDER"),
        (("here", "--region", "office"), "goes with --export"),
        (("here", "--port", "99999"), "65535"),
    ],
)
def test_a_wrong_use_is_told(run: Run, folder: Path, words: tuple[str, ...], told: str) -> None:
    (folder / "here").mkdir()
    done = run("prober", *words)
    assert done.code == 2
    assert told in done.err


def test_a_folder_that_is_no_bundle_says_what_is_missing(run: Run, folder: Path) -> None:
    (folder / "here").mkdir()
    done = run("prober", "here")
    assert done.code == 3
    assert "plan.json is missing" in done.err
    assert "--export" in done.err


@pytest.mark.usefixtures("shop")
def test_a_region_that_is_not_outside_cannot_be_exported(run: Run) -> None:
    done = run("prober", "--export", "out", "--region", "office")
    assert done.code == 3
    assert "no region outside" in done.err
    assert "outside: true" in done.err


def test_it_becomes_the_prober_and_ends_as_it_does(folder: Path) -> None:
    home = {"url": "https://127.88.3.8:9", "place": "office", "ca": "ca.pem", "token": "token"}
    for name, text in {
        "plan.json": PAGE,
        "home.json": json.dumps(home),
        "token": "a-token-of-the-office",
        "ca.pem": "",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    process = subprocess.Popen([SEATRIAL, "prober", folder], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    assert ready["event"] == "ready"
    assert re.fullmatch(r"127\.0\.0\.1:\d+", ready["http"])  # this machine's own alone
    while True:  # it takes signals once it answers
        try:
            assert httpx.get(f"http://{ready['http']}/livez", trust_env=False).is_success
        except httpx.TransportError:
            continue
        break
    process.send_signal(signal.SIGTERM)
    said = process.stdout.read()
    assert process.wait(60) == 0
    assert "a-token-of-the-office" not in said
    process.stdout.close()
