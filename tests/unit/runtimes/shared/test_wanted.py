"""Which image a workload needs."""

from __future__ import annotations

from seatrial.contract.output import Origin, Workload
from seatrial.engines.postgres.engine import ENGINE as POSTGRES
from seatrial.engines.prometheus.engine import ENGINE as PROMETHEUS
from seatrial.engines.toxiproxy.engine import ENGINE as TOXIPROXY
from seatrial.runtimes.shared.wanted import Kind, wanted

_KNOWN = {each.name: each for each in (POSTGRES, PROMETHEUS, TOXIPROXY)}


def _workload(name: str, origin: Origin, **more: str) -> Workload:
    return Workload(name=name, origin=origin, argv=("x",), **more)  # type: ignore[arg-type]


def test_each_image_is_wanted_once() -> None:
    found = wanted(
        (
            _workload("worker", Origin.SERVICE, build="."),
            _workload("api", Origin.SERVICE, build="."),
            _workload("front", Origin.SERVICE, image="acme/front:1"),
            _workload("sink", Origin.DAEMON),
            _workload("prober", Origin.DAEMON),
            _workload("prometheus", Origin.ENGINE, engine="prometheus"),
        ),
        _KNOWN,
        "shop",
    )
    assert [(each.kind, each.name, each.workloads) for each in found] == [
        (Kind.BUILD, "api", ("api", "worker")),
        (Kind.DAEMONS, "daemons", ("prober", "sink")),
        (Kind.ENGINE, "prometheus", ("prometheus",)),
        (Kind.NAMED, "front", ("front",)),
    ]
    assert [each.repository for each in found] == [
        "seatrial/shop.api",
        "seatrial/daemons",
        "seatrial/prometheus",
        "",
    ]


def test_the_official_tag_is_that_of_the_release() -> None:
    assert PROMETHEUS.official() == f"{PROMETHEUS.image}:v3.5.3"
    assert TOXIPROXY.official() == f"{TOXIPROXY.image}:2.12.0"
    assert POSTGRES.official("15") == f"{POSTGRES.image}:15"
