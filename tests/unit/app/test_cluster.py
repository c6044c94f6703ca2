"""A plan for a cluster: what it holds, and what of the file it cannot say."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.app.files import rendered
from seatrial.app.plan import Plan, plan
from seatrial.app.refused import Refused
from seatrial.runtimes.kubernetes import Cluster

SYSTEM = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web", pager: {secret: pager}}}
services:
  api: {owner: web, image: "shop/api:1", ports: {http: 8000}, needs: [orders]}
stores:
  orders: {engine: postgres, version: "16", owner: web}
monitoring: {runbooks: "https://runbooks.shop.example/"}
alerting: {mute: {nights: {times: ["00:00-06:00"]}}}
"""
IMAGE = 'image: "shop/api:1"'


def planned(folder: Path, *edits: tuple[str, str]) -> Plan:
    text = SYSTEM
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    file = folder / "seatrial.yaml"
    file.write_text(text)
    return plan(file, Cluster(namespace="prod"), environment="production")


def codes(made: Plan) -> list[str]:
    return [each.code for each in made.problems]


def test_nothing_is_said_of_a_system_that_can_be_rendered_whole(tmp_path: Path) -> None:
    made = planned(tmp_path)
    assert codes(made) == []
    files = rendered(made)
    assert {"README.md", "manifests/api.yaml", "manifests/orders.yaml"} <= set(files)
    assert not any(path.startswith("rendered/") for path in files)
    assert [path for path, (_, why) in files.items() if not why] == []


def test_the_page_names_every_secret_and_no_value(tmp_path: Path) -> None:
    made = planned(tmp_path)
    page, _ = rendered(made)["README.md"]
    assert made.secrets == ("orders", "pager")
    assert all(f"--from-file={each}=" in page for each in made.secrets)
    assert "create secret generic shop-secrets" in page


def test_the_operator_runs_prometheus_and_alertmanager(tmp_path: Path) -> None:
    made = planned(tmp_path)
    assert not {"prometheus", "alertmanager"} & {each.name for each in made.workloads}
    assert "kind: Prometheus\n" in rendered(made)["manifests/monitoring/prometheus.yaml"][0]
    assert "kind: Alertmanager\n" in rendered(made)["manifests/monitoring/alertmanager.yaml"][0]


def test_an_image_that_is_built_here_is_a_warning(tmp_path: Path) -> None:
    made = planned(tmp_path, (IMAGE, "build: ."))
    (problem,) = made.problems
    assert problem.code == "ST1802"
    assert "seatrial/shop.api:latest" in problem.summary
    assert problem.place is not None
    assert problem.place.line == 5


def test_a_mute_time_of_another_zone_mutes_nothing(tmp_path: Path) -> None:
    edit = ('times: ["00:00-06:00"]', 'times: ["00:00-06:00"], timezone: Europe/Berlin')
    said, unsaid = planned(tmp_path), planned(tmp_path, edit)
    assert codes(unsaid) == ["ST3203"]
    assert (
        "muteTimeIntervals:\n      - nights"
        in rendered(said)["manifests/monitoring/routes.yaml"][0]
    )
    assert "nights" not in rendered(unsaid)["manifests/monitoring/routes.yaml"][0]


def test_a_page_that_reaches_nobody_is_told(tmp_path: Path) -> None:
    made = planned(tmp_path, (", pager: {secret: pager}", ""))
    assert codes(made) == ["ST3204"]
    assert made.secrets == ("orders",)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (IMAGE, "run: serve", "ST1805"),
        (IMAGE, f"{IMAGE}, files: {{conf: conf}}", "ST1803"),
        ("orders", "o" * 50, "ST1801"),
    ],
)
def test_what_no_cluster_can_run_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    (tmp_path / "conf").write_text("I am ${self.replica}\n")
    with pytest.raises(Refused) as refused:
        planned(tmp_path, (old, new))
    (problem,) = refused.value.problems
    assert problem.code == code
    assert problem.place is not None
    assert problem.place.line == (7 if code == "ST1801" else 5)
