"""Ways in from outside: Ingress, the Gateway API's routes, OpenShift's Route, Traefik's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seatrial.system.importers.cursor import Cursor
from seatrial.system.importers.kubernetes.objects import Object
from seatrial.system.importers.kubernetes.services import Fronts, Opening

_ROUTES = frozenset({"HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute"})
_CURE = "name the file of that Service, or correct the name"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Backend:
    """A Service that a route leads to, at the value that names it."""

    at: Cursor
    service: str
    port: str
    namespace: str


def open_routes(things: Iterable[Object], found: Fronts) -> None:
    """Open the ports that routes lead to, and tell what became of the routes."""
    for thing in things:
        if thing.kind == "Ingress":
            backends, reach = list(_ingress(thing)), "ingress"
        elif thing.kind in _ROUTES:
            backends, reach = list(_route(thing)), "gateway"
        elif thing.kind == "Route" and thing.group == "route.openshift.io":
            backends, reach = [_openshift(thing)], "ingress"
        elif thing.kind == "IngressRoute":
            backends, reach = list(_traefik(thing)), "ingress"
        else:
            continue
        for backend in backends:
            _open(backend, reach, found)


def _open(backend: _Backend, reach: str, found: Fronts) -> None:
    behind = found.behind(backend.namespace, backend.service, backend.port)
    if behind is None:
        backend.at.dropped(f"it leads to no container of these files: {backend.service}", _CURE)
        return
    backend.at.imported(f"users reach the port {behind.number} of {behind.container} here")
    found.openings.append(
        Opening(
            container=behind.container, number=behind.number, place=backend.at.place, reach=reach
        )
    )


def _ingress(thing: Object) -> Iterator[_Backend]:
    spec = thing.spec
    backends = [spec.at("defaultBackend"), spec.at("backend")]
    for rule in spec.at("rules").items:
        rule.at("host").approximated(
            f"users call it {rule.at('host').text}", "write exposed: true; names are not kept"
        )
        for path in rule.at("http", "paths").items:
            for step in ("path", "pathType"):
                path.at(step).approximated(
                    "which paths go there", "write a journey that takes the paths users take"
                )
            backends.append(path.at("backend"))
    for at in backends:
        if not at:
            continue
        service = at.at("service", "name").text or at.at("serviceName").text
        port = at.at("service", "port")
        number = (
            port.at("number").text or port.at("name").text or at.at("servicePort").text or port.text
        )
        yield _Backend(at=at, service=service, port=number, namespace=thing.namespace)


def _route(thing: Object) -> Iterator[_Backend]:
    for at in thing.spec.at("hostnames").items:
        at.approximated(f"users call it {at.text}", "write exposed: true; names are not kept")
    for rule in thing.spec.at("rules").items:
        rule.at("matches").approximated(
            "which requests go there", "write a journey that takes the paths users take"
        )
        for at in rule.at("backendRefs").items:
            if at.at("kind").text not in {"", "Service"}:
                at.dropped("it leads to something that is no Service", _CURE)
                continue
            yield _Backend(
                at=at,
                service=at.at("name").text,
                port=at.at("port").text,
                namespace=at.at("namespace").text or thing.namespace,
            )


def _openshift(thing: Object) -> _Backend:
    port = thing.spec.at("port", "targetPort")
    port.imported("the port that it leads to")
    return _Backend(
        at=thing.spec.at("to"),
        service=thing.spec.at("to", "name").text,
        port=port.text,
        namespace=thing.namespace,
    )


def _traefik(thing: Object) -> Iterator[_Backend]:
    for rule in thing.spec.at("routes").items:
        rule.at("match").approximated(
            "which requests go there", "write a journey that takes the paths users take"
        )
        for at in rule.at("services").items:
            yield _Backend(
                at=at,
                service=at.at("name").text,
                port=at.at("port").text,
                namespace=at.at("namespace").text or thing.namespace,
            )
