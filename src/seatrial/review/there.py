"""What the files say is there, by requirement: facts that were read, never that they work."""

from collections.abc import Iterable, Iterator, Mapping

from seatrial.review.images import image
from seatrial.review.products import STORES, Kind, recognise
from seatrial.review.rules.observability import shows_metrics
from seatrial.review.subject import Source, Subject, exposed

# What a product of a kind speaks for.
_BY_KIND: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("R01", (Kind.METRICS, Kind.EXPORTER)),
    ("R02", (Kind.BOARDS,)),
    ("R03", (Kind.ALERTS,)),
    ("R04", (Kind.TRACES,)),
    ("R05", (Kind.LOGS, Kind.SHIPPER)),
    ("R06", (Kind.PROBE,)),
    ("R07", (Kind.WATCH,)),
    ("R09", (Kind.FIREWALL,)),
    ("R10", (Kind.SECRETS,)),
    ("R12", (Kind.LOAD,)),
    ("R13", (Kind.PROFILES,)),
    ("R15", (Kind.CACHE,)),
    ("R19", (Kind.ONCALL,)),
    ("R20", (Kind.BACKUP,)),
)
_MOST = 3


def facts(subject: Subject) -> Mapping[str, tuple[str, ...]]:
    """Short facts by the id of the requirement that they speak for."""
    found: dict[str, list[str]] = {}
    for id_, fact in (*_products(subject), *_counted(subject), *_described(subject)):
        found.setdefault(id_, []).append(fact)
    return {id_: tuple(each) for id_, each in sorted(found.items())}


def _products(subject: Subject) -> Iterator[tuple[str, str]]:
    for id_, kinds in _BY_KIND:
        names = _names(each.name for each, _ in subject.of_kind(*kinds))
        if names:
            yield id_, names


def _names(found: Iterable[str]) -> str:
    names = list(dict.fromkeys(found))
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more


def _counted(subject: Subject) -> Iterator[tuple[str, str]]:
    every = subject.containers
    own = [each for each in subject.running() if each.kind != "store"]
    pulled = [parts for each in every if not each.build and (parts := image(each.image))]
    counts = (
        ("R01", sum(map(shows_metrics, own)), len(own), "show metrics"),
        ("R07", sum(bool(each.digest) for each in pulled), len(pulled), "images by digest"),
        ("R09", sum(not exposed(each) for each in own), len(own), "not reached from outside"),
        (
            "R14",
            sum(each.bounds.memory is not None for each in every),
            len(every),
            "have a memory limit",
        ),
        ("R17", sum(bool(each.needs) for each in own), len(own), "say what they need"),
        (
            "R21",
            sum((each.replicas or (1, 1))[0] > 1 for each in own),
            len(own),
            "have replicas",
        ),
    )
    for id_, some, whole, what in counts:
        if some:
            yield id_, f"{some} of {whole} {what}"
    filed = sum(
        any(mount.kind == "secret" for mount in each.mounts)
        or any(one.source == "secret" for one in each.variables)
        for each in every
    )
    if filed:
        yield "R10", f"{filed} get secrets by reference"


def _described(subject: Subject) -> Iterator[tuple[str, str]]:
    system = subject.system
    if system is None:
        return
    if system.metrics:
        yield "R01", f"{len(system.metrics)} business metrics"
    reached = sum(bool(each.chat or each.email or each.pager) for each in system.teams.values())
    if reached:
        yield "R03", f"{reached} of {len(system.teams)} teams can be reached"
    if system.slos:
        yield "R06", f"{len(system.slos)} objectives"
    if system.journeys:
        yield "R06", f"{len(system.journeys)} journeys"
        yield "R12", f"{len(system.journeys)} journeys"
    yield "R17", f"{len(system.services) + len(system.stores)} parts with their owners"
    backed = sum(bool(each.backup) for each in system.stores.values())
    if backed:
        yield "R20", f"{backed} of {len(system.stores)} stores have backup settings"
    run = sum(not each.outside for each in system.regions.values())
    if run > 1:
        yield "R21", f"{run} regions"


def summary(subject: Subject) -> str:
    """What was read, in a few words: `6 services, 2 of them stores`."""
    count = len(subject.containers)
    stores = sum(
        (product := recognise(each.image)) is not None and product.kind in STORES
        for each in subject.containers
    )
    what = "containers" if subject.source is Source.KUBERNETES else "services"
    words = f"{count} {what if count != 1 else what[:-1]}"
    return (
        f"{words}, {stores} of them a store"
        if stores == 1
        else (f"{words}, {stores} of them stores" if stores else words)
    )
