"""From a sketch to what `seatrial.yaml` says: services, stores, who needs whom. Pure.

Nothing is invented: who answers is `unassigned`, and what the model cannot say is in the ledger.
"""

import posixpath
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from seatrial.system.importers.images import ENGINES, Product, built, copied, product
from seatrial.system.importers.journeys import journeys
from seatrial.system.importers.links import Hosts, Target, calls, said
from seatrial.system.importers.names import label, labels
from seatrial.system.importers.needs import needs
from seatrial.system.importers.notes import Notes
from seatrial.system.importers.portnames import named_ports, port_name
from seatrial.system.importers.services import Given, bounds, service
from seatrial.system.importers.sketch import Api, Container, Entry, External, Fidelity, Sketch
from seatrial.system.importers.unwritten import settled
from seatrial.system.ownership import UNASSIGNED

_STORE = "a store is run by its engine's own recipe, with a user and a password of its own"
# Pages of RabbitMQ and Neo4j for people and for Prometheus, beside what they serve.
_PAGES = frozenset({7474, 15672, 15692})
_BESIDE = "you start these containers, and they stay as they are: seatrial joins them"
# as `seatrial init` writes: what needs nothing of the services but to run
_PROMISED = ("R01", "R03")
_PROMISES = "what is to be proven; `seatrial explain R03` says what each one means"
_STORE_CURE = "see `seatrial explain stores` for what can be said of it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user was asked, or said; None takes the default.

    `owner` answers for everything that is new, `exposed` are names of services that users reach,
    `start` is the service whose API was described. `there` leads from the file that is written to
    the folder of the source, `beside` to a compose file whose containers the user starts himself.
    `reserved` are names that nothing of the user's may have.
    """

    name: str | None = None
    owner: str | None = None
    exposed: Collection[str] | None = None
    start: str | None = None
    there: str = "."
    beside: str | None = None
    reserved: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the file should say, as plain values in the order of writing; remarks by path."""

    document: Mapping[str, Any]
    remarks: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    ledger: tuple[Entry, ...] = ()


def derive(sketch: Sketch, choices: Choices = Choices(), *, known: Collection[str] = ()) -> Draft:
    """The draft of a system.

    `known` are services that the file has already, for APIs whose server is not in the sketch.
    """
    notes = Notes(sketch.ledger)
    owner = choices.owner or UNASSIGNED
    containers = tuple(each for each in sketch.containers if not _ends(each, notes))
    outer = (each.name for each in sketch.externals)
    names = labels((*(each.name for each in containers), *outer), reserved=choices.reserved)
    products = _products(containers, notes)
    targets = _targets(containers, names, products, notes)
    stores: dict[str, Any] = {}
    for each in containers:
        name = names[each.name]
        if name != each.name:
            notes.note(each, "", f"is called {name}: names are lower case letters, digits, hyphens")
        if products[each.name].engine:
            stores[name] = _store(each, products[each.name], owner, notes)
    remarks: dict[tuple[str, ...], str] = {}
    around = _Around(
        sketch=sketch, containers=containers, names=names, products=products, targets=targets
    )
    services = _services(around, replace(choices, owner=owner), notes, remarks)
    paths, servers = _journeys(sketch, owner, (*services, *known), choices.start)
    for server, api in servers.items():
        if server not in services and server not in known:
            notes.add(_invented(server, api))
            services[server] = {"owner": owner, "image": server, "ports": {"http": 80}}
            remarks["services", server] = "its description does not say what runs it, nor its port"
    document: dict[str, Any] = {
        "seatrial": 1,
        "system": choices.name or label(sketch.name, "system"),
        "teams": {owner: {}},
        "services": services,
        "stores": stores,
        "externals": _externals(sketch.externals, names, owner),
        "journeys": paths,
    }
    if owner == UNASSIGNED:
        remarks["teams", UNASSIGNED] = "nobody: name who answers for each thing below"
    if choices.beside is not None:
        rehearsal = {"runtime": "compose", "beside": choices.beside}
        document["environments"] = {"rehearsal": rehearsal}
        remarks["environments", "rehearsal"] = _BESIDE
    document["promises"] = list(_PROMISED)
    remarks[("promises",)] = _PROMISES
    document = {key: value for key, value in document.items() if value}
    kept = {each.name: names[each.name] for each in containers}
    ledger = settled(sketch, notes.entries(), kept, document)
    return Draft(document=document, remarks=remarks, ledger=ledger)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What is known of all containers before any of them is written."""

    sketch: Sketch
    containers: tuple[Container, ...]
    names: Mapping[str, str]
    products: Mapping[str, Product]
    targets: Mapping[str, Target]


def _services(
    around: _Around, choices: Choices, notes: Notes, remarks: dict[tuple[str, ...], str]
) -> dict[str, Any]:
    """Every container that is no store, as a service; `remarks` get what is said beside it."""
    containers, products = around.containers, around.products
    hosts = _hosts(containers, around.targets)
    _inferred(containers, hosts, products)
    _expected(containers, around, notes)
    external = {each.name: around.names[each.name] for each in around.sketch.externals}
    wanted = needs(containers, hosts, products, external, notes)
    builds = {each.image: each.build for each in containers if each.image and each.build}
    found: dict[str, Any] = {}
    for each in containers:
        name, what = around.names[each.name], products[each.name]
        if what.engine:
            continue
        given = Given(
            target=around.targets[each.name],
            hosts=hosts,
            needs=wanted[each.name],
            build=_placed(each.build or builds.get(each.image, ""), choices.there),
            owner=choices.owner or UNASSIGNED,
            keeper=what.keeper,
            exposed=None if choices.exposed is None else name in choices.exposed,
        )
        found[name] = service(each, given, notes)
        remark = _remark(what)
        if remark:
            remarks["services", name] = remark
        if what.keeper and what.keeper not in ENGINES:
            notes.note(
                each,
                "build" if each.build else "image",
                f"seatrial has no engine for {what.keeper} yet: it is run as a service",
                "back it up by your own means; `stores` takes it once there is an engine",
            )
    return found


def _ends(container: Container, notes: Notes) -> bool:
    """Whether it ends before the others start: then it is no service."""
    if container.role == "init":
        notes.note(
            container,
            "",
            "ends before the others start, so it is no service",
            "nothing: it is started with them",
            fidelity=Fidelity.DROPPED,
        )
    return container.role == "init"


def _externals(
    externals: tuple[External, ...], names: Mapping[str, str], owner: str
) -> dict[str, Any]:
    return {
        names[each.name]: {"owner": owner, "url": f"https://{each.host or each.name}"}
        for each in externals
    }


def _journeys(
    sketch: Sketch, owner: str, services: Collection[str], start: str | None
) -> tuple[dict[str, Any], dict[str, Api]]:
    """The journeys of the described APIs, and the services that they start at, each by its API."""
    found: dict[str, Any] = {}
    servers: dict[str, Api] = {}
    for api in sketch.apis:
        name = label(api.name, "api")
        server = start or (name if name in services or not services else next(iter(services)))
        servers.setdefault(server, api)
        found |= journeys(api, server, owner=owner)
    return found, servers


def _invented(server: str, api: Api) -> Entry:
    """That the model wants of a service what no description of an API says."""
    return Entry(
        fidelity=Fidelity.APPROXIMATED,
        subject=f"services.{server}",
        place=api.place,
        summary="what runs the API is not described: its image and its port 80 are stand-ins",
        cure="write its image or build, and its port",
    )


def _placed(build: str, there: str) -> str:
    """A build's folder as seen from the file: relative paths are those of the source."""
    if there == "." or not build or "://" in build or build.startswith(("/", "~", "$", "git@")):
        return build
    return posixpath.normpath(posixpath.join(there, build))


def _products(containers: tuple[Container, ...], notes: Notes) -> dict[str, Product]:
    """What each container is; where nothing but stores would be left, they are services."""
    found = {
        each.name: built(each.mounts) if each.build else product(each.image) for each in containers
    }
    if containers and all(each.engine for each in found.values()):
        for each in containers:
            notes.note(
                each,
                "image",
                "kept as a service: a system has at least one",
                "move it to stores once the services that use it are here",
            )
        return {name: replace(each, engine="", keeper=each.engine) for name, each in found.items()}
    return found


def _targets(
    containers: tuple[Container, ...],
    names: Mapping[str, str],
    products: Mapping[str, Product],
    notes: Notes,
) -> dict[str, Target]:
    return {
        each.name: Target(
            name=names[each.name],
            engine=products[each.name].engine,
            ports={} if products[each.name].engine else named_ports(each, notes),
        )
        for each in containers
    }


def _hosts(containers: tuple[Container, ...], targets: Mapping[str, Target]) -> dict[str, Target]:
    """Every name under which one container reaches another; a service's own name is first."""
    found = {name: target for name, target in targets.items() if name != "localhost"}
    for each in containers:
        for alias in each.aliases:
            found.setdefault(alias, targets[each.name])
    return found


def _inferred(
    containers: tuple[Container, ...], hosts: Hosts, products: Mapping[str, Product]
) -> None:
    """Ports that nobody declares and others call, added to whom they call."""
    for each in containers:
        if products[each.name].engine:
            continue
        for _, name, value in said(each):
            for target, port in calls(name, value, hosts):
                own = hosts.get(each.name) is target
                if target.engine or own or not port or not 1 <= port <= 65535:  # noqa: PLR2004 - the last port
                    continue
                if port not in target.ports.values():
                    target.ports[port_name("", port, target.ports)] = port


def _expected(containers: tuple[Container, ...], around: _Around, notes: Notes) -> None:
    """The port of a product that is known by where it keeps data, if no file tells another."""
    for each in containers:
        port, target = around.products[each.name].port, around.targets[each.name]
        if port and _PAGES.issuperset(target.ports.values()):
            # first: it is what others call, and by which it is asked whether it lives
            pages = dict(target.ports)
            target.ports.clear()
            target.ports[port_name("", port, pages)] = port
            target.ports.update(pages)
            keeper = around.products[each.name].keeper
            notes.note(
                each,
                "ports",
                f"no port is declared: {port} is where {keeper} listens unless told otherwise",
                "see whether it does",
            )


def _store(container: Container, what: Product, owner: str, notes: Notes) -> dict[str, Any]:
    kept = ("image", "deploy.resources.limits", "mem_limit", "cpus", "cpu_quota", "volumes")
    notes.demote(container, kept, _STORE, _STORE_CURE)
    version = what.version or "latest"
    if not what.version:
        notes.note(
            container, "image", "its tag tells no version", f"write the version of {what.engine}"
        )
    else:
        notes.note(
            container,
            "image",
            f"becomes a store: {what.engine} {what.version}",
            fidelity=Fidelity.IMPORTED,
        )
    if copied(container):
        notes.note(
            container,
            "image",
            "becomes a store of its own: that it is a copy of another is not described",
            "delete it here, and give the first one what it is called by; a store's copies are "
            "its engine's part",
        )
    found: dict[str, Any] = {"engine": what.engine, "version": version, "owner": owner}
    lasting = any(each.kind in {"volume", "bind", "anonymous"} for each in container.mounts)
    if (
        what.engine == "redis"
        and not lasting
        and "--appendonly yes" not in " ".join(container.command)
    ):
        found["durable"] = False
    limits = bounds(container)
    if limits:
        found["limits"] = limits
    return found


def _remark(what: Product) -> str:
    if not what.keeper:
        return ""
    if what.keeper in ENGINES:
        return "a store by its image; a service here, since a system has at least one"
    keeps = "keeps data" if what.durable else "keeps nothing that must survive"
    return f"{what.keeper}, {keeps}: seatrial has no engine for it yet, so it is run as a service"
