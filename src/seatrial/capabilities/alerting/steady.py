"""What must hold before a fault is injected: all is up, users are served, nothing fires."""

from seatrial.contract.scenario import Steady
from seatrial.engines.prometheus.steady import condition, quiet

# a time, not a counter: one scrape shows it, where a rate needs two
TRAFFIC = "time() - max(journey_last_success_timestamp_seconds)"
RECENT = 15.0  # seconds within which users were served
# an exporter that is up says nothing of what is behind it: that has a gauge of its own
_SEEN = "up|nginx_up|pg_up|redis_up|mysql_up|probe_success"
UP = f"min({{__name__=~'{_SEEN}',kind=~'service|store|probe'}})"
BEAT = "count(ALERTS{alertstate='firing',alertname='Watchdog'}) or vector(0)"


def conditions(*, traffic: bool) -> tuple[Steady, ...]:
    """All targets are up, nothing pages, the watchdog beats, and journeys succeed."""
    found = [
        condition("targets", UP, lambda value: value == 1, "a target is down"),
        quiet(),
        condition("watchdog", BEAT, lambda value: value > 0, "the watchdog does not beat"),
    ]
    if traffic:
        found.append(
            condition("traffic", TRAFFIC, lambda value: value <= RECENT, "no journey succeeds")
        )
    return tuple(found)
