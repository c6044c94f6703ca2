"""What Prometheus is asked again and again during a drill."""

from seatrial.contract.scenario import Watch
from seatrial.engines.prometheus import query
from seatrial.engines.prometheus import workload as prometheus

ALERTS = Watch(
    name="alerts",
    workload=prometheus.NAME,
    port=query.PORT,
    path="/api/v1/alerts",
    parse=query.alerts,
    every=1.0,
)


def values(name: str, expr: str, *, about: str = "", every: float = 2.0) -> Watch:
    """An instant query: each value becomes a sample `about` that subject, else about `name`."""
    return Watch(
        name=name,
        workload=prometheus.NAME,
        port=query.PORT,
        path=query.instant(expr),
        parse=query.samples(about or name),
        every=every,
    )
