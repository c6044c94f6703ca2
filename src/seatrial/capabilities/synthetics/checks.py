"""The checks of the file, and those that are there without being asked for, as the prober's. Pure.

The blackbox exporter asks each exposed service for its page and for its certificate's end already;
what is added without being asked for is only what it cannot tell: what is wrong with the chain.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from seatrial.capabilities.synthetics.settings import Check as Declared
from seatrial.capabilities.synthetics.settings import Settings
from seatrial.contract.declaration import Check, Severity
from seatrial.system.model import Service, System
from seatrial.system.ownership import first_team
from seatrial.system.probing import entries
from seatrial.system.regions import called
from seatrial.system.scheme import HTTPS, secure

CHAIN_EVERY, CHAIN_TIMEOUT = 60.0, 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A check with what its alerts need: about what it is, whose, how severe.

    `days`: so many days before a certificate ends it is told; None where somebody else tells it.
    """

    check: Check
    subject: str
    owner: str
    severity: Severity
    days: float | None


def checks(
    system: System, settings: Settings, *, rehearsal: bool, run: tuple[str, ...]
) -> tuple[Asked, ...]:
    """Those of the file in its order, then a check of the chain of each exposed TLS service.

    What asks a service asks it in each of its regions that are `run`, each by a check of its own.
    """
    found = (
        *(
            _declared(system, name, each, rehearsal=rehearsal)
            for name, each in settings.checks.items()
            # planning asks for names also of a file that is wrong
            if each.service is None or each.service in system.services
        ),
        *_chains(system, settings, rehearsal=rehearsal),
    )
    return tuple(there for each in found for there in _everywhere(system, each, run))


def named(system: System, name: str, service: str, run: tuple[str, ...]) -> Mapping[str, str]:
    """What a check of a service is called in each region, by the region ("" for the only one)."""
    first, *_ = found = entries(system, service, run)
    return {each: called(name, each, first) for each in found}


def _everywhere(system: System, one: Asked, run: tuple[str, ...]) -> Iterator[Asked]:
    """The check in each region of what it asks; itself where that is in one, or not in the file."""
    if not one.check.workload:
        yield one
        return
    names = named(system, one.check.name, one.check.workload, run)
    for region, workload in entries(system, one.check.workload, run).items():
        check = replace(one.check, name=names[region], workload=workload)
        yield replace(one, check=check)


def port_of(service: Service, one: Declared) -> str:
    """The port of a service that a check asks: the named one, its TLS one, else its first."""
    if one.port is not None:
        return one.port
    first = next(iter(service.ports), "")
    return HTTPS if one.kind == "tls" and HTTPS in service.ports else first


def owner_of(system: System, one: Declared) -> str:
    """The team that is told: the named one, the service's, else the first of the file."""
    service = system.services.get(one.service) if one.service is not None else None
    if one.owner is not None:
        return one.owner
    if service is not None and service.owner:
        return service.owner
    return first_team(system.teams)


def _declared(system: System, name: str, one: Declared, *, rehearsal: bool) -> Asked:
    service = system.services[one.service] if one.service is not None else None
    port = port_of(service, one) if service is not None else ""
    hostname = one.hostname or (service.hostname if service is not None else None)
    encrypted = secure(port) or one.tls
    # in a rehearsal anybody may have signed what our own services show
    judged = one.trusted and not (rehearsal and service is not None)
    judged = judged and (service is None or hostname is not None)
    asks_tls = one.kind == "tls" or encrypted or (one.target or "").startswith("https:")
    settings: dict[str, object] = {
        **({"host": hostname} if hostname and asks_tls else {}),
        **({} if judged or not asks_tls else {"verify": False}),
        **({"tls": True} if one.kind == "grpc" and encrypted else {}),
        **one.plan(),
    }
    return Asked(
        check=Check(
            name=name,
            kind=one.kind,
            workload=one.service or "",
            port=port,
            path=one.path if one.kind == "http" else "",
            target=one.target or "",
            every=one.every.seconds,
            timeout=one.timeout.seconds,
            settings=settings,
        ),
        subject=one.service or name,
        owner=owner_of(system, one),
        severity=Severity(one.severity),
        days=one.days if one.kind == "tls" else None,
    )


def _chains(system: System, settings: Settings, *, rehearsal: bool) -> Iterator[Asked]:
    told = {each.service for each in settings.checks.values() if each.kind == "tls"}
    for name, service in system.services.items():
        if not service.exposed or HTTPS not in service.ports or name in told:
            continue
        judged = service.hostname is not None and not rehearsal
        options: Mapping[str, object] = {
            **({"host": service.hostname} if service.hostname is not None else {}),
            **({} if judged else {"verify": False}),
        }
        yield Asked(
            check=Check(
                name=f"{name}-chain",
                kind="tls",
                workload=name,
                port=HTTPS,
                every=CHAIN_EVERY,
                timeout=CHAIN_TIMEOUT,
                settings=options,
            ),
            subject=name,
            owner=service.owner or "",
            severity=Severity.TICKET,
            days=None,
        )
