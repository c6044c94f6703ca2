"""A system of seatrial.yaml in the form that all rules look at."""

import datetime as dt
from collections.abc import Iterator

from seatrial.review.subject import Source, Subject
from seatrial.system.importers.sketch import (
    Bounds,
    CheckKind,
    Container,
    HealthCheck,
    Port,
    Scrape,
    Variable,
)
from seatrial.system.model import System
from seatrial.system.problem import Place
from seatrial.system.service import Service
from seatrial.system.store import Store

_FACTS = ("image", "health", "limits", "scale", "environment", "metrics", "grace", "ports")


def described(system: System, files: tuple[str, ...], today: dt.date) -> Subject:
    """The subject of a system; what seatrial's runtimes decide (restarts, logs) is not in it."""
    return Subject(
        source=Source.SEATRIAL,
        name=system.name,
        files=files,
        containers=(
            *(_service(name, each, system) for name, each in system.services.items()),
            *(_store(name, each, system) for name, each in system.stores.items()),
        ),
        today=today,
        system=system,
    )


def _service(name: str, each: Service, system: System) -> Container:
    outside = ("users",) if each.exposed else ()
    return Container(
        name=name,
        place=system.place("services", name),
        image=each.image or "",
        build=each.build or "",
        ports=tuple(
            Port(number=number, name=port, reach=outside) for port, number in each.ports.items()
        ),
        variables=tuple(
            Variable(name=variable, value=value)
            if isinstance(value, str)
            else Variable(name=variable, value=None, secret=True, source="secret")
            for variable, value in each.environment.items()
        ),
        needs=each.needs,
        checks=tuple(_checks(each)),
        replicas=(each.scale.min, each.scale.max),
        bounds=Bounds(
            memory=each.limits.memory.bytes if each.limits.memory is not None else None,
            cpu=each.limits.cpu,
        ),
        grace=each.grace.seconds,
        metrics=None if each.metrics is None else Scrape(port=None, path=each.metrics.path),
        places=_places(system, "services", name),
    )


def _checks(each: Service) -> Iterator[HealthCheck]:
    if each.health is None:
        return
    for kind, path in ((CheckKind.READY, each.health.ready), (CheckKind.LIVE, each.health.live)):
        if path is not None:
            yield HealthCheck(kind=kind, path=path)


def _store(name: str, each: Store, system: System) -> Container:
    return Container(
        name=name,
        place=system.place("stores", name),
        kind="store",
        image=f"{each.engine}:{each.version}",
        bounds=Bounds(
            memory=each.limits.memory.bytes if each.limits.memory is not None else None,
            cpu=each.limits.cpu,
        ),
        places={"version": system.place("stores", name, "version")},
    )


def _places(system: System, section: str, name: str) -> dict[str, Place]:
    own = system.place(section, name)
    found = {fact: system.place(section, name, fact) for fact in _FACTS}
    return {fact: place for fact, place in found.items() if place != own}
