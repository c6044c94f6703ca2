"""What the doctor says is tried: nothing of it is left, and what is taken is seen."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from seatrial.contract.scenario import Ability
from seatrial.runtimes.local import cgroups
from seatrial.runtimes.local.abilities import abilities, doctor
from seatrial.runtimes.shared.finding import Finding


def topics(ports: tuple[int, ...] = ()) -> dict[str, Finding]:
    return {each.topic: each for each in doctor(ports)}


def groups() -> set[Path]:
    found = cgroups.hierarchies(Path("/proc/mounts").read_text(encoding="utf-8"))
    return {one for each in found for one in each.path.glob("seatrial/doctor-*")}


def test_ports_and_sized_mounts_have_lines_of_their_own() -> None:
    assert {"root", "memory limits", "sized mounts", "ports", "loopback", "disk"} <= set(topics())


def test_what_is_tried_is_removed() -> None:
    before = Path("/proc/mounts").read_text(encoding="utf-8")
    doctor()
    abilities(faults=False)
    assert Path("/proc/mounts").read_text(encoding="utf-8") == before
    deadline = time.monotonic() + 120
    while groups() and time.monotonic() < deadline:  # those of other tests go, ours would stay
        time.sleep(0.05)
    assert not groups()


def test_a_port_that_is_taken_at_every_address_is_named() -> None:
    with socket.create_server(("0.0.0.0", 0)) as everywhere:
        port = everywhere.getsockname()[1]
        found = topics((port,))["ports"]
        assert not found.ok
        assert str(port) in found.found
        assert found.cure
    assert topics((port,))["ports"].ok


def test_a_port_that_is_taken_at_one_address_only_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as one:
        assert topics((one.getsockname()[1],))["ports"].ok


def test_what_is_missing_says_what_follows() -> None:
    for each in doctor():
        assert each.ok or each.cure, each


def test_nothing_needs_nftables() -> None:
    assert not topics()["nftables"].needed


@pytest.mark.skipif(os.geteuid() != 0, reason="limits need root")
def test_a_group_that_cannot_be_made_is_no_ability(monkeypatch: pytest.MonkeyPatch) -> None:
    able = abilities(faults=False)[Ability.MEMORY_LIMIT]
    assert able.ok == (not able.reason)
    # A hierarchy of a kind in which the kernel makes no groups.
    there = (cgroups.Hierarchy(1, Path("/proc"), "memory"),)
    monkeypatch.setattr(cgroups, "hierarchies", lambda _mounts: there)
    refused = abilities(faults=False)[Ability.MEMORY_LIMIT]
    assert not refused.ok
    assert "/proc" in refused.reason
