"""What others wrote does not steer the terminal of who reads it: logs, spans, whatever is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from seatrial.app import logs, trace
from seatrial.cli import logs_, screen, status_, trace_
from seatrial.traces.path import critical_path
from seatrial.traces.span import Span
from seatrial.traces.tree import tree

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b1A\u202eevil\r"
BAD = ("\x1b", "\x07", "\x9b", "\u202e", "\r")
ROW = {
    "_time": "2026-01-01T00:00:01.5Z",
    "_msg": f"first {EVIL}\n00:00:02.000 error forged\n\tat x",
    "level": f"in{EVIL}fo",
    "service": f"api{EVIL}",
    "replica": "0",
    f"key{EVIL}": f"a\nb{EVIL}",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "seatrial.yaml"
    written.write_text("system: shop\n")
    return written


def shown(command: Any, *argv: object, colour: bool = False) -> Result:
    done = CliRunner().invoke(command, [str(each) for each in argv], color=colour)
    assert done.exit_code == 0, done.output
    return done


def harmless(text: str) -> bool:
    return not any(each in text for each in BAD)


def test_lines_of_logs(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "ask", lambda *_: (ROW, {"service": EVIL, "count": "3"}))
    done = shown(logs_.command, "--file", file)
    assert harmless(done.output)
    first, forged, last, counted = done.stdout.splitlines()
    assert "evil" in first
    assert forged.startswith(" " * 8)  # a line within a line cannot pass for one
    assert last.lstrip().startswith("at x")
    assert "a b" in last
    assert counted.endswith("count=3")


def test_lines_as_json_are_the_same_lines(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "ask", lambda *_: ({**ROW, "word": "Ä✓"},))
    done = shown(logs_.command, "--file", file, "--json")
    assert harmless(done.output)
    assert "Ä✓" in done.stdout
    assert json.loads(done.stdout) == {**ROW, "word": "Ä✓"}


def test_a_look_that_was_full_is_said_beside_the_lines(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "follow", lambda *_, **__: iter((ROW, logs.Full())))
    done = shown(logs_.command, "--file", file, "--follow")
    assert "older ones are not shown" in done.stderr
    assert "older ones" not in done.stdout


def test_names_of_spans(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    span = Span(
        trace="t", id="1", service=f"api{EVIL}", operation=f"GET {EVIL}", start=0, end=9, parent=""
    )
    found = tree([span])
    run = trace.Run(tree=found, path=critical_path(found), peer=lambda _: EVIL)
    monkeypatch.setattr(trace, "run", lambda *_: run)
    done = shown(trace_.command, "--file", file, "buy")
    assert harmless(done.output)
    assert "GET" in done.stdout


def test_the_last_lines_of_a_workload(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Runtime:
        def logs(self, _name: str, _lines: int) -> list[str]:
            return [f"\ta {EVIL}"]

    monkeypatch.setattr(status_, "what_runs", lambda *_: (Runtime(), []))
    done = shown(status_.command, "--file", file, "--logs", "api")
    assert harmless(done.output)
    assert done.stdout.startswith("\ta ")


def test_our_own_colours_stay(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    screen.out().print(EVIL, style="red")
    told = capsys.readouterr().out
    assert told.startswith("\x1b[31m")
    assert "\x1b[2J" not in told
    assert "\x9b" not in told
