"""Who notices that users are led elsewhere than home, or nowhere."""

from seatrial.capabilities.failover.users.place import LEADS, Front
from seatrial.contract.declaration import (
    AlertRule,
    RuleGroup,
    RuleTest,
    SeriesInput,
    Severity,
    Tier,
    about_itself,
)
from seatrial.engines.haproxy.front import NOBODY
from seatrial.system.model import System

_INTERVAL = 15.0  # of the samples, and of the rules
_LEADS = "front_leads"


def group(system: System, front: Front) -> RuleGroup:
    """Both alerts of one front."""
    owner = system.services[front.service].owner
    return RuleGroup(
        name=f"front:{front.service}",
        interval=_INTERVAL,
        alerts=(_elsewhere(front, owner), _nowhere(front, owner)),
    )


def _elsewhere(front: Front, owner: str) -> AlertRule:
    which = f'{_LEADS}{{job="{front.name}{LEADS}",at!~"{front.home}|{NOBODY}"}}'
    other = front.stands
    return about_itself(
        "TrafficElsewhere",
        f"max by (region, at) ({which}) == 1",
        (
            f"Users of {front.service} are led to another region than {front.home}",
            f"{front.home} is not ready, or somebody ordered it: `seatrial traffic` tells which.",
        ),
        owner,
        front.name,
        interval=_INTERVAL,
        hold=60.0,
        test=_test(front, other, {"region": "r", "at": other}, 300),
    )


def _nowhere(front: Front, owner: str) -> AlertRule:
    return AlertRule(
        name="NoRegionTakesUsers",
        expr=f'max by (region) ({_LEADS}{{job="{front.name}{LEADS}",at="{NOBODY}"}}) == 1',
        tier=Tier.OUTAGE,
        severity=Severity.PAGE,
        subject=front.service,
        owner=owner,
        summary=f"No region takes users of {front.service}",
        description="In none a replica is ready, or the others are drained: `seatrial traffic`"
        " tells which.",
        hold=_INTERVAL,
        interval=_INTERVAL,
        test=_test(front, NOBODY, {"region": "r"}, 300),
    )


def _test(front: Front, at: str, labels: dict[str, str], fires_at: float) -> RuleTest:
    series = f'{_LEADS}{{job="{front.name}{LEADS}",at="{at}",region="r"}}'
    return RuleTest(
        interval=_INTERVAL,
        inputs=(SeriesInput(series=series, values="_x4 1x20 stale"),),
        fires_at=fires_at,
        clear_at=900,
        labels=labels,
    )
