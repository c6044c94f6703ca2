"""A fresh Alertmanager: no group, no silence and no notification of an earlier drill."""

from seatrial.contract.capability import Context, Freshening
from seatrial.engines.alertmanager import workload as alertmanager


def freshen(_context: Context, _now: float) -> tuple[Freshening, ...]:
    """Alertmanager anew, with nothing in it."""
    return (Freshening(workload=alertmanager.NAME, volume="data"),)
