"""Regions outside: who takes their results at home, how they are scraped, what they reach. Pure."""

import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from seatrial.capabilities.synthetics.settings import Settings
from seatrial.contract.capability import Context, Dialect, Intent
from seatrial.contract.declaration import ScrapeTarget
from seatrial.contract.output import File, Origin, Probe, Volume, Workload
from seatrial.contract.placement import Placement, Seat
from seatrial.system.model import System
from seatrial.system.ownership import first_team
from seatrial.system.probing import INTAKE, INTAKE_PORTS, PROBER, outside, token
from seatrial.system.problem import Problem, Severity
from seatrial.system.scheme import HTTPS, scheme

PLACES, KEYS = "places.json", "keys"
FRESH = 12.0  # seconds for which the door shows a place that has fallen silent
_SCRAPE, _TIMEOUT = 5.0, 3.0


def there(asked: Intent | Context) -> bool:
    """Whether results come from outside; a cluster has no door for them yet."""
    return asked.dialect is Dialect.FILES and bool(outside(asked.system))


def seats(intent: Intent) -> tuple[Seat, ...]:
    """The door at home."""
    return (Seat(workload=INTAKE, ports=INTAKE_PORTS),) if there(intent) else ()


def targets(intent: Intent) -> tuple[ScrapeTarget, ...]:
    """Each place as a prober of its region, and the door itself."""
    if not there(intent):
        return ()
    team = {"team": first_team(intent.system.teams)}
    places = tuple(
        ScrapeTarget(
            job=PROBER,
            subject=name,
            kind="monitoring",
            workload=INTAKE,
            port="http",
            path=f"/places/{region}/metrics",
            interval=_SCRAPE,
            timeout=_TIMEOUT,
            labels={**team, "region": region},
        )
        for name, region in outside(intent.system).items()
    )
    own = ScrapeTarget(
        job=INTAKE, subject=INTAKE, kind="monitoring", workload=INTAKE, port="http", labels=team
    )
    return (*places, own)


def workload(context: Context) -> Workload:
    """The door. Its keys are on a volume that outlives it: places trust what it showed first."""
    system, settings = context.system, context.settings
    secrets = {region: token(system, region) for region in outside(system).values()}
    told = {"places": {region: [f"${{secret.{name}}}"] for region, name in secrets.items()}}
    host = urlsplit(settings.home).hostname if settings.home else None
    return Workload(
        name=INTAKE,
        origin=Origin.DAEMON,
        argv=(
            "python",
            "-m",
            "seatrial.daemons.intake",
            "--host=${self.address}",
            "--port=${self.ports.http}",
            f"--tls-port=${{self.ports.{HTTPS}}}",
            f"--places=${{self.dir}}/{PLACES}",
            f"--keys=${{self.dir}}/{KEYS}",
            *((f"--name={host}",) if host else ()),
        ),
        files=(
            File(
                path=PLACES,
                text=json.dumps(told) + "\n",
                why="which places may send, and what each must show",
                secret=True,
            ),
        ),
        secrets=tuple(dict.fromkeys(secrets.values())),
        ports=INTAKE_PORTS,
        volumes=(Volume(name=KEYS, path=KEYS),),
        ready=Probe(port="http", path="/readyz", deadline=30),
        reload="HUP",
        owner=first_team(system.teams),
        why="takes what probers outside send home, and shows it to Prometheus",
    )


def lacking(context: Context) -> tuple[Problem, ...]:
    """What a cluster cannot be given yet."""
    if context.dialect is Dialect.FILES or not outside(context.system):
        return ()
    return tuple(
        Problem(
            "ST6108",
            context.system.place("regions", region, "outside"),
            f"what is seen from {region} reaches no cluster yet: nothing there takes it",
            "run a prober in a region of the cluster, or delete the region",
            Severity.WARNING,
        )
        for region in outside(context.system).values()
    )


def reach(
    system: System, settings: Settings, placement: Placement | None
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The URL at which users outside reach each service that a journey begins at, and who has none.

    By `synthetics.reach`, else its name over HTTPS, else, where a `placement` is given, where it
    stands: on the very machine of a rehearsal that is somewhere.
    """
    found = {
        name: url
        for name in dict.fromkeys(each.start for each in system.journeys.values())
        for url in _url(system, settings, placement, name)
    }
    starts = {each.start for each in system.journeys.values()}
    return found, tuple(sorted(starts - found.keys()))


def _url(
    system: System, settings: Settings, placement: Placement | None, name: str
) -> Iterator[str]:
    service = system.services[name]
    if name in settings.reach:
        yield settings.reach[name].rstrip("/")
    elif service.hostname is not None and HTTPS in service.ports:
        yield f"https://{service.hostname}"
    elif placement is not None and service.ports:
        port = next(iter(placement.of(name)[0].ports))
        yield f"{scheme(port)}://{placement.endpoint(name, port)}"
