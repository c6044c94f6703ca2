"""Where containers show their metrics: annotations that Prometheus follows, and monitors."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from seatrial.system.importers.cursor import Cursor
from seatrial.system.importers.kubernetes.containers import Draft, Members, by_pod
from seatrial.system.importers.kubernetes.labels import selector
from seatrial.system.importers.kubernetes.objects import Object
from seatrial.system.importers.kubernetes.services import Front, Fronts
from seatrial.system.importers.sketch import Scrape

_PREFIX = "prometheus.io/"
_PATH = "/metrics"
# Of a monitor that selects more, joins must not multiply.
_MOST = 50


def scrapes(
    things: Iterable[Object], drafts: Iterable[Draft], fronts: Fronts
) -> Mapping[str, Scrape]:
    """The metrics page of each container that has one; monitors count before annotations."""
    pods = by_pod(drafts)
    found: dict[str, Scrape] = {}
    for thing in things:
        if thing.kind in {"ServiceMonitor", "PodMonitor"}:
            for name, scrape in _monitor(thing, pods, fronts):
                found.setdefault(name, scrape)
    for members in pods.values():
        pod = members[0].pod
        for meta in (pod.template.at("metadata"), pod.thing.at.at("metadata")):
            _annotated(meta.at("annotations"), members, found)
    for front in fronts.by_name.values():
        members = _behind(front, pods)
        _annotated(front.thing.at.at("metadata", "annotations"), members, found)
    return found


def _behind(front: Front, pods: Members) -> tuple[Draft, ...]:
    return tuple(draft for pod in front.pods for draft in pods.get(pod, ()))


def _annotated(at: Cursor, members: tuple[Draft, ...], found: dict[str, Scrape]) -> None:
    if not members or at.at(f"{_PREFIX}scrape").node is None:
        return
    for key, value in at.entries.items():
        if key in {f"{_PREFIX}{word}" for word in ("scrape", "port", "path")}:
            value.imported("where it shows its metrics")
    if not at.at(f"{_PREFIX}scrape").flag:
        return
    path = at.at(f"{_PREFIX}path").text or _PATH
    owner, number = _owner(at.at(f"{_PREFIX}port").text, members)
    found.setdefault(owner.container.name, Scrape(port=number, path=path))


def _owner(port: str, members: tuple[Draft, ...]) -> tuple[Draft, int | None]:
    """The container that listens on a port of that name or number; the main one otherwise."""
    for draft in members:
        for each in draft.container.ports:
            if port and port in {each.name, str(each.number)}:
                return draft, each.number
    if port.isdecimal() and len(port) <= 5:  # noqa: PLR2004 - digits of the largest port
        return members[0], int(port)
    first = members[0].container.ports
    return members[0], first[0].number if first and not port else None


def _monitor(thing: Object, pods: Members, fronts: Fronts) -> Iterator[tuple[str, Scrape]]:
    is_pod = thing.kind == "PodMonitor"
    choice, wanted = thing.spec.at("selector"), selector(thing.spec.at("selector"))
    endpoints = thing.spec.at("podMetricsEndpoints" if is_pod else "endpoints")
    anywhere = thing.spec.at("namespaceSelector", "any").flag
    spaces = {at.text for at in thing.spec.at("namespaceSelector", "matchNames").items}
    spaces = spaces or {thing.namespace}
    thing.spec.at("namespaceSelector").imported("where it looks")
    candidates: Iterator[tuple[Front | None, Sequence[Draft]]]
    if is_pod:
        candidates = (
            (None, members)
            for members in pods.values()
            if (anywhere or members[0].pod.namespace in spaces)
            and wanted.chooses(members[0].pod.labels)
        )
    else:
        candidates = (
            (front, _behind(front, pods))
            for front in fronts.by_name.values()
            if (anywhere or front.thing.namespace in spaces) and wanted.chooses(front.labels)
        )
    chosen = list(islice(((front, tuple(found)) for front, found in candidates if found), _MOST))
    if not chosen:
        thing.spec.dropped(
            "it selects nothing of these files", "name the file of what it selects, or correct it"
        )
        return
    choice.imported("what it takes the metrics of")
    for number, endpoint in enumerate(endpoints.items):
        if number:
            endpoint.dropped(
                "a second page of metrics", "name it under metrics of a service of its own"
            )
            continue
        for step in ("port", "targetPort", "path"):
            endpoint.at(step).imported("where the metrics are shown")
        for front, members in chosen:
            yield _scrape(endpoint, front, members)


def _scrape(
    endpoint: Cursor, front: Front | None, members: tuple[Draft, ...]
) -> tuple[str, Scrape]:
    path = endpoint.at("path").text or _PATH
    name = endpoint.at("port").text
    behind = None if front is None else front.ports.get(name)
    if behind is not None:
        return behind.container, Scrape(port=behind.number, path=path)
    owner, number = _owner(name or endpoint.at("targetPort").text, members)
    return owner.container.name, Scrape(port=number, path=path)
