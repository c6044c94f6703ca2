"""By which alert a fault of a service is told, and whose it is."""

from seatrial.capabilities.alerting.declare import errors_of, probed
from seatrial.contract.capability import Context
from seatrial.system.model import System


def tells(system: System, name: str) -> tuple[str, str] | None:
    """The alert, and its subject, that tells the death of a service; None where nothing can.

    Its metrics, what is seen of it from outside, else a journey that runs through it.
    """
    service = system.services[name]
    if service.metrics is not None:
        return "ServiceDown", name
    if probed(service):
        return "ProbeFailing", name
    return _walked(system, name)


def symptom(context: Context, name: str) -> tuple[str, str] | None:
    """The alert, and its subject, that shows a service that lives and cannot work.

    Its readiness where it tells it, its errors where somebody calls it, else a journey that runs
    through it.
    """
    service = context.system.services[name]
    if service.health is not None and service.health.ready is not None and service.ports:
        return "ProbeFailing", name
    if errors_of(context.system, name, context.settings) is not None:
        return "ServiceErrors", name
    return _walked(context.system, name)


def _walked(system: System, name: str) -> tuple[str, str] | None:
    journeys = sorted(
        each for each, one in system.journeys.items() if name in {one.start, *one.through}
    )
    return ("JourneyFailing", journeys[0]) if journeys else None
