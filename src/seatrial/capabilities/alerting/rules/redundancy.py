"""A spare that is gone: nobody is hurt yet, and the next fault will be an outage."""

from seatrial.capabilities.alerting.rules.writing import rule, series
from seatrial.contract.declaration import AlertRule
from seatrial.system.model import Service

NAME = "ReplicaDown"
HOLD = 300.0  # seconds: a restart, a deploy or a moved pod is over by then


def replica_down(name: str, service: Service, *, probed: bool) -> AlertRule | None:
    """One of several replicas answers no scrape, or is not ready; None where there is only one.

    `probed`: it is asked from outside. A death of all of them is `ServiceDown`'s, which holds this
    one back.
    """
    if service.scale.min < 2:  # noqa: PLR2004 - one replica has no spare
        return None
    told: list[str] = []
    if service.metrics is not None:
        told = ["up", "nginx_up"] if service.metrics.kind == "nginx" else ["up"]
    signs = [f'{metric}{{kind="service",service="{name}"}}' for metric in told]
    if probed:
        signs.append(f'probe_success{{kind="probe",service="{name}"}}')
    if not signs:
        return None
    told_of = signs[-1].removesuffix("}")
    return rule(
        NAME,
        " or ".join(f"min by (region, replica) ({each}) == 0" for each in signs),
        name,
        service.owner or "",
        f"A replica of {name} has been down for five minutes",
        "The others carry its load; when they fail too, there is an outage.",
        hold=HOLD,
        test=series(
            (
                (f'{told_of},region="r",replica="0"}}', "1x4 0x40 1x40"),
                (f'{told_of},region="r",replica="1"}}', "1x90"),
            ),
            540,
            900,
            {"region": "r", "replica": "0"},
        ),
    )
