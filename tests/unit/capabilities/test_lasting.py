"""The control of a store's death fits what its outage holds back, which may be nothing."""

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
  api:
    owner: web
    run: python3 api.py
    ports: {{http: 8000}}
    health: {{ready: /readyz}}
    needs: [{needed}]
  cron: {{owner: web, run: python3 cron.py, needs: [{quiet}]}}
stores:
  db: {{engine: postgres, version: "15", owner: web}}
  spare: {{engine: redis, version: "7", owner: web}}
promises: [R03]
"""


@pytest.mark.parametrize(
    ("needed", "quiet", "held"),
    [
        ("db", "", {"db"}),
        ("db", "spare", {"db"}),  # what needs it shows nothing that could page
        ("db, spare", "", {"db", "spare"}),
        ("", "db", set()),
    ],
)
def test_where_nothing_is_held_back_the_route_is_led_astray(
    tmp_path: Path, needed: str, quiet: str, held: set[str]
) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text(_FILE.format(needed=needed, quiet=quiet))
    planned = plan(file, open_runtime(file))
    defects = {
        each.scenario.removeprefix("store-down-"): each.control.defect
        for each in planned.expectations(planned.scenarios())
        if each.name.startswith("page/store-down-")
    }
    assert set(defects) == {"db", "spare"}
    assert {name for name, each in defects.items() if "inhibition" in each} == held
    assert all("leads elsewhere" in each for name, each in defects.items() if name not in held)
