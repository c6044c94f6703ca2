"""What boards have in common: names, and how a query or a board is written down."""

from functools import lru_cache
from hashlib import sha256

from seatrial.contract.board import WINDOW, Board, Onward, Query, Target
from seatrial.system.model import Service, System

ROUTE = "http_route"  # OpenTelemetry's label of a request's route template
HTTP = "http_server_request_duration_seconds"  # the histogram that has it
ATTACKS = "team:attacks:firing"  # as detection records it
JOURNEY_RUNS = "journey_requests_total"
JOURNEY_DURATION = "journey_duration_seconds"
CONTAINER = 'kind="container"'
OVERVIEW = "overview"
_LONGEST = 40  # characters of a uid that Grafana takes


def uid(*words: str) -> str:
    """A board's fixed name; what is too long ends in its digest."""
    name = "-".join(words)
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 9]}-{sha256(name.encode()).hexdigest()[:8]}"


def rate(series: str) -> str:
    """Events a second of a counter."""
    return f"rate({series}[{WINDOW}])"


def alerts(selector: str) -> str:
    """What fires: by Prometheus's own rules, and of attacks, which others see in the logs."""
    return f'(ALERTS{{alertstate="firing",{selector}}} or {ATTACKS}{{{selector}}})'


def firing(selector: str) -> str:
    """How many alerts fire; 0 only while Prometheus itself can be seen."""
    return f'count({alerts(selector)}) or 0 * sum(up{{job="prometheus"}})'


def told(expr: str, legend: str, figure: str) -> Query:
    """A container's figure, which some machines cannot tell."""
    return Query(expr=expr, legend=legend, untold=figure)


def requested(system: System, name: str) -> bool:
    """Whether a service has a histogram of requests, and anybody sends it some."""
    service = system.services[name]
    spec = service.metrics
    if spec is None or spec.kind != "prometheus" or not spec.requests:
        return False
    return (
        service.exposed
        or any(name in each.needs for each in system.services.values())
        or any(each.start == name for each in system.journeys.values())
    )


def probed(service: Service) -> bool:
    """Whether it is asked from outside."""
    told_of = service.health is not None and service.health.ready is not None
    return bool(service.ports) and (service.exposed or service.metrics is None or told_of)


@lru_cache(maxsize=1 << 14)  # every panel about a subject has the same
def onward(target: Target, subject: str) -> Onward:
    """A link, under its usual name."""
    return Onward(target=target, subject=subject, title=f"{target.value.capitalize()} of {subject}")


@lru_cache(maxsize=1 << 13)
def leads(subject: str, *, traced: bool = False) -> tuple[Onward, ...]:
    """To the runbook and the logs of a subject; of a service, its traces too."""
    targets = [Target.RUNBOOK, Target.LOGS, *([Target.TRACES] if traced else [])]
    return tuple(onward(each, subject) for each in targets)


def to_board(board: Board) -> Onward:
    """A link to a board."""
    return Onward(target=Target.BOARD, subject=board.uid, title=board.title)
