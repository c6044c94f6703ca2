"""`seatrial trace`: a run's tree, and calls beside the file; what cannot be shown ends in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from seatrial.app import trace as app
from seatrial.cli import trace_
from seatrial.traces.path import critical_path
from seatrial.traces.span import Kind, Span
from seatrial.traces.topology import Compared, Edge
from seatrial.traces.tree import tree

if TYPE_CHECKING:
    from conftest import Run


def _span(name: str, start: int, end: int, parent: str = "", **more: Any) -> Span:
    service, _, operation = name.partition(" ")
    return Span(
        trace="t1",
        id=name,
        service=service,
        operation=operation,
        start=start * 1000,
        end=end * 1000,
        parent=parent,
        **more,
    )


def _run() -> app.Run:
    found = tree(
        [
            _span("prober buy", 0, 100),
            _span("prober GET /", 1, 90, "prober buy", kind=Kind.CLIENT),
            _span("api GET /", 11, 80, "prober GET /", kind=Kind.SERVER, error=True),
            _span("store query", 1, 20, "api GET /", kind=Kind.SERVER),
            _span("mail send", 50, 60, "lost"),
        ]
    )
    return app.Run(
        tree=found,
        path=critical_path(found),
        peer=lambda each: "api" if each.kind is Kind.CLIENT else "",
    )


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(app, "run", lambda *_: _run())
    written = tmp_path / "seatrial.yaml"
    written.write_text("system: shop\n")
    return written


def test_a_run_is_a_tree_whose_path_adds_up(file: Path) -> None:
    done = CliRunner().invoke(trace_.command, ["--file", str(file), "buy"])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "buy: trace t1, 100.0 ms"
    assert any(each.startswith("  prober GET / -> api") for each in lines)
    assert any(each.startswith("    api GET / (failed)") for each in lines)
    assert "store is at least 10.0 ms off api" in done.stderr
    assert "the caller of mail send is not in the trace" in done.stderr
    asked = CliRunner().invoke(trace_.command, ["--file", str(file), "buy", "--json"])
    document = json.loads(asked.stdout)
    assert sum(each["path"] for each in document["spans"]) == document["microseconds"] == 100_000
    assert document["orphans"] == ["mail send"]


def test_calls_beside_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = app.Topology(
        compared=Compared(
            undeclared=(Edge(caller="api", callee="cache"),),
            unseen=(Edge(caller="api", callee="mail"),),
        ),
        looked=12,
        patch=("--- seatrial.yaml", "+    needs: [database, cache]"),
        left=(),
    )
    monkeypatch.setattr(app, "topology", lambda _file: found)
    done = CliRunner().invoke(trace_.command, ["--file", str(file), "--topology"])
    assert done.exit_code == 1
    assert "not declared  api -> cache" in done.stdout
    assert "never seen    api -> mail" in done.stdout
    assert "+    needs: [database, cache]" in done.stdout
    asked = CliRunner().invoke(trace_.command, ["--file", str(file), "--topology", "--json"])
    assert json.loads(asked.stdout)["undeclared"] == [{"caller": "api", "callee": "cache"}]


def test_what_cannot_be_shown_ends_in_words(run: Run, shop: Path) -> None:
    assert "name a journey, or write --topology" in run("trace").err
    unpromised = run("trace", "buy")
    assert unpromised.code != 0
    assert "nothing is traced here" in unpromised.err
    shop.write_text(shop.read_text().replace("[R01, R03]", "[R01, R03, R04]"))
    unknown = run("trace", "by")
    assert unknown.code == 2
    assert "no journey is called by" in unknown.err
    assert "buy" in unknown.err
    stopped = run("trace", "buy")
    assert stopped.code != 0
    assert "Traceback" not in stopped.err


def test_an_undeclared_call_is_added_to_what_the_file_says() -> None:
    text = "services:\n  api:\n    needs: [database]  # all of it\n  worker: {owner: web}\n"
    with_list = app._needing(text, "api", ["cache"])
    assert with_list is not None
    assert "needs: [database, cache]  # all of it" in with_list
    without = app._needing(text, "worker", ["cache"])
    assert without is not None
    assert "{owner: web, needs: [cache]}" in without
