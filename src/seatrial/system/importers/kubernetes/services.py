"""Services: which container answers under which name, on which port, and who can reach it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from seatrial.system.importers.cursor import Cursor
from seatrial.system.importers.kubernetes.containers import Draft, by_pod
from seatrial.system.importers.kubernetes.labels import Labels, labels, selector
from seatrial.system.importers.kubernetes.names import Names
from seatrial.system.importers.kubernetes.objects import Object
from seatrial.system.importers.kubernetes.pods import is_workload
from seatrial.system.importers.sketch import External
from seatrial.system.problem import Place

# The pods that have a label, by namespace, key and value: a bundle can hold thousands of both.
_Index = Mapping[tuple[str, ...], list[tuple[Draft, ...]]]
# Workloads behind one Service: a handful in any real system, and joins must not multiply.
_MOST_PODS = 20
_LARGEST_PORT = 65535
_REACH = {"LoadBalancer": "load balancer", "NodePort": "node port"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A port of a Service: the container behind it and that container's port."""

    container: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Front:
    """A Service as others see it: its ports by name and by number, its pods, where it leads."""

    thing: Object
    labels: Labels
    pods: tuple[str, ...]
    ports: Mapping[str, Behind]
    external: External | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """That a port of a container is reached: by whom, and under which number of the host."""

    container: str
    number: int
    place: Place
    protocol: str = "tcp"
    name: str = ""
    reach: str = ""
    published: int | None = None


@dataclass(slots=True)
class Fronts:
    """All Services by namespace and name, with what they open; grows by routes."""

    by_name: dict[tuple[str, str], Front] = field(default_factory=dict)
    openings: list[Opening] = field(default_factory=list)
    taken: Names = field(default_factory=Names)

    def behind(self, namespace: str, name: str, port: str) -> Behind | None:
        """The container behind that port of that Service; behind its only one if none is named."""
        front = self.by_name.get((namespace, name))
        if front is None:
            return None
        found = front.ports.get(port)
        if found is None and (not port or len(front.ports) == 1):
            found = next(iter(front.ports.values()), None)
        return found


def fronts(things: Iterable[Object], drafts: Iterable[Draft], taken: Names) -> Fronts:
    """Join every Service with the pods that it selects; `taken` grows by the externals' names."""
    things, pods = tuple(things), by_pod(drafts)
    found = Fronts(taken=taken)
    index = _index(pods.values())
    endpoints = {
        (thing.namespace, thing.name): thing for thing in things if thing.kind == "Endpoints"
    }
    for thing in things:
        if thing.kind == "Service" and not is_workload(thing):
            there = endpoints.get((thing.namespace, thing.name))
            front = _front(thing, index, there, found)
            found.by_name[(thing.namespace, thing.name)] = front
    for pod, members in pods.items():
        # Knative makes the Service itself.
        thing = members[0].pod.thing
        if thing.kind == "Service":
            number = members[0].container.ports[0].number if members[0].container.ports else 8080
            behind = Behind(container=members[0].container.name, number=number)
            found.by_name[(thing.namespace, thing.name)] = Front(
                thing=thing, labels={}, pods=(pod,), ports={"": behind, "80": behind}
            )
    return found


def _index(pods: Iterable[tuple[Draft, ...]]) -> _Index:
    found: dict[tuple[str, ...], list[tuple[Draft, ...]]] = {}
    for members in pods:
        for pair in members[0].pod.labels.items():
            found.setdefault((members[0].pod.namespace, *pair), []).append(members)
    return found


def _first(wanted: Labels) -> tuple[str, str]:
    return next(iter(wanted.items()), ("", ""))


def _front(thing: Object, pods: _Index, endpoints: Object | None, found: Fronts) -> Front:
    spec = thing.spec
    its = labels(thing.at.at("metadata", "labels"))
    if spec.at("type").text == "ExternalName":
        return _external(thing, spec.at("externalName").text, found)
    choice = spec.at("selector")
    if not choice:
        address = _address(endpoints)
        if address:
            return _external(thing, address, found)
        spec.dropped(
            "a Service that selects no pods and names no host",
            "declare under externals what it leads to",
        )
        return Front(thing=thing, labels=its, pods=(), ports={})
    wanted = selector(choice)
    fitting = (
        members
        for members in pods.get((thing.namespace, *_first(wanted.wanted)), ())
        if wanted.chooses(members[0].pod.labels)
    )
    chosen = list(islice(fitting, _MOST_PODS + 1))
    if len(chosen) > _MOST_PODS:
        choice.approximated(
            f"it leads to many workloads, of which the first {_MOST_PODS} were joined",
            "select by a label that only one workload has",
        )
        chosen = chosen[:_MOST_PODS]
    if not chosen:
        spec.dropped(
            "a Service whose selector chooses no pod of these files",
            "name the file of the workload that it selects, or correct the selector",
        )
        return Front(thing=thing, labels=its, pods=(), ports={})
    names = ", ".join(members[0].container.name for members in chosen[:5])
    choice.imported(f"it leads to {names}")
    thing.at.at("metadata", "labels").imported("its labels, which monitors select it by")
    kind = spec.at("type")
    kind.imported("who can reach it")
    spec.at("clusterIP").imported(
        "one name for each pod" if spec.at("clusterIP").text == "None" else "an address"
    )
    ports: dict[str, Behind] = {}
    for at in spec.at("ports").items:
        for members in chosen:
            _port(at, members, kind.text, ports, found)
    for at in spec.at("externalIPs").items:
        at.approximated("an address from outside", "write exposed: true")
    return Front(
        thing=thing,
        labels=its,
        pods=tuple(members[0].container.pod for members in chosen),
        ports=ports,
    )


def _port(
    at: Cursor,
    members: tuple[Draft, ...],
    kind: str,
    ports: dict[str, Behind],
    found: Fronts,
) -> None:
    number = at.at("port").whole
    target = at.at("targetPort").text or at.at("port").text
    owner, inner = _target(target, members)
    if inner is None:
        at.dropped(
            f"its target {target} is no port of {members[0].container.name}",
            "name the port in the container's ports",
        )
        return
    at.imported(f"leads to the port {inner} of {owner.container.name}")
    behind = Behind(container=owner.container.name, number=inner)
    for key in (at.at("name").text, str(number)):
        ports.setdefault(key, behind)
    ports.setdefault(target, behind)
    found.openings.append(
        Opening(
            container=owner.container.name,
            number=inner,
            place=at.place,
            protocol=(at.at("protocol").text or "TCP").lower(),
            name=at.at("name").text,
            reach=_REACH.get(kind, ""),
            # 0: the cluster chooses the number.
            published=(at.at("nodePort").whole or 0) if kind == "NodePort" else None,
        )
    )


def _target(target: str, members: tuple[Draft, ...]) -> tuple[Draft, int | None]:
    """The container of a pod that listens there; the main one for a number that none declares."""
    for draft in members:
        for port in draft.container.ports:
            if target in {port.name, str(port.number)}:
                return draft, port.number
    number = int(target) if target.isdecimal() and len(target) <= 5 else 0  # noqa: PLR2004 - digits of the largest port
    return members[0], number if 0 < number <= _LARGEST_PORT else None


def _external(thing: Object, host: str, found: Fronts) -> Front:
    place = thing.spec.at("externalName").place
    thing.spec.imported(f"a name for {host or 'a host that is not written'}, outside of the system")
    name = thing.name if thing.name not in found.taken else f"{thing.name}-external"
    external = External(name=found.taken.take(name), place=place, host=host)
    return Front(thing=thing, labels={}, pods=(), ports={}, external=external)


def _address(endpoints: Object | None) -> str:
    if endpoints is None:
        return ""
    subset = endpoints.at.at("subsets", 0)
    address = subset.at("addresses", 0)
    host = address.at("hostname").text or address.at("ip").text
    endpoints.at.at("subsets").imported(f"where the Service {endpoints.name} leads")
    port = subset.at("ports", 0, "port").text
    return f"{host}:{port}" if host and port else host
