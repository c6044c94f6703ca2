"""Every manifest is what the schema of its kind allows, and nothing that it does not know."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from seatrial.app.files import rendered
from seatrial.app.plan import plan
from seatrial.runtimes.kubernetes import Cluster

ROOT = Path(__file__).parents[3]
SYSTEMS = {
    "workflow-platform": "examples/workflow-platform/rendered-kubernetes",
    "shop": "tests/golden/kubernetes/shop/rendered",
}
Object = dict[str, Any]


def _objects(folder: str) -> Iterator[tuple[str, Object]]:
    for path in sorted((ROOT / folder / "manifests").rglob("*.yaml")):
        for each in yaml.safe_load_all(path.read_text()):
            yield path.name, each


def _of(kind: str) -> Object:
    found = (each for folder in SYSTEMS.values() for _, each in _objects(folder))
    return copy.deepcopy(next(each for each in found if each["kind"] == kind))


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_object_is_what_its_kind_allows(system: str, schemas: Any) -> None:
    found = list(_objects(SYSTEMS[system]))
    assert len(found) > 40
    wrong = {
        f"{path} {each['kind']}": schemas.wrong(each) for path, each in found if schemas.wrong(each)
    }
    assert wrong == {}


def test_a_rehearsal_is_allowed_too(schemas: Any) -> None:
    file = ROOT / "examples/workflow-platform/seatrial.yaml"
    planned = plan(file, Cluster(namespace="rehearsal"))
    texts = [text for path, (text, _) in rendered(planned).items() if path.endswith(".yaml")]
    found = [each for text in texts for each in yaml.safe_load_all(text)]
    assert {"Secret", "AlertmanagerConfig"} <= {each["kind"] for each in found}
    assert {each["kind"]: schemas.wrong(each) for each in found if schemas.wrong(each)} == {}


def _spoil_interval(found: Object) -> None:
    found["spec"]["endpoints"][0]["interval"] = "5 seconds"


def _spoil_rule(found: Object) -> None:
    del found["spec"]["groups"][0]["rules"][0]["expr"]


def _spoil_matcher(found: Object) -> None:
    found["spec"]["route"]["routes"] = ["not a route"]
    found["spec"]["inhibitRules"][0]["sourceMatch"][0]["matchType"] = "~"


def _spoil_prober(found: Object) -> None:
    del found["spec"]["prober"]["url"]


def _spoil_container(found: Object) -> None:
    found["spec"]["template"]["spec"]["containers"][0]["memory"] = "1Gi"


def _spoil_replicas(found: Object) -> None:
    found["spec"]["replicas"] = "two"


def _spoil_port(found: Object) -> None:
    del found["spec"]["ports"][0]["port"]


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        ("ServiceMonitor", _spoil_interval),
        ("PrometheusRule", _spoil_rule),
        ("AlertmanagerConfig", _spoil_matcher),
        ("Probe", _spoil_prober),
        ("Deployment", _spoil_container),
        ("StatefulSet", _spoil_replicas),
        ("Service", _spoil_port),
    ],
)
def test_what_is_spoiled_is_seen(kind: str, spoil: Callable[[Object], None], schemas: Any) -> None:
    found = _of(kind)
    assert schemas.wrong(found) == []
    spoil(found)
    assert schemas.wrong(found) != []


def test_a_kind_that_nobody_defines_is_seen(schemas: Any) -> None:
    assert schemas.wrong({"apiVersion": "apps/v1", "kind": "Deploiment"}) != []
