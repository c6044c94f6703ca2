"""Who is told beside the teams: a receiver for each declared audience, and the way to it.

Only in a rehearsal: notices are posted by exercises, and these run nowhere else yet.
"""

from seatrial.capabilities.alerting.declare import SINK
from seatrial.contract.capability import Context
from seatrial.contract.declaration import NOTICE, Audience
from seatrial.engines.alertmanager.config import Email, Receiver, Route, Slack, Timing

_TIMING = Timing(wait=0, interval=5, repeat=86400)  # said once, and at once


def receivers(context: Context) -> tuple[Receiver, ...]:
    """One for each audience, on the channels that it has."""
    return tuple(
        _receiver(context, each) for each in context.declarations.audiences if context.rehearsal
    )


def routes(context: Context) -> tuple[Route, ...]:
    """To each of them; no team has one for the severity of a notice."""
    return tuple(
        Route(
            match={"alertname": NOTICE, "team": each.name},
            receiver=each.receiver,
            timing=_TIMING,
        )
        for each in context.declarations.audiences
        if context.rehearsal
    )


def _receiver(context: Context, audience: Audience) -> Receiver:
    name = audience.receiver
    sink = context.placement.endpoint(SINK, "http")
    slack = Slack(channel=audience.chat, url=f"http://{sink}/slack/{name}")
    mail = Email(
        to=f"{name}@sink.example",
        sender=f"continuity@{context.system.name}.example",
        smarthost=str(context.placement.endpoint(SINK, "smtp")),
        tls=False,
    )
    return Receiver(
        name=name,
        notices=True,
        slack=(slack,) if audience.chat else (),
        email=(mail,) if audience.email else (),
    )
