"""A rule whose series nobody exports is dead: every rule reads what is declared as collected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest

from seatrial.app.plan import Plan, plan
from seatrial.contract.declaration import ScrapeTarget
from seatrial.engines.blackbox_exporter import workload as blackbox
from seatrial.runtimes.memory import MemoryRuntime
from seatrial.system.service import MetricsSpec

OUTSIDER = Path(__file__).parents[3] / "examples/web-shop-trial/seatrial.yaml"
# What the page of each workload holds, by the beginning of its name. `up` is of every target.
OWN: dict[str, str | tuple[str, ...]] = {
    "sealer": "backup",
    "node-exporter": "node_",
    "prometheus": "prometheus_",
    "alertmanager": "alertmanager_",
    "prober": ("journey_", "check_", "prober_"),
    "jaeger": "otelcol_",
    "container-exporter": "container_",
    "watchdog": "watchdog_",
    "victorialogs": "vl_",
    "victorialogs-audit": "vl_",
    "otelcol": "otelcol_",
    "vmalert": "vmalert_",
    "detector": "detector_",
    "log-keeper": "keeper_",
    "log-keeper-audit": "keeper_",
    "database-backups": ("backup_", "backups_"),
}
STORES = {"postgres": "pg_", "redis": "redis_", "mariadb": "mysql_", "mysql": "mysql_"}
OF_EVERY_SCRAPE = ("up", "scrape_samples_post_metric_relabeling")
OF_RULES = ("ALERTS",)
TLS = """\
  shop:
    owner: web
    image: shop/shop:1
    ports: {https: 8443}
    exposed: true
    health: {ready: /readyz}
    metrics: {port: https}
  edge:
    owner: web
    image: shop/edge:1
    ports: {http: 8080, https: 8443, status: 8081}
    exposed: true
    metrics: {port: status, path: /status, kind: nginx}
  queue:
    owner: web
    image: rabbitmq:4
    ports: {amqp: 5672, prometheus: 15692}
    metrics: {port: prometheus, kind: rabbitmq}
  plain:
    owner: web
    image: shop/plain:1
    ports: {https: 9443}
stores:
"""


def selectors(node: Any) -> Iterator[promql_parser.VectorSelector]:
    """Every series that an expression reads."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
        return
    for name in ("lhs", "rhs", "expr", "param", "vector_selector", "vs"):
        if (child := getattr(node, name, None)) is not None:
            yield from selectors(child)
    for child in getattr(node, "args", None) or ():
        yield from selectors(child)


def takes(selector: promql_parser.VectorSelector, target: ScrapeTarget) -> bool:
    """Whether a selector may mean what this target tells, by the labels that are declared."""
    labels = {
        "job": target.job, "kind": target.kind, "service": target.subject, **target.labels,
    }  # fmt: skip
    for each in selector.matchers.matchers:
        if each.name not in labels:
            continue
        value, op = labels[each.name], str(each.op)
        same = value == each.value if op.endswith("al") else bool(re.fullmatch(each.value, value))
        if same == ("Not" in op):
            return False
    return True


def tells(found: Plan, target: ScrapeTarget, metric: str) -> bool:
    """Whether the metric is on the page that is read for this target."""
    if metric in OF_EVERY_SCRAPE:
        return True
    if target.through is not None and target.through[0] == blackbox.NAME:
        encrypted = target.params["module"] == blackbox.TLS or (
            target.scheme == "https"
            and target.params["module"] in {blackbox.HTTP, blackbox.HTTP_ANY}
        )
        return metric == "probe_success" or (
            metric == "probe_ssl_earliest_cert_expiry" and encrypted
        )
    page = target.through[0] if target.through is not None else target.workload
    page = "prober" if page.startswith("prober-") else page  # of another region
    if page in OWN:
        own = OWN[page]
        return metric.startswith(("process_", *((own,) if isinstance(own, str) else own)))
    if target.kind == "store":
        engine = found.system.stores[target.subject].engine
        return metric.startswith((STORES[engine], "process_"))
    spec = found.system.services[target.subject].metrics
    assert spec is not None
    return on_page(found, spec, metric)


def on_page(found: Plan, spec: MetricsSpec, metric: str) -> bool:
    """Whether a service's own page holds it, as far as the file says."""
    if spec.kind != "prometheus":
        return metric.startswith({"nginx": "nginx_", "rabbitmq": "rabbitmq_"}[spec.kind])
    requests = {f"{spec.requests}_{each}" for each in ("count", "bucket", "sum")}
    return (
        metric in requests or metric.startswith("process_") or metric in set(found.system.metrics)
    )


def dead(found: Plan) -> set[tuple[str, str]]:
    """What the rules read and nothing that is declared can tell: (rule, series)."""
    declared = found.declarations
    made = {each.record for group in declared.groups for each in group.records}
    rules = [(each.record, each.expr) for group in declared.groups for each in group.records]
    rules += [
        (f"{each.name} of {each.subject}", each.expr)
        for each in declared.alerts
        if each.language == "promql"
    ]
    return {
        (name, str(selector))
        for name, expr in rules
        for selector in selectors(promql_parser.parse(expr))
        if selector.name not in made
        and selector.name not in OF_RULES
        and not any(
            takes(selector, each) and tells(found, each, selector.name or "")
            for each in declared.targets
        )
    }


def test_what_the_rules_of_the_reference_system_read_is_collected(
    reference: Plan, production: Plan
) -> None:
    assert len(reference.declarations.alerts) > 20
    assert dead(reference) == set()
    assert dead(production) == set()


@pytest.mark.parametrize("environment", ["rehearsal", "production"])
def test_what_the_rules_of_a_system_with_tls_read_is_collected(
    planned: Callable[..., Plan], shop: str, environment: str
) -> None:
    found = planned(shop.replace("stores:\n", TLS), environment)
    ends = {each.subject for each in found.declarations.alerts if each.name == "CertificateExpires"}
    assert ends == {"shop", "edge", "plain"}
    assert dead(found) == set()


def test_what_the_rules_of_an_outsiders_system_read_is_collected() -> None:
    assert dead(plan(OUTSIDER, MemoryRuntime(clock=lambda: 0.0))) == set()


def test_a_rule_that_reads_what_nobody_tells_is_found(
    planned: Callable[..., Plan], shop: str
) -> None:
    found = planned(shop.replace("stores:\n", TLS))
    selector = promql_parser.parse('probe_ssl_earliest_cert_expiry{kind="probe",service="gateway"}')
    told = [each for each in found.declarations.targets if takes(selector, each)]
    assert [each.subject for each in told] == ["gateway"]
    assert not tells(found, told[0], "probe_ssl_earliest_cert_expiry")
