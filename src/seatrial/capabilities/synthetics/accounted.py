"""What an SLA report of a journey reads, and which time it leaves out. Pure."""

from collections.abc import Iterable, Mapping

from seatrial.capabilities.synthetics.announced import window
from seatrial.capabilities.synthetics.settings import Settings
from seatrial.engines.prometheus.votes import ANSWERED
from seatrial.sla import samples
from seatrial.sla.account import Exclusion, Span
from seatrial.sla.samples import Sample
from seatrial.system.model import System
from seatrial.system.probing import entries, probers

_RUNS, _BLIND = "journey_requests_total", "journey_blind_seconds_total"


def selector(journey: str, *, several: bool = False, entry: str = "") -> str:
    """The counters of the prober's runs, by outcome, and of its blind seconds, without one.

    Of what was scraped: history that a drill seeds has no job, and is nobody's run. `several`: with
    what anybody answered to the prober of each region, which has no journey. `entry`: of the users
    who come in in that region, where each has a way in of its own.
    """
    if several:
        names, which = f"{_RUNS}|{_BLIND}|{ANSWERED}", f'journey=~"{journey}|"'
        which += f',entry=~"{entry}|"' if entry else ""
    else:
        names, which = f"{_RUNS}|{_BLIND}", f'journey="{journey}"'
        which += f',entry="{entry}"' if entry else ""
    return f'{{__name__=~"{names}",job="prober",{which}}}'


def titles(system: System, run: tuple[str, ...]) -> Mapping[str, tuple[str, str]]:
    """What is accounted for: a journey and an entry ("" for its only one), by what it is called.

    Users whose own way in is broken are not served because others are.
    """
    return {
        f"{name} in {entry}" if entry else name: (name, entry)
        for name, journey in system.journeys.items()
        for entry in entries(system, journey.start, run)
    }


def kind(labels: Mapping[str, str]) -> str:
    """What a series counts, as `merged` reads it: an outcome, "" for blind seconds, or answers."""
    if labels.get("__name__") == ANSWERED:
        return samples.ANSWERED
    return labels.get("outcome", "")


def sampled(
    told: Iterable[tuple[Mapping[str, str], float, float]], entry: str
) -> dict[str, tuple[Sample, ...]]:
    """The samples of each prober, of values with their labels and instants (epoch seconds)."""
    found: dict[str, dict[str, dict[float, float]]] = {}
    for labels, at, value in told:
        if "journey" in labels and labels.get("entry", "") != entry:
            continue  # of before there were several entries: nobody walked this one
        # a prober that starts anew goes on with the same series
        prober = f"{labels.get('region', '')}/{labels.get('replica', '')}"
        found.setdefault(prober, {}).setdefault(kind(labels), {})[at] = value
    return {prober: samples.merged(series.items()) for prober, series in found.items()}


def quorum(system: System, settings: Settings) -> int | None:
    """How many regions must agree that it was down; None: more than half of those that saw."""
    several = len(probers(system)) > 1
    return settings.quorum if several and isinstance(settings.quorum, int) else None


def exclusions(system: System, settings: Settings, over: Span) -> tuple[Exclusion, ...]:
    """The declared maintenance that the range meets."""
    return tuple(
        Exclusion(
            name=name,
            span=Span(begin=begin, end=until),
            reason=each.reason,
            journeys=tuple(
                one for one in system.journeys if window(system, name, each).concerns(one)
            ),
        )
        for name, each in settings.maintenance.items()
        for begin, until in each.spans
        if begin < over.end and until > over.begin
    )
