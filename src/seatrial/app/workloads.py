"""The user's own services and stores as workloads, with their placeholders resolved.

`${api.host}` and its kin become what the placement says the caller must use (its edge through the
fault proxy in a rehearsal); `${self...}`, `${system.dir}` and `${secret...}` are left for the
runtime.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from seatrial.app import registry
from seatrial.contract.declaration import Declarations, Front
from seatrial.contract.output import (
    Addition,
    File,
    Origin,
    Probe,
    Resources,
    Volume,
    Workload,
)
from seatrial.contract.placeholder import resolve
from seatrial.contract.placement import Endpoint, Link, Placement, Seat
from seatrial.contract.variable import Variable
from seatrial.engines.mysqld_exporter import workload as mysqld_exporter
from seatrial.engines.postgres import workload as postgres
from seatrial.engines.redis import workload as redis
from seatrial.system import regions
from seatrial.system.model import SecretRef, Service, Store, System
from seatrial.system.scheme import scheme
from seatrial.system.service import words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoreEngine:
    """What planning needs to know of an engine that stores can run on."""

    ports: Mapping[str, int]
    workload: Callable[..., Workload]
    secret: Callable[[System, str], str]
    user: str
    database: str


_STORES: Mapping[str, _StoreEngine] = {
    "postgres": _StoreEngine(
        ports=postgres.PORTS,
        workload=postgres.workload,
        secret=postgres.secret,
        user=postgres.USER,
        database=postgres.DATABASE,
    ),
    "redis": _StoreEngine(
        ports=redis.PORTS,
        workload=redis.workload,
        secret=redis.secret,
        user="default",
        database="0",
    ),
}


# Ports of each product that a store may be; those that seatrial cannot run are watched only.
KNOWN: Mapping[str, Mapping[str, int]] = {
    **{name: each.ports for name, each in _STORES.items()},
    **dict.fromkeys(mysqld_exporter.PRODUCTS, mysqld_exporter.STORE),
}
RUN = frozenset(_STORES)
KEEPS = "keeps."  # of `${self.keeps.NAME}`: a folder that a service keeps


def ports(service: Service) -> dict[str, int]:
    """A service's ports by name, with `metrics` where its metrics have a port of their own."""
    found = dict(service.ports)
    own = service.metrics.port if service.metrics is not None else None
    if isinstance(own, int) and own not in found.values():
        found["metrics"] = own
    return found


def seats(system: System, run: tuple[str, ...], fronts: tuple[Front, ...] = ()) -> tuple[Seat, ...]:
    """A seat for each service in each of its regions that are `run`, and for each store."""
    beside = {each.store: each.ports for each in fronts}
    found = [
        Seat(
            workload=_called(system, name, region, run, fronts),
            ports=ports(each),
            replicas=each.scale.min,
            region=region,
        )
        for name, each in system.services.items()
        for region in regions.of(each, run)
    ]
    found += [
        Seat(
            workload=_called(system, name, region, run, fronts),
            ports={**KNOWN[each.engine], **beside.get(name, {})},
            region=region,
        )
        for name, each in system.stores.items()
        for region in _fronted(name, run, fronts)
    ]
    return tuple(found)


def links(system: System, run: tuple[str, ...], fronts: tuple[Front, ...] = ()) -> tuple[Link, ...]:
    """A link for each port of each declared need, from each region of who needs it."""
    found: list[Link] = []
    for name, service in system.services.items():
        for region in regions.of(service, run):
            source = _called(system, name, region, run, fronts)
            for need in service.needs:
                if need in system.services:
                    offered: Mapping[str, int] = system.services[need].ports
                elif need in system.stores:
                    offered = KNOWN[system.stores[need].engine]
                else:
                    continue
                target = _called(system, need, region, run, fronts)
                found.extend(Link(source=source, target=target, port=port) for port in offered)
    return tuple(found)


def _called(
    system: System, name: str, region: str, run: tuple[str, ...], fronts: tuple[Front, ...]
) -> str:
    """What a service or store is called where a workload of this region meets it.

    That is its own of that region where there is one, else where it is first.
    """
    service = system.services.get(name)
    own = regions.of(service, run) if service else _fronted(name, run, fronts)
    return regions.called(name, region if region in own else own[0], own[0])


def _fronted(store: str, run: tuple[str, ...], fronts: tuple[Front, ...]) -> tuple[str, ...]:
    """The regions in which a store can be reached, the first of them first."""
    return next((each.regions for each in fronts if each.store == store), ()) or run[:1]


def workloads(
    system: System,
    placement: Placement,
    read: Callable[[str], str],
    declared: Declarations,
    *,
    run: tuple[str, ...],
) -> tuple[Workload, ...]:
    """Every service and store as a workload. `read` gives the text of a file of the user's.

    Each service gets those of the variables that it does not set itself; a store that is only a
    front is rendered by who declared it. A service is a workload in each of its regions that are
    `run`.
    """
    found = [
        _service(system, name, placement, read, region, run, declared.fronts)
        for name, each in system.services.items()
        for region in regions.of(each, run)
    ]
    found = [_told(each, declared.variables, placement) for each in found]
    fronted = {each.store for each in declared.fronts}
    found += [
        _store(name, each, run[0], secret_of(system, name))
        for name, each in system.stores.items()
        if name not in fronted
    ]
    return tuple(found)


def added(
    found: Iterable[Workload], additions: tuple[Addition, ...], placement: Placement
) -> tuple[Workload, ...]:
    """Each with what capabilities add to it."""
    return tuple(_with(each, additions, placement) for each in found)


def _with(one: Workload, additions: tuple[Addition, ...], placement: Placement) -> Workload:
    for each in additions:
        one = each.to(one, placement) if each.workload == one.name else one
    return one


def _service(  # noqa: PLR0917 - all that a workload follows from
    system: System,
    name: str,
    placement: Placement,
    read: Callable[[str], str],
    region: str,
    run: tuple[str, ...],
    fronts: tuple[Front, ...],
) -> Workload:
    service = system.services[name]

    def called(other: str) -> str:
        return _called(system, other, region, run, fronts)

    lookup = _lookup(system, called(name), placement, called)
    own = ports(service)
    env: dict[str, str] = {}
    secrets = {
        secret
        for each in service.needs
        if each in system.stores and (secret := secret_of(system, each))
    }
    for key, value in service.environment.items():
        if isinstance(value, SecretRef):
            env[key] = f"${{secret.{value.secret}}}"
            secrets.add(value.secret)
        else:
            env[key] = resolve(str(value), lookup)
    health_port = (service.health.port if service.health else None) or next(iter(own), "")
    ready = service.health.ready if service.health else None
    live = service.health.live if service.health else None
    return Workload(
        name=called(name),
        origin=Origin.SERVICE,
        argv=tuple(resolve(word, lookup) for word in words_of(service.run or "")),
        image=service.image or "",
        build=service.build or "",
        replicas=service.scale.min,
        env=env,
        secrets=tuple(sorted(secrets)),
        files=tuple(
            File(path=path, text=resolve(read(source), lookup), why=f"{source} of the service")
            for path, source in service.files.items()
        ),
        ports=own,
        volumes=tuple(Volume(name=each, path=each) for each in service.keeps),
        ready=_probe(health_port, ready),
        live=_probe(health_port, live) if live else None,
        grace=service.grace.seconds,
        after=tuple(called(each) for each in service.needs if each not in system.externals),
        resources=_resources(service),
        region=region,
        owner=service.owner or "",
        why=service.summary or "a service of the system",
    )


def _told(service: Workload, variables: tuple[Variable, ...], placement: Placement) -> Workload:
    """With the variables that it does not set itself."""
    given = {each.name: each.value(service.name, service.owner, placement) for each in variables}
    return replace(service, env={**given, **service.env}) if given else service


def _probe(port: str, path: str | None) -> Probe | None:
    if not port:
        return None
    return Probe(port=port, path=path) if path else Probe(port=port, tcp=True)


def _resources(each: Service | Store) -> Resources:
    memory = each.limits.memory
    return Resources(memory=None if memory is None else memory.bytes, cpu=each.limits.cpu)


def secret_of(system: System, name: str) -> str:
    """The secret that a store's users need; empty where it asks for none."""
    return _STORES[system.stores[name].engine].secret(system, name)


def _store(name: str, store: Store, region: str, secret: str) -> Workload:
    made = _STORES[store.engine].workload(
        name,
        owner=store.owner or "",
        secret=secret,
        durable=store.durable,
        resources=_resources(store),
        region=region,
    )
    return replace(made, image=_official(store))


def _official(store: Store) -> str:
    """The official image of the version that the file asks for; empty: the engine's own choice."""
    image = next((each.image for each in registry.engines() if each.name == store.engine), None)
    return f"{image}:{store.version}" if image and store.version else ""


def _lookup(
    system: System, caller: str, placement: Placement, called: Callable[[str], str]
) -> Callable[[str], str | None]:
    """What `${...}` means inside the workload `caller`; None leaves it for the runtime.

    `called` tells what a service or store is called where the caller is.
    """

    def lookup(dotted: str) -> str | None:
        root, _, attribute = dotted.partition(".")
        if root == "self" and attribute.startswith(KEEPS):
            return f"${{self.dir}}/{attribute.removeprefix(KEEPS)}"
        if root in {"self", "system", "secret"}:
            return None
        if root in system.stores:
            reached = placement.via(caller, called(root), _first_port(system.stores[root]))
            return _of_store(root, system.stores[root], attribute, reached[0])
        if root in system.services:
            offered = ports(system.services[root])
            return _of_service(called(root), offered, attribute, caller, placement)
        return None

    return lookup


def _first_port(store: Store) -> str:
    return next(iter(_STORES[store.engine].ports))


def _of_store(name: str, store: Store, attribute: str, endpoint: Endpoint) -> str | None:
    engine = _STORES[store.engine]
    return {
        "host": endpoint.host,
        "port": str(endpoint.port),
        "user": engine.user,
        "name": engine.database,
        "password": f"${{secret.{name}}}",
    }.get(attribute)


def _of_service(
    name: str, offered: Mapping[str, int], attribute: str, caller: str, placement: Placement
) -> str | None:
    kind, _, port = attribute.partition(".")
    port = port or next(iter(offered), "")
    if port not in offered:
        return None
    reached = placement.via(caller, name, port)
    return {
        "host": reached[0].host,
        "port": str(reached[0].port),
        "ports": str(reached[0].port),
        "url": f"{scheme(port)}://{reached[0]}",
        "addresses": ",".join(str(each) for each in reached),
        "servers": "\n".join(_server(each) for each in reached),
    }.get(kind)


def _server(endpoint: Endpoint) -> str:
    return f"server {endpoint};"
