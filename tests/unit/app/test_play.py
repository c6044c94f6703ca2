"""What evidence says that took part: derived from what is done and asked, engine by engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from seatrial.app.plan import Plan
from seatrial.contract.scenario import Expectation

Planner = Callable[..., Plan]

PATH = {"prometheus", "alertmanager"}
SEEN = {"prometheus", "blackbox_exporter"}  # a service that says whether it is ready


@pytest.fixture
def expected(planned: Planner) -> Mapping[str, Expectation]:
    made = planned()
    return {each.name: each for each in made.expectations(made.scenarios())}


@pytest.mark.parametrize(
    ("name", "engines"),
    [
        ("page/service-down-api", PATH | SEEN),
        ("page/service-down-gateway", PATH | SEEN | {"nginx_exporter"}),
        ("page/store-down-cache", PATH | SEEN | {"nginx_exporter", "redis", "redis_exporter"}),
        ("silenced/worker", PATH | SEEN),
        ("stack/database", {"prometheus", "postgres", "postgres_exporter"}),
        ("stack/gateway", SEEN | {"nginx_exporter"}),
        ("stack/worker", SEEN),
        ("persistence/prometheus", {"prometheus"}),
        ("cardinality/host", {"prometheus", "node_exporter"}),
        ("delivered/channels", {"alertmanager", "prometheus"}),
        ("page/prometheus-dead", PATH),
    ],
)
def test_every_engine_that_takes_part_is_named(
    expected: Mapping[str, Expectation], name: str, engines: set[str]
) -> None:
    assert set(expected[name].engines) == engines


def test_a_cut_link_rests_on_what_cuts_it(expected: Mapping[str, Expectation]) -> None:
    cut = [each for name, each in expected.items() if name.startswith("page/link-cut-")]
    assert cut
    for each in cut:
        assert {"toxiproxy", *PATH} <= set(each.engines), each.name
    assert {"postgres", "postgres_exporter"} <= set(expected["page/link-cut-api-database"].engines)
    assert "postgres" not in expected["page/link-cut-api-cache"].engines


def test_all_targets_rest_on_all_that_measures(
    planned: Planner, expected: Mapping[str, Expectation]
) -> None:
    made = planned()
    known = {each.name: each.engine for each in made.workloads}
    for target in made.declarations.targets:
        if target.kind == "monitoring" and target.subject == target.workload:
            continue  # it is one more thing that is looked at; what it does is shown elsewhere
        for name in (target.workload, *(target.through or ())[:1]):
            assert not known[name] or known[name] in expected["coverage/all"].engines, name
    assert {"prometheus", "blackbox_exporter"} <= set(expected["coverage/all"].engines)


def test_only_services_in_play_are_named(expected: Mapping[str, Expectation]) -> None:
    services = {"gateway", "api", "worker"}

    def of(name: str) -> set[str]:
        return services & set(expected[name].workloads)

    assert of("page/service-down-api") == {"api"}
    assert of("page/store-down-database") == services  # all hold still while it is down
    assert of("stack/worker") == {"worker"}
    assert of("stack/database") == of("delivered/channels") == of("inhibited/dependents") == set()
    assert of("quiet/blips") == of("coverage/all") == services
