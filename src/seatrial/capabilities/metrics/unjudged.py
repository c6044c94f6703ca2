"""Outside a rehearsal: certificates that nobody judges."""

from seatrial.contract.capability import Context
from seatrial.system.problem import Problem, Severity
from seatrial.system.scheme import HTTPS


def unjudged(context: Context) -> tuple[Problem, ...]:
    """Users' ports of which it is not written what name their certificate must be for."""
    system = context.system
    return tuple(
        Problem(
            "ST2109",
            system.place("services", name, "ports", HTTPS),
            f"the certificate of {name} is not judged, only its end is watched: it is not known"
            " what name it is for",
            f"write the name that users know it by in services.{name}.hostname",
            Severity.WARNING,
        )
        for name, service in system.services.items()
        if not context.rehearsal
        and service.exposed
        and HTTPS in service.ports
        and service.hostname is None
    )
