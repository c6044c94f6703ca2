"""A container on Podman is reached at once after each start: its hardware address never changes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.runtimes.compose import hardware


class Api:
    """What the engine is asked for."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def disconnect_container_from_network(self, *words: str) -> None:
        self.asked.append(words)

    def connect_container_to_network(self, *words: str, **more: Any) -> None:
        self.asked.append((*words, more))


def fixed(one: Any, *, podman: bool) -> list[Any]:
    engine: Any = SimpleNamespace(api=Api(), client=SimpleNamespace(podman=podman))
    hardware.fix(engine, (one,))
    found: list[Any] = engine.api.asked
    return found


def test_it_is_that_of_the_address() -> None:
    assert hardware.of("10.64.255.1") == "02:42:0a:40:ff:01"


@pytest.mark.parametrize(("podman", "address"), [(False, "10.64.0.7"), (True, "")])
def test_none_is_asked_for_where_the_engine_chooses_well(address: str, *, podman: bool) -> None:
    client: Any = SimpleNamespace(podman=podman)
    assert hardware.asked(client, address) is None


def test_a_container_keeps_its_address_and_its_name(replica: Any) -> None:
    one = replica()
    assert fixed(one, podman=False) == []
    address = one.location.address
    assert fixed(one, podman=True) == [
        (one.name, one.names.network),
        (
            one.name,
            one.names.network,
            {
                "ipv4_address": address,
                "mac_address": hardware.of(address),
                "aliases": [one.workload.name],
            },
        ),
    ]
