"""What an SLA report of a journey reads, and which time it leaves out. Pure."""

from seatrial.capabilities.synthetics.settings import Settings
from seatrial.sla.account import Span
from seatrial.sla.report import Exclusion
from seatrial.system.model import System

_RUNS, _BLIND = "journey_requests_total", "journey_blind_seconds_total"


def selector(journey: str) -> str:
    """The counters of the prober's runs, by outcome, and of its blind seconds, without one.

    Of what was scraped: history that a drill seeds has no job, and is nobody's run.
    """
    return f'{{__name__=~"{_RUNS}|{_BLIND}",job="prober",journey="{journey}"}}'


def exclusions(system: System, settings: Settings, over: Span) -> tuple[Exclusion, ...]:
    """The declared maintenance that the range meets."""
    return tuple(
        Exclusion(
            name=name,
            span=Span(begin=each.begin.timestamp(), end=each.until.timestamp()),
            reason=each.reason,
            journeys=each.journeys or tuple(system.journeys),
        )
        for name, each in settings.maintenance.items()
        if each.begin.timestamp() < over.end and each.until.timestamp() > over.begin
    )
