"""The real promtool on what asks whether panels have data: what is no number is none."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from seatrial.capabilities.dashboards.expectations import joined
from seatrial.capabilities.dashboards.judges import PLACE
from seatrial.contract.board import Board, Panel, Query, Row, Scope, Unit

pytestmark = pytest.mark.engines
Run = Callable[..., subprocess.CompletedProcess[str]]
SERIES = {"left": "0 0 0", 'right{a="b"}': "1 1 1", "right": "1 1 1"}
DRAWN = {
    "left / left": False,  # 0 / 0
    "1 / left": False,  # without end
    "nothing": False,
    "left": True,
    "left / right": True,
    "left / left or right": True,
}


def board(expr: str) -> Board:
    query = Query(expr=expr, legend="")
    panel = Panel(title="p", unit=Unit.COUNT, queries=(query,), description="d.", subject="s")
    rows = (Row(title="r", panels=(panel,)),)
    return Board(uid="b", title="B", summary="", scope=Scope.SERVICE, rows=rows)


def test_what_is_no_number_is_no_data(run: Run, tmp_path: Path) -> None:
    asked = [
        {
            "expr": f"sum({joined(board(expr))}) > bool 0",
            "eval_time": "10s",
            "exp_samples": [{"labels": "{}", "value": 1}] if drawn else [],
        }
        for expr, drawn in DRAWN.items()
    ]
    series = [{"series": name, "values": values} for name, values in SERIES.items()]
    test = {"interval": "5s", "input_series": series, "promql_expr_test": asked}
    text = yaml.safe_dump({"rule_files": [], "tests": [test]})
    (tmp_path / "test.yml").write_text(text, encoding="utf-8")
    done = run("prometheus", tmp_path, "promtool", "test", "rules", "test.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert PLACE in joined(board("left"))
