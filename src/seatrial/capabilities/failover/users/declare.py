"""What fronts tell the others: seats, what is scraped, alerts, and a page to lead users by."""

from seatrial.capabilities.failover.users import place, rules
from seatrial.capabilities.failover.users.place import Front
from seatrial.capabilities.failover.users.procedures import lead
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import Declarations, ScrapeTarget
from seatrial.contract.placement import Seat
from seatrial.engines.haproxy import front as haproxy
from seatrial.engines.haproxy.config import METRICS, STATUS
from seatrial.engines.haproxy.workload import PORTS


def declare(intent: Intent) -> Declarations:
    """Nothing where no service has a front."""
    system = intent.system
    found = place.fronts(system, intent.regions)
    return Declarations(
        seats=tuple(
            Seat(workload=each.name, ports={each.port: each.number, **PORTS}, region=each.stands)
            for each in found
        ),
        targets=tuple(one for each in found for one in _targets(intent, each)),
        groups=tuple(rules.group(system, each) for each in found),
        procedures=tuple(lead(system, each) for each in found),
    )


def _targets(intent: Intent, front: Front) -> tuple[ScrapeTarget, ...]:
    """HAProxy's own figures, and where it leads."""
    return tuple(
        ScrapeTarget(
            job=job,
            subject=job,
            kind="monitoring",
            workload=front.name,
            port=STATUS,
            path=path,
            labels={"team": intent.system.services[front.service].owner},
        )
        for job, path in (
            (front.name, METRICS),
            (f"{front.name}{place.LEADS}", haproxy.LEADS),
        )
    )
