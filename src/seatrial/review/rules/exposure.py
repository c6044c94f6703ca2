"""Exposure: what strangers can reach."""

from collections.abc import Iterator
from typing import Any

from seatrial.review.lines import compose, manifest
from seatrial.review.products import STORES, Kind, recognise
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule, Seen, missing, seen
from seatrial.review.subject import Source, Subject, exposed, open_ports
from seatrial.system.importers.sketch import Container

_INSIDE = (*STORES, Kind.METRICS, Kind.ALERTS, Kind.TRACES, Kind.LOGS, Kind.SECRETS,
           Kind.SOCKET_PROXY)  # fmt: skip
_DEBUG = {9229: "Node.js", 5005: "Java", 5678: "Python", 2345: "Go", 9003: "PHP", 1234: "Ruby"}
_RABBIT_PAGE = 15672
_PLAIN, _TLS = frozenset({80, 8080, 3000, 8000, 5000}), frozenset({443, 8443})
_FLAT = 4  # containers in one network, from which on a part of it is worth a wall


def _stores(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        product = recognise(each.image)
        if product is None or product.kind not in _INSIDE:
            continue
        for number in open_ports(each):
            if number in product.ports or product.kind in STORES:
                if number == _RABBIT_PAGE:
                    continue  # told by A0602
                yield seen(
                    each,
                    "ports",
                    f"port {number} of {each.name} ({product.name}) is open to every network",
                    port=str(number),
                )


def _admin(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        product = recognise(each.image)
        for number in open_ports(each):
            if (product is not None and product.kind is Kind.ADMIN) or number == _RABBIT_PAGE:
                yield seen(
                    each,
                    "ports",
                    f"the administration page of {each.name} is open on port {number}",
                    port=str(number),
                )


def _debug(subject: Subject) -> Iterator[Seen]:
    for each in subject.own():
        for number in open_ports(each):
            if number in _DEBUG:
                yield seen(
                    each,
                    "ports",
                    f"port {number} of {each.name} is the one of {_DEBUG[number]}'s debugger",
                    port=str(number),
                )


def _published(each: Container) -> Iterator[int]:
    for port in each.ports:
        yield from (number for _, number in port.published)
        yield from (port.number for _ in port.reach)


def _plain(subject: Subject) -> Iterator[Seen]:
    numbers: set[int] = set()
    first: Container | None = None
    for each in subject.running():
        if exposed(each):
            reached = {port.number for port in each.ports if port.published or port.reach}
            numbers |= reached | set(_published(each))
            web = reached & _PLAIN or set(_published(each)) & _PLAIN
            if first is None and web and (recognise(each.image) is None or _proxy(each)):
                first = each
    if first is not None and not numbers & _TLS:
        yield seen(first, "ports", f"{first.name} serves users, and nothing here speaks TLS")


def _proxy(each: Container) -> bool:
    product = recognise(each.image)
    return product is not None and product.kind is Kind.PROXY


def _flat(subject: Subject) -> Iterator[Seen]:
    running = list(subject.running())
    networks = {name for each in running for name in each.networks} or {"default"}
    if len(running) < _FLAT or len(networks) > 1 or not subject.has(*STORES):
        return
    if any(exposed(each) for each in running):
        yield missing(
            subject,
            f"{len(running)} services share one network with the databases and what users reach",
        )


def _loopback(_subject: Subject, found: Seen) -> dict[str, Any]:
    port = found.facts["port"]
    return {"ports": [f"127.0.0.1:{port}:{port}"]}


_OR_NONE = "or delete `ports`: other services of the project reach it without"
_CLUSTER = {"kind": "Service", "spec": {"type": "ClusterIP"}}
_TWO_NETWORKS = {
    "networks": {"edge": {}, "data": {"internal": True}},
    "services": {
        "EXPOSED": {"networks": ["edge"]},
        "API": {"networks": ["edge", "data"]},
        "DATABASE": {"networks": ["data"]},
    },
}

RULES = (
    Rule(
        id="A0601",
        title="a store that every network reaches",
        requirements=("R09.1",),
        risk=Risk.CRITICAL,
        because="Databases on open ports are found by scanners within hours.",
        text="The port of a database, cache, queue, or of monitoring is published on every "
        "interface, and Docker's own rules go before the host's firewall. One that is published "
        "on 127.0.0.1 is not meant.",
        looks=_stores,
        cures={
            Source.COMPOSE: compose(_loopback, note=_OR_NONE),
            Source.KUBERNETES: manifest(_CLUSTER),
        },
    ),
    Rule(
        id="A0602",
        title="an administration page that every network reaches",
        requirements=("R09.1",),
        risk=Risk.HIGH,
        because="One weak password away from everything that the page administers.",
        text="pgAdmin, Adminer, phpMyAdmin, Portainer, RabbitMQ's management and their like are "
        "published on every interface.",
        looks=_admin,
        cures={
            Source.COMPOSE: compose(_loopback, note="reach it through a tunnel: ssh -L"),
            Source.KUBERNETES: manifest(_CLUSTER, note="reach it by kubectl port-forward"),
        },
    ),
    Rule(
        id="A0603",
        title="a debugger that every network reaches",
        requirements=("R09.1", "R08.4"),
        risk=Risk.CRITICAL,
        because="A debugger runs any code that it is sent, without a password.",
        text="A port that a debugger listens on by default ("
        + ", ".join(f"{number} {name}" for number, name in _DEBUG.items())
        + ") is published on every interface.",
        looks=_debug,
        cures={
            Source.COMPOSE: compose(_loopback, note="in production delete it"),
            Source.KUBERNETES: manifest(_CLUSTER),
        },
    ),
    Rule(
        id="A0604",
        title="no TLS at the edge",
        requirements=("R10.3", "R09.1"),
        risk=Risk.MEDIUM,
        because="Passwords and sessions can be read on the way, unless something in front has TLS.",
        text="A service is published on a port of plain HTTP, and nothing publishes 443 or 8443. "
        "A load balancer in front may end TLS: then write an exception. Whether an Ingress has "
        "TLS is not read yet, so manifests are not meant.",
        looks=_plain,
        cures={
            Source.COMPOSE: compose({"ports": ["443:443"], "secrets": ["tls_key"]}),
        },
    ),
    Rule(
        id="A0605",
        title="one network for all",
        requirements=("R09.1",),
        risk=Risk.LOW,
        because="A hole in what users reach opens the way to the database at once.",
        text="Every service is in the same network. Two are enough: one for what users reach, "
        "one without a way out for the data. Small projects (fewer than four services) are not "
        "meant.",
        looks=_flat,
        cures={Source.COMPOSE: manifest(_TWO_NETWORKS, note="put your own names in")},
    ),
)
