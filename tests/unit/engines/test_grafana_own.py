"""A Grafana of the system's own: how it runs, and what is read back from it.

No real Grafana was met here: the answers are those of its documented HTTP API.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from seatrial.contract.placement import Endpoint
from seatrial.engines.grafana import provisioning, query, workload
from seatrial.engines.grafana.engine import ENGINE

BOARD: dict[str, Any] = {
    "uid": "shop-overview",
    "title": "Overview",
    "panels": [
        {"id": 9, "type": "row", "title": "Row"},
        {
            "id": 1,
            "type": "stat",
            "title": "Pages",
            "description": "Come.",
            "fieldConfig": {"defaults": {"unit": "short"}},
            "targets": [{"expr": "up", "datasource": {"uid": "seatrial-prometheus"}}],
            "links": [{"url": "/d/a"}],
        },
    ],
}


def answer(board: dict[str, Any], **meta: Any) -> bytes:
    """As "Get dashboard by uid" of the Dashboard HTTP API answers."""
    told = {"folderTitle": "shop", "provisioned": True, "slug": "overview", **meta}
    return json.dumps({"dashboard": {"id": 4, "version": 2, **board}, "meta": told}).encode()


def changed(**panel: Any) -> dict[str, Any]:
    return {**BOARD, "panels": [BOARD["panels"][0], {**BOARD["panels"][1], **panel}]}


def test_what_grafana_adds_makes_no_difference() -> None:
    (seen,) = query.read("shop-overview")(3.0, answer({**BOARD, "schemaVersion": 99}))
    assert (seen.kind, seen.subject, seen.at) == (query.READ, "shop-overview", 3.0)
    assert seen.text == query.essence(BOARD)
    assert dict(seen.labels) == {"folder": "shop", "provisioned": "true"}
    assert query.differing(query.essence(BOARD), seen.text) == ""


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (changed(type="table"), "its panel Pages has another type"),
        (changed(targets=[{"expr": "down"}]), "its panel Pages has another asks"),
        (changed(description=""), "its panel Pages has another says"),
        (changed(links=[]), "its panel Pages has another leads"),
        ({**BOARD, "panels": []}, "its panel Pages is not there"),
        ({**BOARD, "title": "Other"}, "its title is another"),
        (
            {**BOARD, "panels": [*BOARD["panels"], {"id": 2, "type": "stat"}]},
            "1 panels are there that nobody wrote",
        ),
    ],
)
def test_what_came_back_otherwise_is_named(found: dict[str, Any], said: str) -> None:
    assert query.differing(query.essence(BOARD), query.essence(found)) == said


def test_a_board_that_is_not_there_is_no_board() -> None:
    with pytest.raises(KeyError):
        query.read("a")(1.0, b'{"message": "Dashboard not found"}')


def test_the_sources_have_fixed_uids() -> None:
    at = Endpoint(host="10.0.0.1", port=9090)
    every = yaml.safe_load(provisioning.datasources(at, logs=at, traces=at))["datasources"]
    assert {each["uid"]: each["type"] for each in every} == {
        "seatrial-prometheus": "prometheus",
        "seatrial-victorialogs": "victoriametrics-logs-datasource",
        "seatrial-jaeger": "jaeger",
    }
    alone = yaml.safe_load(provisioning.datasources(at))["datasources"]
    assert [each["uid"] for each in alone] == ["seatrial-prometheus"]


def test_its_password_is_in_a_file_of_its_own_and_nobody_needs_it_to_look() -> None:
    made = workload.workload({"dashboards/a.json": "{}"}, owner="web", after=("prometheus",))
    files = {each.path: each for each in made.files}
    assert made.optional
    assert files["admin-password"].secret
    assert "$__file{${self.dir}/admin-password}" in files["grafana.ini"].text
    assert "org_role = Viewer" in files["grafana.ini"].text
    assert "${secret." not in files["grafana.ini"].text
    assert files["provisioning/dashboards/a.json"].text == "{}"
    assert made.argv[0] in ENGINE.programs
    assert ENGINE.asked_by == "dashboards.grafana"


def test_the_boards_are_where_the_provider_looks() -> None:
    text = provisioning.providers("shop", "${self.dir}/provisioning")
    (one,) = yaml.safe_load(text)["providers"]
    assert one["options"]["path"] == "${self.dir}/provisioning/dashboards/seatrial"
    assert one["folder"] == "shop"
