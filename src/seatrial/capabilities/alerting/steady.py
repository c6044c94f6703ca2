"""What must hold before a fault is injected: all is up, users are served, nothing fires."""

from collections.abc import Callable

from seatrial.contract.scenario import Steady, Watch
from seatrial.contract.timeline import Observation
from seatrial.engines.prometheus import query
from seatrial.engines.prometheus import workload as prometheus

TRAFFIC = "sum(increase(journey_requests_total{outcome='ok'}[15s]))"
UP = "min(up{kind=~'service|store|probe'})"
FIRING = "count(ALERTS{alertstate='firing',alertname!='Watchdog',severity='page'}) or vector(0)"
BEAT = "count(ALERTS{alertstate='firing',alertname='Watchdog'}) or vector(0)"


def _condition(name: str, expr: str, holds: Callable[[float], bool], otherwise: str) -> Steady:
    def judged(seen: tuple[Observation, ...]) -> str | None:
        if not seen:
            return f"{otherwise}: no data"
        values = [each.value for each in seen if each.value is not None]
        return None if values and all(map(holds, values)) else otherwise

    watch = Watch(
        name=f"steady: {name}",
        workload=prometheus.NAME,
        port="http",
        path=query.instant(expr),
        parse=query.samples(name),
        every=1.0,
    )
    return Steady(name=name, watch=watch, holds=judged)


def conditions(*, traffic: bool) -> tuple[Steady, ...]:
    """All targets are up, nothing pages, the watchdog beats, and journeys succeed."""
    found = [
        _condition("targets", UP, lambda value: value == 1, "a target is down"),
        _condition("alerts", FIRING, lambda value: value == 0, "an alert is firing"),
        _condition("watchdog", BEAT, lambda value: value > 0, "the watchdog does not beat"),
    ]
    if traffic:
        found.append(_condition("traffic", TRAFFIC, lambda value: value > 0, "no journey succeeds"))
    return tuple(found)
