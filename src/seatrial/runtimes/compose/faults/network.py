"""Off the network and back, and packets that are lost on the way."""

from collections.abc import Mapping
from typing import Any

from docker.errors import APIError, NotFound

from seatrial.contract.action import Disconnect, LosePackets
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose import hardware
from seatrial.runtimes.compose.client import failures
from seatrial.runtimes.compose.engine import Engine, Inspected
from seatrial.runtimes.compose.faults import packets
from seatrial.runtimes.compose.fleet import Fleet
from seatrial.runtimes.shared.replicas import chosen

_GONE = ("is not connected", "not connected to")
_THERE = ("already exists in network", "already attached", "already connected")
Entry = Mapping[str, Any]


def plan(action: Disconnect | LosePackets, fleet: Fleet) -> Entry:
    """Where each replica must be connected again, or which rules must go. Raises RuntimeFailure."""
    which = chosen(action.workload, action.replica, fleet.replicas(action.workload))
    if isinstance(action, LosePackets):
        reason = packets.lacking(fleet.engine.client)
        if reason:
            raise RuntimeFailure(f"no packet of {action.workload} can be lost: {reason}")
        return {
            "kind": "loss",
            "workload": action.workload,
            "replicas": which,
            "share": action.share,
        }
    found = {str(each): _known(action.workload, each, fleet) for each in which}
    return {"kind": "disconnect", "workload": action.workload, "replicas": found}


def _known(workload: str, replica: int, fleet: Fleet) -> dict[str, dict[str, Any]]:
    found = networks(fleet.engine.inspect(fleet.name(workload, replica)))
    if fleet.names.network in found:
        # Podman does not tell which address was asked for, nor any of a container that is down
        found[fleet.names.network]["address"] = fleet.placement.of(workload)[replica].address
    return found


def networks(container: Inspected | None) -> dict[str, dict[str, Any]]:
    """A container's networks by name: its own address there, and what it is called. Pure.

    The engine adds the container's short id to what it is called by itself.
    """
    if container is None:
        return {}
    short = str(container["Id"])[:12]
    return {
        name: {
            "address": (each.get("IPAMConfig") or {}).get("IPv4Address") or "",
            "aliases": [one for one in each.get("Aliases") or () if one != short],
        }
        for name, each in (container["NetworkSettings"]["Networks"] or {}).items()
    }


def act(action: Disconnect | LosePackets, entry: Entry, fleet: Fleet) -> None:
    """Carry it out; returns when it is complete."""
    if isinstance(action, LosePackets):
        for replica in entry["replicas"]:
            packets.lose(_init(action.workload, replica, fleet), entry["share"], fleet.engine)
        return
    for replica, known in entry["replicas"].items():
        name = fleet.name(action.workload, int(replica))
        for network in known:
            with failures(f"taking {name} off {network}"):
                try:
                    fleet.engine.api.disconnect_container_from_network(name, network)
                except APIError as error:
                    if not _says(error, _GONE):
                        raise


def undo(entry: Entry, fleet: Fleet) -> None:
    """Connect what is not connected, as it was; take away our rules. Returns when it is ready.

    A replica without a container took its fault with it; a rule ends with the process that it was
    made for.
    """
    workload = entry["workload"]
    there = set(fleet.there(workload))
    for each in entry["replicas"]:
        if int(each) not in there:
            continue
        if entry["kind"] == "loss":
            if fleet.runs(workload, int(each)):
                packets.keep(_init(workload, int(each), fleet), entry["share"], fleet.engine)
        else:
            _connect(fleet.engine, fleet.name(workload, int(each)), entry["replicas"][each])
    for each in entry["replicas"]:
        if int(each) in there:
            fleet.wait_ready(workload, int(each))


def _connect(engine: Engine, name: str, known: Mapping[str, Mapping[str, Any]]) -> None:
    """On each network on which it is not."""
    now = networks(engine.inspect(name))
    for network, each in known.items():
        if network in now:
            continue
        with failures(f"bringing {name} back to {network}"):
            try:
                engine.api.connect_container_to_network(
                    name,
                    network,
                    ipv4_address=each["address"] or None,
                    aliases=each["aliases"],
                    mac_address=hardware.asked(engine.client, each["address"]),
                )
            except NotFound:  # the network is gone, or the container went just now
                continue
            except APIError as error:
                if not _says(error, _THERE):
                    raise


def _says(error: APIError, signs: tuple[str, ...]) -> bool:
    return any(each in str(error.explanation or error) for each in signs)


def _init(workload: str, replica: int, fleet: Fleet) -> packets.Init:
    found = fleet.engine.inspect(fleet.name(workload, replica))
    pid = int(found["State"].get("Pid") or 0) if found is not None else 0
    return packets.Init(workload=workload, pid=pid, container=str((found or {}).get("Id", "")))
