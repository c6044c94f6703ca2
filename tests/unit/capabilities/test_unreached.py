"""A production without channels says so, whatever its dialect."""

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
