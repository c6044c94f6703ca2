"""One service of Compose as a Container of the sketch."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from seatrial.system.fault import shown
from seatrial.system.importers.compose.health import read_check
from seatrial.system.importers.compose.mounts import read_mounts
from seatrial.system.importers.compose.ports import joined, read_port
from seatrial.system.importers.compose.values import duration, number, size, switch, whole, words
from seatrial.system.importers.compose.variables import (
    Context,
    read_variables,
    scrubbed,
    scrubbed_words,
)
from seatrial.system.importers.documents import texts, written
from seatrial.system.importers.sketch import (
    Bounds,
    Confinement,
    Container,
    Fidelity,
    Port,
)
from seatrial.system.problem import Place
from seatrial.system.secrecy import hidden
from seatrial.system.tree import Node

_MOST_REPLICAS = 1000
_QUOTA_PERIOD = 100_000
# Who asks, in an address: `user:password@`, up to the last `@` before the path.
_USER = re.compile(r"(?<=://)[^\s/?#]{1,512}@")
_SOCKETS = frozenset({"/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock"})


def read_service(name: str, node: Node, place: Place, context: Context) -> Container:
    """The container that a service describes; what cannot be read is in the ledger."""
    variables, places = read_variables(node, name, context)
    ports = joined(_ports(name, node, context, places))
    labels = node.child("labels")
    mounts = read_mounts(node)
    check = node.child("healthcheck")
    found = None if check is None or check.entries is None else read_check(check, name)
    build, dockerfile = _build(name, node, context)
    for key, each in (node.entries or {}).items():
        places[key] = node.key_place(key)
        for at, item in enumerate(each.items or ()):
            places[f"{key}.{at}"] = item.place
        for below in each.entries or ():
            places.setdefault(f"{key}.{below}", each.key_place(below))
    return Container(
        name=name,
        place=place,
        image=_text(node, "image"),
        build=build,
        dockerfile=dockerfile,
        command=(*(words(node.child("entrypoint")) or ()), *(words(node.child("command")) or ())),
        ports=ports,
        variables=variables,
        needs=_needs(node),
        conditions=_conditions(node),
        aliases=_aliases(node),
        mounts=mounts,
        checks=() if found is None else (found,),
        replicas=_replicas(name, node, context),
        bounds=_bounds(name, node, context),
        confinement=_confinement(node, {each.source for each in mounts}),
        restart=_restart(node),
        grace=_grace(name, node, context),
        logging=_logging(node),
        networks=_networks(node),
        profiles=_texts(node, "profiles"),
        labels={
            key: written(each) or "" for key, each in ((labels and labels.entries) or {}).items()
        },
        places=places,
    )


def without_secrets(container: Container, seen: set[str]) -> Container:
    """The container with every secret hidden, wherever it was written."""
    logging = container.logging
    return replace(
        container,
        command=scrubbed_words(container.command, seen),
        variables=tuple(
            each if each.value is None else replace(each, value=scrubbed(each.value, seen))
            for each in container.variables
        ),
        checks=tuple(
            replace(each, argv=scrubbed_words(each.argv, seen), path=scrubbed(each.path, seen))
            for each in container.checks
        ),
        labels={
            key: scrubbed(f"{key}={value}", seen)[len(key) + 1 :]
            for key, value in container.labels.items()
        },
        logging=None
        if logging is None
        else {
            key: scrubbed(f"{key}={value}", seen)[len(key) + 1 :] for key, value in logging.items()
        },
    )


def _text(node: Node, *path: str) -> str:
    for step in path:
        below = node.child(step)
        if below is None:
            return ""
        node = below
    return written(node) or ""


def _texts(node: Node, key: str) -> tuple[str, ...]:
    child = node.child(key)
    if child is None:
        return ()
    return tuple(child.entries) if child.entries is not None else texts(child)


def _build(name: str, node: Node, context: Context) -> tuple[str, str]:
    build = node.child("build")
    if build is None:
        return "", ""
    # The address of a repository may hold a token, without which it is still an address.
    source = _text(build, "context") or "."
    address = _USER.sub("", source)
    if hidden(address) != address:
        address = ""
    if address != source:
        context.ledger.tell(
            Fidelity.APPROXIMATED,
            f"services.{name}.build.context",
            build.place,
            "holds a secret, which was not copied",
            "let git's own store of credentials answer, or build from a folder",
        )
    return address, _text(build, "dockerfile") or _text(node, "dockerfile")


def _ports(name: str, node: Node, context: Context, places: dict[str, Place]) -> Iterator[Port]:
    for key in ("ports", "expose"):
        listed = node.child(key)
        if listed is None:
            continue
        for at, item in enumerate(listed.items if listed.items is not None else [listed]):
            found = read_port(item)
            if found is None:
                context.ledger.tell(
                    Fidelity.DROPPED,
                    f"services.{name}.{key}.{at}",
                    item.place,
                    f"{shown(written(item))} is no port that can be known from these files",
                    "write the port under ports in seatrial.yaml",
                )
                continue
            for each in found:
                places.setdefault(f"ports.{each.number}/{each.protocol}", item.place)
                yield each if key == "ports" else replace(each, published=())


def _needs(node: Node) -> tuple[str, ...]:
    found = [*_texts(node, "depends_on")]
    found += [each.partition(":")[0] for each in _texts(node, "links")]
    found += [
        each.removeprefix("container:").partition(":")[0] for each in _texts(node, "volumes_from")
    ]
    mode = _text(node, "network_mode") or _text(node, "net")
    if mode.startswith("service:"):
        found.append(mode.removeprefix("service:"))
    return tuple(dict.fromkeys(found))


def _conditions(node: Node) -> dict[str, str]:
    """What is waited for in each of `depends_on`; the short form waits for the start only."""
    depends = node.child("depends_on")
    return {
        name: _text(each, "condition") or "service_started"
        for name, each in ((depends and depends.entries) or {}).items()
    }


def _aliases(node: Node) -> tuple[str, ...]:
    """Names beside its own; those that links of others give it are found by the reader of all."""
    found = [_text(node, "container_name"), _text(node, "hostname")]
    networks = node.child("networks")
    for each in ((networks and networks.entries) or {}).values():
        found += _texts(each, "aliases")
    return tuple(dict.fromkeys(each for each in found if each))


def _replicas(name: str, node: Node, context: Context) -> tuple[int, int] | None:
    deploy = node.child("deploy")
    for subject, child in (
        (f"services.{name}.deploy.replicas", deploy and deploy.child("replicas")),
        (f"services.{name}.scale", node.child("scale")),
    ):
        if child is None:
            continue
        found = whole(child)
        if found is not None and 1 <= found <= _MOST_REPLICAS:
            return found, found
        context.ledger.tell(
            Fidelity.APPROXIMATED,
            subject,
            child.place,
            f"{shown(written(child))} is no number of replicas here; one is taken",
            f"write scale from 1 to {_MOST_REPLICAS}",
        )
        if found == 0:
            return 0, 0
    return None


def _bounds(name: str, node: Node, context: Context) -> Bounds:
    deploy = node.child("deploy")
    resources = deploy and deploy.child("resources")
    limits = resources and resources.child("limits")
    reserved = resources and resources.child("reservations")
    quota, period = number(node.child("cpu_quota")), number(node.child("cpu_period"))
    cpu = number(limits and limits.child("cpus")) or number(node.child("cpus"))
    if cpu is None and quota is not None and quota > 0:
        cpu = quota / (period or _QUOTA_PERIOD)
    memory = _size(name, "deploy.resources.limits.memory", limits, "memory", context)
    pids = whole(limits and limits.child("pids")) or whole(node.child("pids_limit"))
    return Bounds(
        memory=memory or _size(name, "mem_limit", node, "mem_limit", context),
        cpu=cpu if cpu is not None and cpu > 0 else None,
        memory_request=size(reserved and reserved.child("memory"))
        or size(node.child("mem_reservation")),
        cpu_request=number(reserved and reserved.child("cpus")),
        pids=pids if pids is not None and pids > 0 else None,
    )


def _size(name: str, subject: str, node: Node | None, key: str, context: Context) -> int | None:
    child = None if node is None else node.child(key)
    found = size(child)
    if child is not None and found is None:
        _unread(f"services.{name}.{subject}", child, "a size", "limits.memory", context)
    return found


def _unread(subject: str, child: Node, what: str, key: str, context: Context) -> None:
    context.ledger.tell(
        Fidelity.DROPPED,
        subject,
        child.place,
        f"{shown(written(child))} cannot be read as {what}",
        f"write {key} in seatrial.yaml",
    )


def _grace(name: str, node: Node, context: Context) -> float | None:
    child = node.child("stop_grace_period")
    found = duration(child)
    if child is not None and found is None:
        _unread(f"services.{name}.stop_grace_period", child, "a duration", "grace", context)
    return found


def _confinement(node: Node, mounted: set[str]) -> Confinement:
    options = _texts(node, "security_opt")
    user = _text(node, "user") or None
    head = (user or "").partition(":")[0]
    return Confinement(
        user=user,
        non_root=None if user is None else head not in {"0", "root", ""},
        privileged=bool(switch(node.child("privileged"))),
        read_only=bool(switch(node.child("read_only"))),
        no_new_privileges=any(
            each.replace("=", ":") in {"no-new-privileges", "no-new-privileges:true"}
            for each in options
        ),
        added=_texts(node, "cap_add"),
        dropped=_texts(node, "cap_drop"),
        host_network="host" in {_text(node, "network_mode"), _text(node, "net")},
        host_pid=_text(node, "pid") == "host",
        engine_socket=any(posixpath.normpath(each) in _SOCKETS for each in mounted),
    )


def _restart(node: Node) -> str | None:
    """As written; `restart: no` means the word, though YAML 1.1 would read a truth value."""
    child = node.child("restart")
    if child is not None:
        text = written(child)
        return "no" if text is None or text.lower() == "false" else text
    deploy = node.child("deploy")
    policy = deploy and deploy.child("restart_policy")
    if policy is None:
        return None
    condition = _text(policy, "condition") or "any"
    return {"any": "always", "none": "no"}.get(condition, condition)


def _logging(node: Node) -> dict[str, str] | None:
    logging = node.child("logging")
    if logging is None:
        driver = _text(node, "log_driver")
        return {"driver": driver} if driver else None
    found = {"driver": _text(logging, "driver")} if logging.child("driver") is not None else {}
    options = logging.child("options")
    for key, each in ((options and options.entries) or {}).items():
        found[key] = written(each) or ""
    return found


def _networks(node: Node) -> tuple[str, ...]:
    return _texts(node, "networks")
