"""A production whose pages reach nobody, or lead nowhere, says so, whatever its dialect."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.app.environment import open_runtime
from seatrial.app.plan import plan

_FILE = """\
seatrial: 1
system: shop
teams: {{web: {{chat: "#web"}}}}
services:
  api: {{owner: web, run: python3 api.py, ports: {{http: 8000}}}}
environments: {{rehearsal: {{runtime: local}}, production: {{runtime: local}}}}
{more}promises: [R03]
"""


@pytest.mark.parametrize(
    ("more", "environment", "told"),
    [
        ("", "production", True),
        ("alerting: {slack: slack-webhook}\n", "production", False),
        ("", "rehearsal", False),
    ],
)
def test_pages_that_reach_nobody_are_told(
    tmp_path: Path, more: str, environment: str, *, told: bool
) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text(_FILE.format(more=more))
    runtime = open_runtime(file)
    planned = plan(file, runtime, environment=environment)
    assert ("ST3204" in {each.code for each in planned.problems}) is told


@pytest.mark.parametrize(
    ("more", "environment", "told"),
    [
        ("", "production", True),
        ("monitoring: {runbooks: docs/runbooks/}\n", "production", True),
        ("monitoring: {runbooks: 'https://runbooks.shop.example/'}\n", "production", False),
        ("", "rehearsal", False),
    ],
)
def test_runbooks_that_nobody_can_open_are_told(
    tmp_path: Path, more: str, environment: str, *, told: bool
) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text(_FILE.format(more=more))
    planned = plan(file, open_runtime(file), environment=environment)
    assert ("ST2110" in {each.code for each in planned.problems}) is told
