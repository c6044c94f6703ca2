"""A container that starts again gets the first free address: what of ours took its own gives way.

An engine of ours that was restarted while a container was down may have been given its address.
Ours that gave way is labelled with the networks that it is on: who was killed before it was put
back needs no other note to put it back.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from docker.errors import NotFound

from seatrial.runtimes.compose.client import failures
from seatrial.runtimes.compose.engine import Engine, Inspected
from seatrial.runtimes.compose.names import ALIAS, JOINED, SYSTEM

# nobody may come back to a network while another fault keeps an address of it free
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def kept_free(engine: Engine, addresses: Mapping[str, str]) -> Iterator[None]:
    """Ours leave these addresses (network to address) while something starts, and join again."""
    with _ONE_AT_A_TIME:
        moved = [
            (network, holder)
            for network, address in addresses.items()
            if address and (holder := _ours(engine, network, address))
        ]
        try:
            for network, holder in moved:
                with failures(f"taking {holder[:12]} off {network}"):
                    engine.api.disconnect_container_from_network(holder, network, force=True)
            yield
        finally:
            for network, holder in moved:
                _join(engine, holder, network)


def joined_again(engine: Engine) -> None:
    """Put each of ours on every network of its label on which it is not: theirs have started.

    A network that was made anew is another one: `up` makes for it a container of its own.
    """
    with _ONE_AT_A_TIME:
        with failures("listing containers"):
            listed = engine.api.containers(all=True, filters={"label": [SYSTEM, JOINED]})
        known = {each["Id"]: each for each in engine.networks()} if listed else {}
        for each in listed:
            for word in each["Labels"][JOINED].split(","):
                name, _, number = word.partition("=")
                if known.get(number, {}).get("Name") == name:
                    _join(engine, each["Id"], name)


def _join(engine: Engine, holder: str, network: str) -> None:
    """Unless it is on the network, or one of the two is gone."""
    found = engine.inspect(holder)
    if found is None or network in (found["NetworkSettings"]["Networks"] or {}):
        return
    alias = (found["Config"]["Labels"] or {}).get(ALIAS)
    with failures(f"putting {holder[:12]} on {network} again"):
        try:
            engine.api.connect_container_to_network(
                holder, network, aliases=[alias] if alias else None
            )
        except NotFound:  # it went just now
            return


def _ours(engine: Engine, network: str, address: str) -> str:
    """The container of ours that has this address there, or empty."""
    with failures(f"looking at the network {network}"):
        try:
            found: Inspected = engine.api.inspect_network(network)
        except NotFound:
            return ""
    for holder, each in (found.get("Containers") or {}).items():
        if each.get("IPv4Address", "").partition("/")[0] == address:
            one = engine.inspect(holder)
            labels = (one["Config"]["Labels"] or {}) if one is not None else {}
            return str(holder) if SYSTEM in labels else ""
    return ""
