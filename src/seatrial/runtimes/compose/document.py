"""The compose file of a system: what `docker compose` makes containers and volumes of. Pure.

No secret is in it: a variable that holds one is `${SEATRIAL_n}`, which only the environment of the
one `docker compose` process knows. Format: the Compose Specification.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from seatrial.contract.output import Volume
from seatrial.runtimes.compose import host
from seatrial.runtimes.compose.durable import keeps
from seatrial.runtimes.compose.lines import LOGGING, SHOWN
from seatrial.runtimes.compose.names import (
    ALIAS,
    DIGEST,
    DURABLE,
    IMAGE,
    JOINED,
    REPLICA,
    WORKLOAD,
    Names,
)
from seatrial.runtimes.compose.replica import MACHINE, VOLUME, Replica

_MEBI = 1 << 20
_ENGINE_MEMORY = 1024 * _MEBI  # where the workload asks for no limit of its own
_PROCESSES = 1024
_WATCHED = ("/proc", "/sys/fs/cgroup")
_PAGE = 4096  # bytes of a block of tmpfs; where a page has more, the volume is so much larger
_TMP = "/tmp:mode=1777,size=64m"  # noqa: S108 - in the container


def service(one: Replica) -> dict[str, Any]:
    """One replica's container, without what only its digest and its secrets tell."""
    work = one.workload
    memory = work.resources.memory or (None if one.theirs else _ENGINE_MEMORY)
    found: dict[str, Any] = {
        "container_name": one.name,
        "image": one.image.id,
        "pull_policy": "never",
        "init": True,
        "restart": "unless-stopped",
        "stop_grace_period": f"{work.grace:g}s",
        "security_opt": ["no-new-privileges:true"],
        "tmpfs": [_TMP],
        "pids_limit": _PROCESSES,
        "healthcheck": {"disable": True},
        "logging": LOGGING,
        "ports": [f"127.0.0.1::{port}" for port in sorted(set(one.location.ports.values()))],
        "networks": {
            "default": {"ipv4_address": one.location.address, "aliases": [one.workload.name]},
            **{name: _known_as(one) for name in one.joins},
        },
        "volumes": _mounted(one),
        "labels": {
            **one.names.labels,
            WORKLOAD: work.name,
            REPLICA: str(one.location.replica),
            IMAGE: one.image.reference,
        },
    }
    if one.joins:
        # a network of the same name that was made anew is another one
        joined = ",".join(f"{name}={number}" for name, number in sorted(one.joins.items()))
        found["labels"][JOINED] = joined
        if work.called_by:  # who is put on a network again is known as before
            found["labels"][ALIAS] = one.names.alias(work.name)
    if one.argv:
        found["entrypoint"] = list(one.argv)
        found["command"] = []
    if memory is not None:
        found["mem_limit"] = memory
        found["memswap_limit"] = memory
    if work.resources.cpu is not None:
        found["cpus"] = work.resources.cpu
    if one.theirs:
        # NET_RAW forges packets; the other defaults are what the user's image may rest on
        found["cap_drop"] = ["NET_RAW", "MKNOD", "AUDIT_WRITE"]
    else:
        found |= {
            "user": one.user,
            "working_dir": one.dir,
            "read_only": True,
            "cap_drop": ["ALL"],
        }
    if work.reads_host:
        more = host.showing(one.host, one.argv, one.uid)
        found |= {**more, "volumes": found["volumes"] + more.get("volumes", [])}
    return found


def _mounted(one: Replica) -> list[str]:
    """Its own volumes, that of whom it shares the place, and what it is shown of the machine."""
    work = one.workload
    return [
        f"dir-{_key(one)}:{one.volume}",
        *([f"dir-{work.shares}.{one.location.replica}:{VOLUME}"] if work.shares else ()),
        *(f"{each.name}-{_key(one)}:{one.dir}/{each.path}" for each in _sized(one)),
        *(f"{each}:{MACHINE}{each}:ro" for each in _WATCHED if work.watches_machine),
        *([f"{one.lines}:{SHOWN}:ro"] if one.reads else ()),
    ]


def _known_as(one: Replica) -> dict[str, Any]:
    """On another's network: by a name of its own only where somebody there calls it."""
    work = one.workload
    return {"aliases": [one.names.alias(work.name)]} if work.called_by else {}


def document(names: Names, replicas: Iterable[Replica]) -> tuple[dict[str, Any], dict[str, str]]:
    """The file, and the variables that its process must be given."""
    services: dict[str, Any] = {}
    volumes: dict[str, Any] = {}
    variables: dict[str, str] = {}
    joined: set[str] = set()
    for one in replicas:
        made = service(one)
        made["labels"][DIGEST] = one.spec(service(one))
        made = _escaped(made)
        made["environment"] = _environment(one, variables)
        services[_key(one)] = made
        volumes |= _volumes(one)
        joined |= one.joins.keys()
    networks = {"default": {"name": names.network, "external": True}}
    networks |= {name: {"name": name, "external": True} for name in sorted(joined)}
    return {
        "name": names.project,
        "services": services,
        "networks": networks,
        "volumes": volumes,
    }, variables


def _environment(one: Replica, variables: dict[str, str]) -> dict[str, str]:
    hidden = one.secret_variables()
    found: dict[str, str] = {}
    for key, value in one.environment().items():
        if key in hidden:
            variable = f"SEATRIAL_{len(variables)}"
            variables[variable] = value
            found[key] = f"${{{variable}}}"
        else:
            found[key] = _escaped(value)
    return found


def _volumes(one: Replica) -> dict[str, Any]:
    place = one.location.replica
    labels = {**one.names.labels, WORKLOAD: one.workload.name, REPLICA: str(place)}
    own = {**labels, DURABLE: "yes" if keeps(one) else "no"}
    found: dict[str, Any] = {f"dir-{_key(one)}": {"name": one.name, "labels": own}}
    for each in _sized(one):
        found[f"{each.name}-{_key(one)}"] = {
            "name": one.names.sized(one.workload.name, place, each.name),
            "labels": labels,
            "driver_opts": sized_options(one, each),
        }
    return found


def sized_options(one: Replica, volume: Volume) -> dict[str, str]:
    """The local driver's options for a volume of limited size. Options: tmpfs(5).

    Podman takes `size` for a quota of the disk, which few file systems have, and hands on the rest.
    """
    size = volume.size or 0
    limit = f"nr_blocks={-(-size // _PAGE)}" if one.podman else f"size={size}"
    options = f"{limit},mode=0750,uid={one.uid},gid={one.gid}"
    return {"type": "tmpfs", "device": "tmpfs", "o": options}


def _sized(one: Replica) -> list[Volume]:
    return [each for each in one.workload.volumes if each.size is not None]


def _key(one: Replica) -> str:
    """A replica's name within the project."""
    return f"{one.workload.name}.{one.location.replica}"


def _escaped(value: Any) -> Any:
    """Every `$` doubled: nothing but our own variables is replaced."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, Mapping):
        return {key: _escaped(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    return value
