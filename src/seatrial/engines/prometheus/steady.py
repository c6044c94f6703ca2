"""Conditions of a steady state that Prometheus is asked for."""

from collections.abc import Callable

from seatrial.contract.scenario import Steady
from seatrial.contract.timeline import Observation
from seatrial.engines.prometheus.watches import values

# an outage that is pending will page in the middle of the drill, and not for what was injected
FIRING = (
    "count(ALERTS{alertstate='firing',alertname!='Watchdog',severity='page'}"
    " or ALERTS{alertstate='pending',tier='outage',severity='page'}) or vector(0)"
)


def condition(name: str, expr: str, holds: Callable[[float], bool], otherwise: str) -> Steady:
    """Every value of an instant query must hold; no value at all does not."""

    def judged(seen: tuple[Observation, ...]) -> str | None:
        if not seen:
            return f"{otherwise}: no data"
        values = [each.value for each in seen if each.value is not None]
        return None if values and all(map(holds, values)) else otherwise

    watch = values(f"steady: {name}", expr, about=name, every=1.0)
    return Steady(name=name, watch=watch, holds=judged)


def quiet() -> Steady:
    """Nothing pages, and nothing is about to."""
    return condition("alerts", FIRING, lambda value: value == 0, "an alert is firing or pending")
