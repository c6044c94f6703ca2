"""What is wrong in the section `synthetics`."""

from collections.abc import Collection, Iterator

from seatrial.capabilities.synthetics.checks import named
from seatrial.capabilities.synthetics.settings import Check, Settings
from seatrial.contract.capability import Intent
from seatrial.system.model import System
from seatrial.system.problem import Problem
from seatrial.system.suggest import Suggester

_SECTION = "synthetics"


def check(intent: Intent) -> tuple[Problem, ...]:
    """Names that lead nowhere, a vote that no failure could win."""
    system, settings = intent.system, intent.settings
    return (
        *_maintenance(system, settings),
        *_quorum(system, settings),
        *_outside(system, settings),
        *(
            problem
            for name, each in settings.checks.items()
            for problem in _check(system, name, each)
        ),
        *_elsewhere(intent),
    )


def _maintenance(system: System, settings: Settings) -> Iterator[Problem]:
    for name, each in settings.maintenance.items():
        for number, journey in enumerate(each.journeys):
            if journey not in system.journeys:
                yield Problem(
                    "ST6101",
                    system.place(_SECTION, "maintenance", name, "journeys", number),
                    f"the maintenance {name} concerns the journey {journey}, which is not there",
                    Suggester().cure(
                        journey, system.journeys, "name one of the journeys, or delete it"
                    ),
                )
        groups: tuple[tuple[str, tuple[str, ...], Collection[str]], ...] = (
            ("services", each.services, system.services),
            ("stores", each.stores, system.stores),
        )
        for key, concerned, known in groups:
            for number, subject in enumerate(concerned):
                if subject not in known:
                    yield Problem(
                        "ST6110",
                        system.place(_SECTION, "maintenance", name, key, number),
                        f"the maintenance {name} concerns {subject}, which is none of the {key}",
                        Suggester().cure(subject, known, f"name one of the {key}, or delete it"),
                    )


def _outside(system: System, settings: Settings) -> Iterator[Problem]:
    away = {name for name, region in system.regions.items() if region.outside}
    for key, group in (("services", system.services), ("stores", system.stores)):
        for name, each in group.items():
            for number, region in enumerate(each.regions or ()):
                if region in away:
                    yield Problem(
                        "ST6107",
                        system.place(key, name, "regions", number),
                        f"{name} is in {region}, where only a prober outside stands",
                        f"take {region} out, or delete regions.{region}.outside",
                    )
    starts = {each.start for each in system.journeys.values()}
    for name in settings.reach:
        if name not in starts:
            yield Problem(
                "ST6109",
                system.place(_SECTION, "reach", name),
                f"no journey begins at {name}",
                Suggester().cure(name, starts, f"journeys begin at {', '.join(sorted(starts))}"),
            )


def _quorum(system: System, settings: Settings) -> Iterator[Problem]:
    quorum = settings.quorum
    if isinstance(quorum, int) and quorum > len(system.regions):
        yield Problem(
            "ST6102",
            system.place(_SECTION, "quorum"),
            f"{quorum} regions must see a failure, and there are {len(system.regions)}",
            f"write majority, or at most {len(system.regions)}",
        )


def _elsewhere(intent: Intent) -> Iterator[Problem]:
    """A check is called as another one is in another region."""
    system, asked = intent.system, intent.settings.checks
    taken = {*system.services, *system.stores, *system.journeys, *asked}
    for name, each in asked.items():
        if each.service not in system.services:
            continue
        for found in named(system, name, each.service, intent.regions).values():
            if found != name and found in taken:
                yield Problem(
                    "ST6105",
                    system.place(_SECTION, "checks", name),
                    f"the check {name} is called {found} in another region of {each.service}, and"
                    " something else of the file is called so",
                    f"call it {name}-{each.kind}",
                )


def _check(system: System, name: str, one: Check) -> Iterator[Problem]:
    if name in {*system.services, *system.stores, *system.journeys}:
        yield Problem(
            "ST6105",
            system.place(_SECTION, "checks", name),
            f"the check {name} is called as something else of the file: their alerts would be one",
            f"call it {name}-{one.kind}",
        )
    if one.owner is not None and one.owner not in system.teams:
        yield Problem(
            "ST6104",
            system.place(_SECTION, "checks", name, "owner"),
            f"unknown team {one.owner!r} in synthetics.checks.{name}.owner",
            Suggester().cure(one.owner, system.teams, f"write one of {', '.join(system.teams)}"),
        )
    if one.service is None:
        return
    service = system.services.get(one.service)
    if service is None:
        yield Problem(
            "ST6103",
            system.place(_SECTION, "checks", name, "service"),
            f"the check {name} asks the service {one.service}, which is not there",
            Suggester().cure(
                one.service, system.services, "name one of the services, or write a target"
            ),
        )
    elif one.kind == "dns":
        yield Problem(
            "ST6106",
            system.place(_SECTION, "checks", name, "service"),
            f"the check {name} asks for a name, and a service has none of its own in DNS",
            "write the name as its target",
        )
    elif one.kind != "icmp" and (one.port or "") not in {"", *service.ports}:
        known = ", ".join(service.ports) or "none"
        yield Problem(
            "ST6106",
            system.place(_SECTION, "checks", name, "port"),
            f"{one.service} has no port {one.port}",
            Suggester().cure(one.port or "", service.ports, f"its ports are: {known}"),
        )
    elif one.kind != "icmp" and not service.ports:
        yield Problem(
            "ST6106",
            system.place(_SECTION, "checks", name, "service"),
            f"{one.service} has no port that could be asked",
            f"add one to services.{one.service}.ports",
        )
