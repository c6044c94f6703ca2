"""The system's own bridge network: taken from what is free, kept until `down`.

The network on the engine is the reservation: two systems that begin together cannot both make it.
"""

import socket
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Network, ip_network
from itertools import chain

import psutil
from docker.errors import APIError
from docker.types import IPAMConfig, IPAMPool

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import failures
from seatrial.runtimes.compose.engine import Engine, Inspected
from seatrial.runtimes.compose.names import Names
from seatrial.runtimes.compose.placement import CHOICES, choice_of, subnet
from seatrial.runtimes.shared.state import State

_NOTE = "network.json"
_TAKEN = ("overlap", "already in use", "conflicts with")


def reserved(engine: Engine, names: Names) -> IPv4Network | None:
    """The network that was taken for this system, or None."""
    found = [each for each in engine.networks(names.labels) if each["Name"] == names.network]
    return next((each for one in found for each in _subnets(one)), None)


def noted(state: State) -> IPv4Network | None:
    """The network that was reserved last, by its note here: no engine is asked."""
    kept = state.read(_NOTE)
    with suppress(ValueError):
        return IPv4Network(kept) if isinstance(kept, str) else None
    return None


def reserve(engine: Engine, names: Names, state: State) -> None:
    """Take the network that was noted, else the first free one from the name's own choice on.

    Raises RuntimeFailure.
    """
    found = reserved(engine, names) or _took(engine, names, noted(state))
    if noted(state) != found:
        state.write(_NOTE, str(found))


def _took(engine: Engine, names: Names, before: IPv4Network | None) -> IPv4Network:
    there = engine.networks()
    if any(each["Name"] == names.network for each in there):
        raise RuntimeFailure(
            f"the engine has a network {names.network} that is not seatrial's",
            f"remove it with `docker network rm {names.network}`, or move the file's folder",
        )
    taken = [*_host(), *(each for one in there for each in _subnets(one))]
    for each in free(choice_of(names.system), taken, before):
        if _made(engine, names, each):
            return each
    raise RuntimeFailure(
        "no network of 4096 addresses is free in 10.64.0.0/10", "remove one: `docker network prune`"
    )


def free(
    first: int, taken: Iterable[IPv4Network], before: IPv4Network | None = None
) -> Iterable[IPv4Network]:
    """The networks that meet none of those taken: that of `before`, then from `first` on. Pure."""
    known = tuple(taken)
    choices = (subnet((first + each) % CHOICES) for each in range(CHOICES))
    every = chain([before] if before is not None else [], choices)
    return (each for each in every if not any(each.overlaps(one) for one in known))


def _made(engine: Engine, names: Names, wanted: IPv4Network) -> bool:
    """Whether the network could be made; false where somebody was faster."""
    pool = IPAMPool(subnet=str(wanted), gateway=str(wanted[1]))
    with failures(f"making the network {names.network}"):
        try:
            engine.api.create_network(
                names.network,
                driver="bridge",
                ipam=IPAMConfig(pool_configs=[pool]),
                labels=dict(names.labels),
                check_duplicate=True,
            )
        except APIError as error:
            if any(each in str(error.explanation) for each in _TAKEN):
                return False
            raise
    return True


def _subnets(network: Inspected) -> Iterable[IPv4Network]:
    for each in (network.get("IPAM") or {}).get("Config") or ():
        with suppress(ValueError):
            found = ip_network(each.get("Subnet", ""), strict=False)
            if isinstance(found, IPv4Network):
                yield found


def _host() -> Iterable[IPv4Network]:
    """Where this machine's own interfaces are: a private network or a VPN must stay reachable."""
    for each in psutil.net_if_addrs().values():
        for one in each:
            if one.family == socket.AF_INET and one.netmask:
                yield IPv4Network(f"{one.address}/{one.netmask}", strict=False)
