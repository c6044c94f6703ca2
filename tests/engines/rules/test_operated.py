"""The rules as the Prometheus Operator is given them, in Prometheus's own promtool."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from seatrial.app.files import rendered
from seatrial.app.plan import Plan, plan
from seatrial.capabilities.metrics.rules import undiscovered
from seatrial.contract.declaration import AlertRule
from seatrial.engines.prometheus import operator, rules
from seatrial.runtimes.kubernetes import Cluster

REFERENCE = Path(__file__).parents[3] / "examples/workflow-platform/seatrial.yaml"
pytestmark = pytest.mark.engines
TESTED = (
    "service-api",
    "monitoring-prometheus",
)  # the others' texts are those of the files' dialect
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def operated() -> Plan:
    return plan(REFERENCE, Cluster(namespace="prod"), environment="production")


@pytest.fixture(scope="module")
def specs(operated: Plan) -> Mapping[str, dict[str, Any]]:
    """The spec of each PrometheusRule, which is what a rule file says."""
    return {
        Path(path).stem: yaml.safe_load(text)["spec"]
        for path, (text, _) in rendered(operated).items()
        if path.startswith("manifests/monitoring/rules/")
    }


@pytest.fixture
def folder(specs: Mapping[str, dict[str, Any]], tmp_path: Path) -> Path:
    for name, spec in specs.items():
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(spec))
    return tmp_path


def links_of(spec: dict[str, Any]) -> Callable[[AlertRule], Mapping[str, str]]:
    """The links as they are rendered, by the alert's expression."""
    found = {
        each["expr"]: {k: v for k, v in each["annotations"].items() if k.endswith("_url")}
        for group in spec["groups"]
        for each in group["rules"]
        if "alert" in each
    }
    return lambda alert: found[alert.expr]


def test_prometheus_takes_every_rule(folder: Path, run: Run) -> None:
    names = sorted(each.name for each in folder.glob("*.yml"))
    done = run("prometheus", folder, "promtool", "check", "rules", *names)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", TESTED)
def test_its_alerts_fire_and_clear_with_their_namespace(
    name: str, operated: Plan, specs: Mapping[str, dict[str, Any]], folder: Path, run: Run
) -> None:
    placement = operated.placement
    more = undiscovered(operator.subjects(operated.declarations.targets), placement)
    groups = rules.files((*operated.declarations.groups, *more))[name]
    links, scope = links_of(specs[name]), operator.scope(placement)
    test = folder / "tests.yml"
    test.write_text(rules.test_file(f"{name}.yml", groups, links=links, scope=scope))
    done = run("prometheus", folder, "promtool", "test", "rules", test.name)
    assert done.returncode == 0, done.stdout + done.stderr

    # with a label that is not there it is red: the test can fail
    test.write_text(rules.test_file(f"{name}.yml", groups, links=links, scope={"namespace": "x"}))
    assert run("prometheus", folder, "promtool", "test", "rules", test.name).returncode != 0
