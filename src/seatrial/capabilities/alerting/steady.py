"""What must hold before a fault is injected: all is up, users are served, nothing fires."""

from seatrial.contract.scenario import Steady
from seatrial.engines.prometheus.steady import condition

TRAFFIC = "sum(increase(journey_requests_total{outcome='ok'}[15s]))"
UP = "min(up{kind=~'service|store|probe'})"
FIRING = "count(ALERTS{alertstate='firing',alertname!='Watchdog',severity='page'}) or vector(0)"
BEAT = "count(ALERTS{alertstate='firing',alertname='Watchdog'}) or vector(0)"


def conditions(*, traffic: bool) -> tuple[Steady, ...]:
    """All targets are up, nothing pages, the watchdog beats, and journeys succeed."""
    found = [
        condition("targets", UP, lambda value: value == 1, "a target is down"),
        condition("alerts", FIRING, lambda value: value == 0, "an alert is firing"),
        condition("watchdog", BEAT, lambda value: value > 0, "the watchdog does not beat"),
    ]
    if traffic:
        found.append(condition("traffic", TRAFFIC, lambda value: value > 0, "no journey succeeds"))
    return tuple(found)
