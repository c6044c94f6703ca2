"""Where the samples of all regions meet: a Prometheus of ours, or whatever takes remote write.

A rehearsal always has one of its own: it must not write into a real one.
"""

from dataclasses import replace

from seatrial.capabilities.metrics.settings import Centre, Settings
from seatrial.contract.capability import Context, Intent
from seatrial.contract.declaration import ScrapeTarget
from seatrial.contract.output import File
from seatrial.contract.placement import Link, Location, Seat
from seatrial.contract.scenario import Watch
from seatrial.engines.prometheus import workload as prometheus
from seatrial.engines.prometheus.config import REPLICA, Joined, Remote
from seatrial.system.regions import CENTRE, called

NAME = CENTRE
PAIR = 2
# Seconds. A region that was cut off sends what is up to two hours old (its write-ahead log holds no
# more for sure), while the others' samples are new.
LATE = 3 * 3600.0
_TOKEN = "keys/centre"  # noqa: S105 - a file's name


def joined(told: Intent | Context) -> bool:
    """Whether there are several regions to be seen from one place."""
    return len(told.regions) > 1


def ours(told: Intent | Context) -> bool:
    """Whether the centre is a Prometheus that seatrial runs."""
    return joined(told) and (told.rehearsal or not told.settings.centre.url)


def server(region: str, told: Intent | Context) -> str:
    """What the Prometheus of a region is called."""
    return called(prometheus.NAME, region, told.regions[0])


def region_of(told: Intent | Context) -> str:
    """The region that the centre stands in."""
    centre: Centre = told.settings.centre
    return centre.region or told.regions[0]


def seats(intent: Intent) -> tuple[Seat, ...]:
    """Its place, where it is ours."""
    if not ours(intent):
        return ()
    return (Seat(workload=NAME, ports=prometheus.PORTS, region=region_of(intent)),)


def links(intent: Intent) -> tuple[Link, ...]:
    """The ways from each region to it, which a rehearsal can cut."""
    if not ours(intent) or not intent.rehearsal:
        return ()
    return tuple(
        Link(source=server(each, intent), target=NAME, port="http") for each in intent.regions
    )


def targets(intent: Intent, settings: Settings) -> tuple[ScrapeTarget, ...]:
    """It is watched from where it stands: its own alerts could not tell that it is dead."""
    if not ours(intent):
        return ()
    return (
        ScrapeTarget(
            job=NAME,
            subject=NAME,
            kind="monitoring",
            workload=NAME,
            port="http",
            interval=settings.slow_scrape.seconds,
            timeout=min(10.0, settings.slow_scrape.seconds),
            labels={"team": settings.owner},
        ),
    )


def labels(context: Context, region: str) -> dict[str, str]:
    """Which Prometheus of which region of which system a sample is from."""
    found = {"cluster": context.system.name}
    if joined(context):
        found |= {"region": region, REPLICA: "${self.replica}"}
    return found


def writing(context: Context, region: str) -> Joined:
    """How the pair of a region writes to the centre; its alerts do not tell which one fired."""
    if not joined(context):
        return Joined()
    centre: Centre = context.settings.centre
    if ours(context):
        at = context.placement.via(server(region, context), NAME, "http")[0]
        remote = Remote(name=NAME, url=f"http://{at}{prometheus.RECEIVES}")
    else:
        remote = Remote(
            name=NAME,
            url=centre.url,
            headers=centre.headers,
            token_file=f"${{self.dir}}/{_TOKEN}" if centre.token else "",
        )
    return Joined(remote=remote, alert_labels={REPLICA: ""})


def keys(context: Context) -> tuple[File, ...]:
    """The token that somebody else's centre asks for."""
    token = context.settings.centre.token
    if not token or not joined(context) or ours(context):
        return ()
    text = f"${{secret.{token}}}"
    return (File(path=_TOKEN, text=text, why="the token of the centre", secret=True),)


def everywhere(context: Context, *watches: Watch) -> tuple[Watch, ...]:
    """What home's Prometheus is asked, and the same of every other region's."""
    return (
        *watches,
        *(
            replace(each, name=f"{each.name} in {region}", workload=server(region, context))
            for region in context.regions[1:]
            for each in watches
        ),
    )


def told_apart(context: Context, location: Location) -> dict[str, str]:
    """The label by which a replica is known among those of the same name in other regions."""
    return {"region": location.region} if joined(context) else {}
