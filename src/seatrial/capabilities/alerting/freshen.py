"""A fresh Alertmanager: no group, no silence and no notification of an earlier drill."""

from seatrial.contract.capability import Context, Freshening
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.system.regions import called


def freshen(context: Context, _now: float) -> tuple[Freshening, ...]:
    """Alertmanager anew, in each region, with nothing in it."""
    return tuple(
        Freshening(workload=called(alertmanager.NAME, each, context.regions[0]), volume="data")
        for each in context.regions
    )
