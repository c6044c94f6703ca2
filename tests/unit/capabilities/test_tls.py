"""Whatever asks a service asks a port of the name `https` by TLS."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from seatrial.app.plan import Plan
from seatrial.contract.declaration import ScrapeTarget
from seatrial.daemons.prober import read
from seatrial.engines.blackbox_exporter import workload as blackbox
from seatrial.engines.prometheus import config
from seatrial.system.problem import Problem
from seatrial.system.scheme import scheme, secure

Planner = Callable[..., Plan]
NAMED = "    hostname: shop.acme.example\n"


@pytest.fixture
def tls(shop: str) -> str:
    """The small system, whose gateway speaks TLS and whose api shows its figures by it."""
    return (
        shop.replace("ports: {http: 8080}", "ports: {https: 8443}")
        .replace("ports: {http: 8000}", "ports: {https: 8000}")
        .replace("metrics: {port: http,", "metrics: {port: https,")
    )


def named(text: str) -> str:
    return text.replace("    exposed: true\n", f"    exposed: true\n{NAMED}")


def target(found: Plan, subject: str, kind: str) -> ScrapeTarget:
    (one,) = (
        each for each in found.declarations.targets if (each.subject, each.kind) == (subject, kind)
    )
    return one


def journey(found: Plan) -> dict[str, Any]:
    (prober,) = (each for each in found.workloads if each.name == "prober")
    (one,) = json.loads(prober.files[0].text)["journeys"]
    assert read.parse(prober.files[0].text).journeys[0].bases == tuple(one["bases"])
    return dict(one)


def test_the_name_of_a_port_tells_how_it_is_spoken_to() -> None:
    assert [scheme(each) for each in ("https", "http", "metrics", "")] == ["https"] + ["http"] * 3
    assert secure("https")
    assert not secure("http")


def test_a_probe_and_a_journey_ask_by_tls(planned: Planner, tls: str) -> None:
    found = planned(tls)
    probe = target(found, "gateway", "probe")
    (location,) = found.placement.of("gateway")
    assert config.asked(probe, location) == f"https://{location.address}:8443/readyz"
    assert probe.params == {"module": blackbox.HTTP_ANY}
    run = journey(found)
    assert run["bases"] == [f"https://{location.address}:8443"]
    assert run["verify"] is False


def test_without_tls_nothing_is_said_of_certificates(planned: Planner, shop: str) -> None:
    found = planned(shop)
    assert target(found, "gateway", "probe").params == {"module": blackbox.HTTP}
    assert not {"verify", "host"} & set(journey(found))
    assert not any(each.kind == "certificate" for each in found.declarations.targets)


def test_a_certificate_is_judged_in_production_by_the_name_that_it_must_be_for(
    planned: Planner, tls: str
) -> None:
    found = planned(named(tls), "production")
    probe, run = target(found, "gateway", "probe"), journey(found)
    assert probe.params == {"module": blackbox.HTTP, "hostname": "shop.acme.example"}
    assert (run["host"], run["verify"]) == ("shop.acme.example", True)
    rehearsed = planned(named(tls))
    probe, run = target(rehearsed, "gateway", "probe"), journey(rehearsed)
    assert probe.params == {"module": blackbox.HTTP_ANY, "hostname": "shop.acme.example"}
    assert (run["host"], run["verify"]) == ("shop.acme.example", False)


def test_whose_name_nobody_knows_is_not_judged_and_check_says_so(
    planned: Planner, tls: str
) -> None:
    found = planned(tls, "production")
    assert target(found, "gateway", "probe").params == {"module": blackbox.HTTP_ANY}
    assert journey(found)["verify"] is False
    (told,) = (each for each in found.problems if each.code == "ST2109")
    assert "hostname" in told.cure
    assert told.place is not None
    assert told.place.line == tls.splitlines().index("    ports: {https: 8443}") + 1
    known = planned(named(tls), "production").problems
    assert "ST2109" not in {each.code for each in known}
    assert "ST2109" not in {each.code for each in planned(tls).problems}


def test_the_end_of_a_certificate_is_read_whoever_signed_it(planned: Planner, tls: str) -> None:
    for environment in ("rehearsal", "production"):
        found = planned(named(tls), environment)
        looked = target(found, "gateway", "certificate")
        assert looked.params == {"module": blackbox.TLS, "hostname": "shop.acme.example"}
        (location,) = found.placement.of("gateway")
        assert config.asked(looked, location) == f"{location.address}:8443"


def test_a_second_port_with_tls_is_looked_at_beside_the_probe(planned: Planner, shop: str) -> None:
    found = planned(shop.replace("ports: {http: 8080}", "ports: {http: 8080, https: 8443}"))
    assert target(found, "gateway", "probe").scheme == "http"
    assert target(found, "gateway", "certificate").port == "https"


def test_a_port_without_a_page_is_asked_for_a_certificate(planned: Planner, tls: str) -> None:
    found = planned(tls.replace("    health: {ready: /readyz}\n", ""))
    assert target(found, "gateway", "probe").params == {"module": blackbox.TLS}


def test_figures_are_read_by_tls_from_whoever_signed_it(planned: Planner, tls: str) -> None:
    found = planned(tls)
    (server,) = (each for each in found.workloads if each.name == "prometheus")
    texts = {each.path: each.text for each in server.files}
    jobs = {
        each["job_name"]: each for each in yaml.safe_load(texts["prometheus.yml"])["scrape_configs"]
    }
    own = jobs["service-metrics"]
    assert (own["scheme"], own["tls_config"]) == ("https", {"insecure_skip_verify": True})
    assert jobs["probe-http"]["scheme"] == "http", "the exporter itself speaks no TLS"
    assert "tls_config" not in jobs["probe-http"]


def test_nginx_and_who_is_called_by_its_url_are_asked_by_tls(planned: Planner, tls: str) -> None:
    text = tls.replace(
        "    health: {ready: /readyz}\n",
        "    health: {ready: /readyz}\n"
        "    metrics: {port: https, path: /status, kind: nginx}\n"
        "    environment: {API: '${api.url}'}\n",
    )
    found = planned(text)
    works = {each.name: each for each in found.workloads}
    assert works["gateway"].env["API"].startswith("https://")
    (page,) = (each for each in works["gateway-exporter-0"].argv if "scrape-uri" in each)
    assert "=https://" in page
    assert works["gateway-exporter-0"].env == {"SSL_VERIFY": "false"}


@pytest.mark.parametrize("name", ["https://shop.acme.example", "Shop", "a b", "shop.", "-a"])
def test_a_hostname_is_a_name_and_nothing_else(
    problems: Callable[[str], tuple[Problem, ...]], tls: str, name: str
) -> None:
    text = named(tls).replace("shop.acme.example", f"'{name}'")
    assert [each.code for each in problems(text)] == ["ST1310"]
