"""Off the network and back, on an engine that is only remembered."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.contract.action import Disconnect, LosePackets
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.faults import network, packets
from seatrial.runtimes.local.faults import network as local

ID = "0123456789ab" + "c" * 52
OWN = {"IPAMConfig": {"IPv4Address": "10.64.0.7"}, "Aliases": ["api.0", "api", ID[:12]]}


@dataclass
class Api:
    """The engine's part: which networks the one container is on."""

    networks: dict[str, Any]
    done: list[Any] = field(default_factory=list)

    def disconnect_container_from_network(self, name: str, network: str) -> None:
        self.done.append(("off", name, network))
        self.networks.pop(network)

    def connect_container_to_network(self, name: str, network: str, **more: Any) -> None:
        self.done.append(("on", name, network, more))
        self.networks[network] = {
            "IPAMConfig": {"IPv4Address": more["ipv4_address"]},
            "Aliases": more["aliases"],
            "MacAddress": more["mac_address"],
        }


@dataclass
class Fleet:
    """One workload with one replica."""

    api: Api
    there_is: bool = True
    podman: bool = False

    names = SimpleNamespace(network="own")

    @property
    def placement(self) -> Any:
        return SimpleNamespace(of=lambda _workload: [SimpleNamespace(address="10.64.0.7")])

    @property
    def engine(self) -> Any:
        client = SimpleNamespace(
            podman=self.podman, rootless=True, title="Engine", host="unix:///none"
        )
        return SimpleNamespace(api=self.api, client=client, inspect=self.inspect)

    def inspect(self, _name: str) -> Any:
        if not self.there_is:
            return None
        return {"Id": ID, "State": {"Pid": 0}, "NetworkSettings": {"Networks": self.api.networks}}

    def replicas(self, _workload: str) -> int:
        return 1

    def there(self, _workload: str) -> list[int]:
        return [0] if self.there_is else []

    def runs(self, _workload: str, _replica: int) -> bool:
        return self.there_is

    def name(self, _workload: str, replica: int) -> str:
        return f"api.{replica}"

    def wait_ready(self, _workload: str, replica: int) -> None:
        self.api.done.append(("ready", replica))


def one(**more: Any) -> Any:
    return Fleet(Api({"own": OWN, "more": {"IPAMConfig": None, "Aliases": None}}), **more)


OFF = Disconnect(workload="api")


def test_it_comes_back_with_its_address_and_its_names() -> None:
    fleet = one()
    entry = network.plan(OFF, fleet)
    assert fleet.api.done == []
    network.act(OFF, entry, fleet)
    assert fleet.api.networks == {}
    network.undo(entry, fleet)
    assert network.networks(fleet.inspect("api.0")) == {
        "own": {"address": "10.64.0.7", "aliases": ["api.0", "api"]},
        "more": {"address": "", "aliases": []},
    }
    assert fleet.api.done[-1] == ("ready", 0)


def test_podman_is_asked_for_the_address_that_it_does_not_tell_and_for_its_hardware_address() -> (
    None
):
    told = {"IPAMConfig": None, "Aliases": ["api.0", "api", ID[:12]]}
    fleet = Fleet(Api({"own": told, "more": {"IPAMConfig": None, "Aliases": None}}), podman=True)
    entry = network.plan(OFF, fleet)
    network.act(OFF, entry, fleet)
    network.undo(entry, fleet)
    own, more = fleet.api.networks["own"], fleet.api.networks["more"]
    assert own["IPAMConfig"] == {"IPv4Address": "10.64.0.7"}
    assert own["MacAddress"] == "02:42:0a:40:00:07"
    assert more["MacAddress"] is None


def test_what_is_still_connected_is_left_alone_and_twice_is_harmless() -> None:
    fleet = one()
    entry = network.plan(OFF, fleet)
    network.undo(entry, fleet)
    assert fleet.api.done == [("ready", 0)]
    network.act(OFF, entry, fleet)
    network.undo(entry, fleet)
    before = len(fleet.api.done)
    network.undo(entry, fleet)
    assert fleet.api.done[before:] == [("ready", 0)]


def test_a_container_that_is_gone_took_its_fault_with_it() -> None:
    fleet = one()
    entry = network.plan(OFF, fleet)
    gone = one(there_is=False)
    network.undo(entry, gone)
    network.undo({**network_loss(), "replicas": [0]}, gone)
    assert gone.api.done == []


def network_loss() -> dict[str, Any]:
    return {"kind": "loss", "workload": "api", "share": 0.5}


def test_what_the_engine_does_not_allow_is_told() -> None:
    with pytest.raises(RuntimeFailure, match="no replica 3"):
        network.plan(Disconnect(workload="api", replica=3), one())
    with pytest.raises(RuntimeFailure, match="no packet of api can be lost"):
        network.plan(LosePackets(workload="api", share=0.5), one())


def test_packets_are_lost_both_ways_and_loopback_is_spared() -> None:
    first, second = packets.rules(0.25)
    assert first[:4] == ("INPUT", "!", "-i", "lo")
    assert second[:4] == ("OUTPUT", "!", "-o", "lo")
    for each in (first, second):
        assert each[each.index("--probability") + 1] == "0.2500"
        assert each[-4:] == ("--comment", "seatrial-loss", "-j", "DROP")


@pytest.mark.skipif(not Path("/proc/self/cgroup").exists(), reason="only Linux has groups")
def test_no_rule_is_made_for_a_process_that_is_not_the_containers() -> None:
    other = packets.Init(workload="api", pid=os.getpid(), container=ID)
    ended = packets.Init(workload="api", pid=0, container=ID)
    for each in (other, ended):
        with pytest.raises(RuntimeFailure, match="not on this machine"):
            packets.lose(each, 0.5, one().engine)
        packets.keep(each, 0.5, one().engine)


def test_a_rule_that_stays_is_never_said_to_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def deaf(
        _init: packets.Init, words: tuple[str, ...], _engine: Any, *, must: bool = True
    ) -> bool:
        asked.append(words[0])
        return words[0] == "-C" and not must

    monkeypatch.setattr(packets, "_run", deaf)
    with pytest.raises(RuntimeFailure, match="packets of api are still lost"):
        packets.keep(packets.Init(workload="api", pid=7, container=ID), 0.5, one().engine)
    assert asked == ["-D", "-C"]


def test_processes_have_no_network_of_their_own() -> None:
    for action in (OFF, LosePackets(workload="api", share=0.5)):
        with pytest.raises(RuntimeFailure, match="share the machine's network"):
            local.plan(action)
