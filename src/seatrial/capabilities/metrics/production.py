"""What a production lacks, and a rehearsal does not need."""

from seatrial.contract.capability import Context
from seatrial.system.problem import Problem, Severity
from seatrial.system.scheme import HTTPS


def lacking(context: Context) -> tuple[Problem, ...]:
    """A warning for each certificate that nobody judges, and one for links that lead nowhere."""
    return () if context.rehearsal else (*_unjudged(context), *_unpublished(context))


def _unjudged(context: Context) -> tuple[Problem, ...]:
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
        if service.exposed and HTTPS in service.ports and service.hostname is None
    )


def _unpublished(context: Context) -> tuple[Problem, ...]:
    """A rehearsal's reader has the folder before him; whoever is paged at night has a link."""
    runbooks = context.settings.runbooks
    if runbooks.startswith(("https://", "http://")):
        return ()
    return (
        Problem(
            "ST2110",
            context.system.place("monitoring", "runbooks"),
            f"outside a rehearsal, an alert's runbook is {runbooks}..., which no reader can open",
            "publish the folder .seatrial/runbooks/, and write its address as monitoring.runbooks",
            Severity.WARNING,
        ),
    )
