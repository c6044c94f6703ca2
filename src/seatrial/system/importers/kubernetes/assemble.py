"""Everything that manifests say, joined: the order of the readers, and the finished sketch."""

import posixpath
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from seatrial.system.importers.cursor import Account
from seatrial.system.importers.kubernetes.config import config
from seatrial.system.importers.kubernetes.containers import drafts, tell_pods
from seatrial.system.importers.kubernetes.fields import KINDS, judge
from seatrial.system.importers.kubernetes.metrics import scrapes
from seatrial.system.importers.kubernetes.names import Names
from seatrial.system.importers.kubernetes.needs import Resolver, needs
from seatrial.system.importers.kubernetes.objects import Object, head, objects
from seatrial.system.importers.kubernetes.pods import is_workload, pods
from seatrial.system.importers.kubernetes.routes import open_routes
from seatrial.system.importers.kubernetes.scaling import autoscaled, tell_budgets
from seatrial.system.importers.kubernetes.services import Opening, fronts
from seatrial.system.importers.kubernetes.templates import helm_sources, unrendered
from seatrial.system.importers.sketch import Container, External, Port, Sketch
from seatrial.system.importers.source import read
from seatrial.system.problem import Place, Problem

_NAMES = ("app.kubernetes.io/part-of", "app.kubernetes.io/instance", "release")
_READ = frozenset(
    {
        *("Service", "Endpoints", "Ingress", "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute"),
        *("Route", "IngressRoute", "ConfigMap", "Secret", "SealedSecret", "ExternalSecret"),
        *("HorizontalPodAutoscaler", "ScaledObject", "PodDisruptionBudget"),
        *("ServiceMonitor", "PodMonitor"),
    }
)


def sketch(files: Mapping[str, str]) -> Sketch | tuple[Problem, ...]:
    """What the manifests say; `files` are their texts by the name that the user gave.

    Problems instead where a text breaks YAML's grammar or a bound (ST11), is a template that must
    be rendered first (ST1721, ST1722), or nothing in it is a container (ST1723, ST1724).
    """
    source = read(files)
    if isinstance(source, tuple):
        return helm_sources(files, source)
    waiting = tuple(unrendered(files, source.documents))
    if waiting:
        return waiting
    account = Account(entries=list(source.entries))
    things, roots = objects(source.documents, account)
    if not things:
        return (_nothing(files),)
    containers, externals = _system(things)
    if not containers:
        return (_no_workload(things),)
    for thing in things:
        _tell(thing, account)
    for root in roots:
        account.close(root, judge)
    order = {name: number for number, name in enumerate(files)}
    return Sketch(
        source="kubernetes",
        name=_name(things, files),
        files=tuple(files),
        containers=containers,
        externals=externals,
        ledger=tuple(sorted(account.entries, key=lambda entry: _order(entry.place, order))),
    )


def _tell(thing: Object, account: Account) -> None:
    """What became of the object as such, unless that was said already."""
    if account.has_spoken(thing.at):
        return
    if is_workload(thing) or thing.kind in _READ:
        head(thing)
    elif thing.kind in KINDS:
        thing.at.dropped(*KINDS[thing.kind])
    else:
        thing.at.dropped(
            f"seatrial does not read the kind {thing.kind}",
            "describe by hand what the system needs of it",
        )


def _system(things: Sequence[Object]) -> tuple[tuple[Container, ...], tuple[External, ...]]:
    """The containers and externals, each reader in its turn."""
    settings = config(things)
    workloads = pods(things)
    ranges = autoscaled(things, workloads)
    taken = Names()
    for pod in workloads:
        taken.take(pod.name)
    found = [draft for pod in workloads for draft in drafts(pod, settings, ranges, taken)]
    tell_pods(found)
    tell_budgets(things, workloads)
    known = fronts(things, found, taken)
    open_routes(things, known)
    shown = scrapes(things, found, known)
    resolver = Resolver(known, found)
    needed, aliases = needs(found, resolver), resolver.aliases()
    settings.report()
    openings: dict[str, list[Opening]] = {}
    for opening in known.openings:
        openings.setdefault(opening.container, []).append(opening)
    containers = []
    for draft in found:
        name = draft.container.name
        opened = _opened(draft.container, openings.get(name, ()))
        containers.append(
            replace(
                opened,
                needs=needed[name],
                aliases=aliases.get(name, ()),
                metrics=shown.get(name),
            )
        )
    return tuple(containers), resolver.externals


def _opened(container: Container, openings: Iterable[Opening]) -> Container:
    """The container with what its Services and routes say of its ports."""
    ports = list(container.ports)
    places = dict(container.places)
    for opening in openings:
        index = next(
            (
                index
                for index, port in enumerate(ports)
                if (port.number, port.protocol) == (opening.number, opening.protocol)
            ),
            len(ports),
        )
        if index == len(ports):
            ports.append(Port(number=opening.number, protocol=opening.protocol))
            places[f"ports.{index}"] = opening.place
        port = ports[index]
        published = () if opening.published is None else (("", opening.published),)
        ports[index] = replace(
            port,
            name=port.name or opening.name,
            published=tuple(dict.fromkeys((*port.published, *published))),
            reach=tuple(dict.fromkeys((*port.reach, *([opening.reach] if opening.reach else ())))),
        )
        if opening.reach:
            places.setdefault(f"ports.{index}.reach", opening.place)
    return replace(container, ports=tuple(ports), places=places)


def _order(place: Place, order: Mapping[str, int]) -> tuple[int, int, int]:
    return (order.get(place.file, -1), place.line, place.column)


def _name(things: Sequence[Object], files: Iterable[str]) -> str:
    """What the system is called: by the labels for that, its namespace, or its first file."""
    for label in _NAMES:
        named = Counter(
            text for thing in things if (text := thing.at.at("metadata", "labels").at(label).text)
        )
        if named:
            return named.most_common(1)[0][0]
    spaces = {thing.namespace for thing in things if is_workload(thing)}
    only = spaces.pop() if len(spaces) == 1 else ""
    if only and only != "default":
        return only
    first = next(iter(files), "").replace("\\", "/")
    return posixpath.basename(first).partition(".")[0] or "system"


def _nothing(files: Mapping[str, str]) -> Problem:
    name = next(iter(files), "-")
    charts = [each for each in files if posixpath.basename(each) == "Chart.yaml"]
    cure = "name the files that hold manifests, with kind and apiVersion"
    if charts:
        folder = posixpath.dirname(charts[0]) or "."
        cure = f"run helm template NAME {folder} > rendered.yaml and name rendered.yaml alone"
    return Problem("ST1723", Place(name, 1, 1), "no Kubernetes object is in these files", cure)


def _no_workload(things: Sequence[Object]) -> Problem:
    kinds = ", ".join(dict.fromkeys(thing.kind for thing in things[:100]))
    return Problem(
        "ST1724",
        things[0].at.place,
        f"no container is in these files, only {kinds}",
        "name the files of the workloads too: Deployment, StatefulSet, CronJob",
    )
