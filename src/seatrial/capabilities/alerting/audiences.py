"""Who is told beside the teams: each declared audience, and each person whom an exercise calls.

A receiver for each, and the way to it. Only in a rehearsal: both are posted by exercises, and these
run nowhere else yet.
"""

from seatrial.capabilities.alerting.declare import SINK
from seatrial.contract.capability import Context
from seatrial.contract.declaration import CALL, NOTICE, Audience, Callee
from seatrial.engines.alertmanager.config import Email, Receiver, Route, Slack, Timing

_TIMING = Timing(wait=0, interval=5, repeat=86400)  # said once, and at once


def receivers(context: Context) -> tuple[Receiver, ...]:
    """One for each audience and person, on the channels that the file has for them."""
    if not context.rehearsal:
        return ()
    declared = context.declarations
    return (
        *(_receiver(context, each) for each in declared.audiences),
        *(_called(context, each) for each in declared.callees),
    )


def routes(context: Context) -> tuple[Route, ...]:
    """To each of them; no team has one for the severity of either."""
    if not context.rehearsal:
        return ()
    declared = context.declarations
    ways = (
        *((NOTICE, each.name, each.receiver) for each in declared.audiences),
        *((CALL, each.name, each.receiver) for each in declared.callees),
    )
    return tuple(
        Route(match={"alertname": alert, "team": name}, receiver=receiver, timing=_TIMING)
        for alert, name, receiver in ways
    )


def _receiver(context: Context, audience: Audience) -> Receiver:
    name = audience.receiver
    sink = context.placement.endpoint(SINK, "http")
    slack = Slack(channel=audience.chat, url=f"http://{sink}/slack/{name}")
    mail = _mail(context, name)
    return Receiver(
        name=name,
        notices=True,
        slack=(slack,) if audience.chat else (),
        email=(mail,) if audience.email else (),
    )


def _called(context: Context, callee: Callee) -> Receiver:
    """By e-mail alone: the file knows no chat and no pager of a person."""
    name = callee.receiver
    return Receiver(name=name, notices=True, email=(_mail(context, name),))


def _mail(context: Context, name: str) -> Email:
    return Email(
        to=f"{name}@sink.example",
        sender=f"continuity@{context.system.name}.example",
        smarthost=str(context.placement.endpoint(SINK, "smtp")),
        tls=False,
    )
