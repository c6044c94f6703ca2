"""Beside a project that stays as it is: who sends spans, and who was not told where to."""

from seatrial.capabilities.tracing.declare import ENDPOINT
from seatrial.capabilities.tracing.settings import Settings
from seatrial.contract.capability import Context
from seatrial.engines.jaeger import workload as jaeger
from seatrial.system.problem import Problem, Severity


def senders(context: Context) -> tuple[str, ...]:
    """The services that run without seatrial and make spans: Jaeger must be met where they are."""
    settings: Settings = context.settings
    if not context.beside:
        return ()
    return tuple(each for each in context.system.services if each not in settings.spanless)


def address(context: Context) -> str:
    """Where they send them, by the name that their networks know."""
    return f"http://{context.placement.outside(jaeger.NAME, jaeger.OTLP)}"


def untold(context: Context) -> tuple[Problem, ...]:
    """A warning that names those whose variable says something else, or that have none.

    Only their variables are looked at: a program may know the address by other ways.
    """
    where = address(context) if senders(context) else ""
    names = [
        name
        for name in senders(context)
        if any(
            each.found.get(ENDPOINT, "").rstrip("/") != where for each in context.placement.of(name)
        )
    ]
    if not names:
        return ()
    return (
        Problem(
            "ST4104",
            context.system.place("services", names[0]),
            f"nothing tells {', '.join(names)} to send spans to seatrial",
            f"set {ENDPOINT}={where} where they run, and OTEL_SERVICE_NAME to the name in this"
            " file unless the program does; or name what makes no spans in tracing.spanless",
            Severity.WARNING,
        ),
    )
