"""`seatrial plan`: another environment than the rehearsal is shown and can be read, not started."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Run

REAL = """\
environments: {production: {runtime: local}}
alerting:
  email: {smarthost: "mail.shop.example:587", sender: a@shop.example, user: a, password: mail-key}
"""


def test_production_is_rendered_into_a_folder_without_sink_or_secret(
    run: Run, shop: Path, tmp_path: Path
) -> None:
    shop.write_text(shop.read_text() + REAL)
    to = tmp_path / "to"
    done = run("plan", "--environment", "production", "--render", to)
    assert done.code == 0, done.err
    assert "production is shown, not started" in done.err
    assert "sink" not in done.out
    written = (to / "rendered/alertmanager/alertmanager.yml").read_text()
    assert "sink" not in written
    assert not list(to.rglob("keys"))
    document = json.loads(run("plan", "--environment", "production", "--json").out)
    assert document["environment"] == "production"
    assert "sink" not in [each["name"] for each in document["workloads"]]
    assert {each["change"] for each in document["files"]} == {"create"}
