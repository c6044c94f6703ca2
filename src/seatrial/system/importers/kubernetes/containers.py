"""The containers of a pod: the main one, its sidecars, those that run before."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from seatrial.system.importers import hosts
from seatrial.system.importers.confidential import masked
from seatrial.system.importers.cursor import Cursor
from seatrial.system.importers.kubernetes.config import Config, Reader
from seatrial.system.importers.kubernetes.confinement import confinement
from seatrial.system.importers.kubernetes.labels import labels
from seatrial.system.importers.kubernetes.mounts import Volume, mounts, volumes
from seatrial.system.importers.kubernetes.names import Names
from seatrial.system.importers.kubernetes.pods import Pod
from seatrial.system.importers.kubernetes.probes import checks
from seatrial.system.importers.kubernetes.quantities import quantity
from seatrial.system.importers.kubernetes.scaling import Ranges, replicas
from seatrial.system.importers.kubernetes.variables import variables
from seatrial.system.importers.sketch import Bounds, Container, Port
from seatrial.system.problem import Place

# Containers that serve another one in their pod, whatever their order there.
_HELPERS = re.compile(
    "proxy|envoy|istio|linkerd|sidecar|exporter|agent|fluent|filebeat|promtail|vector|otel|"
    "collector|vault|cloud-?sql|oauth2|reloader|sync|metrics|dapr|logrotate",
    re.IGNORECASE,
)
_DEFAULT = "kubectl.kubernetes.io/default-container"
_LARGEST_PORT = 65535


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draft:
    """A container before it was joined with others; `words` are hosts that it speaks of."""

    container: Container
    pod: Pod
    at: Cursor
    words: tuple[str, ...]


Members = Mapping[str, tuple[Draft, ...]]
"""The containers that run in each pod, by its name, the main one first."""


def by_pod(found: Iterable[Draft]) -> Members:
    """The containers of each pod, without those that end before it starts."""
    pods: dict[str, tuple[Draft, ...]] = {}
    for draft in found:
        if draft.container.role != "init":
            pods[draft.container.pod] = (*pods.get(draft.container.pod, ()), draft)
    return pods


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Given:
    """What the containers of one pod share."""

    pod: Pod
    config: Config
    volumes: Mapping[str, Volume]
    replicas: tuple[int, int] | None
    scaled: Mapping[str, Place]


def drafts(pod: Pod, config: Config, ranges: Ranges, taken: Names) -> Iterator[Draft]:
    """Every container of the pod, the main one first; `taken` grows by their names."""
    given = _Given(
        pod=pod,
        config=config,
        volumes=volumes(pod.spec, pod.thing.spec.at("volumeClaimTemplates")),
        replicas=replicas(pod, ranges),
        scaled=ranges[pod.thing.key].places if pod.thing.key in ranges else {},
    )
    running = [at for at in pod.spec.at("containers").items if at.entries]
    before = [at for at in pod.spec.at("initContainers").items if at.entries]
    main = _main(pod, running)
    ordered = [at for at in running if at is main] + [at for at in running if at is not main]
    for at in (*ordered, *before):
        role = "main" if at is main else "sidecar"
        if at in before and at.at("restartPolicy").text != "Always":
            role = "init"
        own = at.at("name").text or role
        name = pod.name if at is main else taken.take(f"{pod.name}-{own}")
        yield _draft(at, name, role, given)
    if not running and not before:
        pod.thing.spec.dropped("it has no containers", "write at least one")


def _main(pod: Pod, running: list[Cursor]) -> Cursor | None:
    """The container that the workload is for: named so, else the first that helps no other."""
    named = pod.template.at("metadata", "annotations", _DEFAULT)
    for wanted in (named.text, pod.thing.name):
        for at in running:
            if wanted and at.at("name").text == wanted:
                named.imported("the main container")
                return at
    own = [at for at in running if not _HELPERS.search(at.at("name").text)]
    return next(iter(own or running), None)


def _draft(at: Cursor, name: str, role: str, given: _Given) -> Draft:
    pod = given.pod
    ports, port_places = _ports(at)
    names = {port.name: port.number for port in ports if port.name}
    reader = Reader(config=given.config, namespace=pod.namespace, who=name)
    found = variables(at, reader)
    mounted, files = mounts(at, given.volumes, reader)
    asked = tuple(checks(at, names))
    command = (*at.at("command").words, *at.at("args").words)
    sources = [given.volumes.get(each.at("name").text) for each in at.at("volumeMounts").items]
    bounds, bound_places = _bounds(at.at("resources"))
    grace = pod.spec.at("terminationGracePeriodSeconds")
    _tell_container(at, name, command)
    grace.scalar("the time that it gets to end")
    more = {
        **given.scaled,
        **port_places,
        **bound_places,
        **{f"environment.{key}": each.place for key, each in found.items()},
        **{f"mounts.{index}": cursor.place for index, (_, cursor) in enumerate(mounted)},
        **{f"checks.{index}": cursor.place for index, (_, cursor) in enumerate(asked)},
    }
    restart = at.at("restartPolicy").text or pod.spec.at("restartPolicy").text
    container = Container(
        name=name,
        place=at.place,
        kind=pod.thing.kind,
        image=at.at("image").text,
        command=masked(command),
        ports=ports,
        variables=tuple(each.variable for each in found.values()),
        mounts=tuple(mount for mount, _ in mounted),
        checks=tuple(check for check, _ in asked),
        replicas=given.replicas,
        bounds=bounds,
        confinement=confinement(
            pod.spec, at, engine_socket=any(each and each.is_engine_socket for each in sources)
        ),
        restart=restart or None,
        grace=None if grace.whole is None or grace.whole < 0 else float(grace.whole),
        labels={**labels(pod.thing.at.at("metadata", "labels")), **pod.labels},
        namespace=pod.namespace,
        pod=pod.name,
        role=role,
        schedule=pod.thing.spec.at("schedule").text if pod.thing.kind == "CronJob" else "",
        places=_places(at, pod, more),
    )
    words = (
        *(word for each in found.values() for word in each.words),
        *hosts.of_command(" ".join(command)),
        *files,
    )
    return Draft(container=container, pod=pod, at=at, words=tuple(dict.fromkeys(words)))


def _places(at: Cursor, pod: Pod, more: Mapping[str, Place]) -> dict[str, Place]:
    """Where the facts of a container are written, its own and those that its pod has for all."""
    grace = pod.spec.at("terminationGracePeriodSeconds")
    return {
        "image": at.at("image").place,
        **_written("command", at.at("command"), at.at("args")),
        **_written("restart", pod.spec.at("restartPolicy")),
        **_written("grace", grace),
        **_written("confinement", at.at("securityContext"), pod.spec.at("securityContext")),
        **_written("replicas", pod.thing.spec.at("replicas")),
        **more,
    }


def _written(fact: str, *candidates: Cursor) -> dict[str, Place]:
    """The place of the first that is written."""
    return next(({fact: at.place} for at in candidates if at.node is not None), {})


def _tell_container(at: Cursor, name: str, command: tuple[str, ...]) -> None:
    at.at("name").scalar(f'it is called "{name}"')
    at.at("image").scalar("its image")
    at.at("restartPolicy").imported("when it is started again")
    hides = masked(command) != command
    for step in ("command", "args"):
        if hides:
            at.at(step).approximated(
                "its command, in which a password was replaced by ***",
                "hand the password over in a variable from a Secret",
            )
        else:
            at.at(step).imported("its command")


def _ports(container: Cursor) -> tuple[tuple[Port, ...], dict[str, Place]]:
    found: list[Port] = []
    places: dict[str, Place] = {}
    for at in container.at("ports").items:
        number = at.at("containerPort").whole
        protocol = (at.at("protocol").text or "TCP").lower()
        if number is None or not 0 < number <= _LARGEST_PORT:
            at.dropped("a port without a number from 1 to 65535", "write containerPort: 8080")
            continue
        if any(port.number == number and port.protocol == protocol for port in found):
            at.dropped(f"the port {number} is written twice", "keep one of them")
            continue
        host = at.at("hostPort").whole
        at.imported(f"the port {number}")
        places[f"ports.{len(found)}"] = at.place
        found.append(
            Port(
                number=number,
                name=at.at("name").text,
                protocol=protocol,
                published=((at.at("hostIP").text, host),) if host else (),
            )
        )
    return tuple(found), places


def _bounds(resources: Cursor) -> tuple[Bounds, dict[str, Place]]:
    limits, requests = resources.at("limits"), resources.at("requests")
    bounds = Bounds(
        memory=_bytes(limits.at("memory")),
        cpu=_cores(limits.at("cpu")),
        memory_request=_bytes(requests.at("memory")),
        cpu_request=_cores(requests.at("cpu")),
    )
    written = {
        "bounds": resources,
        "bounds.memory": limits.at("memory"),
        "bounds.cpu": limits.at("cpu"),
        "bounds.memory_request": requests.at("memory"),
        "bounds.cpu_request": requests.at("cpu"),
    }
    return bounds, {key: at.place for key, at in written.items() if at.node is not None}


def _bytes(at: Cursor) -> int | None:
    value = quantity(at.text)
    _tell(at, known=value is not None)
    return None if value is None else int(value)


def _cores(at: Cursor) -> float | None:
    value = quantity(at.text)
    _tell(at, known=value is not None)
    return None if value is None else float(value)


def _tell(at: Cursor, *, known: bool) -> None:
    if known:
        at.imported("its share of the machine")
    else:
        at.dropped("no quantity can be read there", "write 250m, 0.5, 512Mi or 1Gi")


def tell_pods(found: Iterable[Draft]) -> None:
    """Tell of the labels of what became a container."""
    for draft in found:
        thing = draft.pod.thing
        thing.at.at("metadata", "labels").imported("its labels")
        draft.pod.template.at("metadata", "labels").imported("its labels")
        draft.pod.spec.at("restartPolicy").imported("when it is started again")
        thing.spec.at("selector").imported("which pods are its own")
        if thing.kind == "CronJob":
            thing.spec.at("schedule").imported("when it runs")
