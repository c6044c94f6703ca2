"""Two services are never asked for each other's page, whatever their paths look like."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import yaml

from seatrial.app.plan import Plan

OTHER = """\
  other:
    owner: web
    image: shop/other:1
    ports: {http: 8001}
    metrics: {port: http, path: OTHER, kind: KIND}
stores:
"""


def pages(found: Plan) -> dict[str, str]:
    """The path at which each service is scraped, as Prometheus reads its files."""
    (server,) = (each for each in found.workloads if each.name == "prometheus")
    texts = {each.path: each.text for each in server.files}
    asked: dict[str, str] = {}
    for job in yaml.safe_load(texts["prometheus.yml"])["scrape_configs"]:
        for entry in json.loads(texts[f"targets/{job['job_name']}.json"]):
            labels = entry["labels"]
            if labels["kind"] == "service":
                asked[labels["service"]] = labels.get("__metrics_path__", job["metrics_path"])
    return asked


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("/a/metrics", "/a-metrics", "prometheus"),
        ("/a-metrics", "/a/metrics", "prometheus"),
        ("/nginx", "/status", "nginx"),
        ("/metrics", "/metrics", "prometheus"),
    ],
)
def test_each_service_is_asked_for_its_own_page(
    planned: Callable[..., Plan], shop: str, one: str, other: str, kind: str
) -> None:
    more = OTHER.replace("OTHER", other).replace("KIND", kind)
    found = planned(shop.replace("path: /metrics,", f"path: {one},").replace("stores:\n", more))
    exporter = "/metrics" if kind == "nginx" else other  # its exporter is asked, by its own path
    assert pages(found) == {"api": one, "other": exporter}


def test_targets_of_one_job_differ_in_nothing_that_only_a_job_can_say(reference: Plan) -> None:
    """Prometheus takes a target's path, scheme and parameters from its labels, not its timing."""
    timings: dict[str, set[tuple[float, float, bool]]] = {}
    for each in reference.declarations.targets:
        timing = (each.interval, each.timeout, each.through is None)
        timings.setdefault(each.job, set()).add(timing)
    assert {job: len(each) for job, each in timings.items() if len(each) > 1} == {}
