"""The families of faults, as containers carry them out."""

from collections.abc import Mapping
from typing import Any

from seatrial.runtimes.compose.faults import disk, files, host, memory, network, output, process
from seatrial.runtimes.compose.fleet import Fleet
from seatrial.runtimes.shared import bundles, commands, pages
from seatrial.runtimes.shared.beats import Beats
from seatrial.runtimes.shared.carry import Families, Family


def families(fleet: Fleet, beats: Beats) -> Families:
    """Each family, on what runs now; `beats` are this process's own."""
    return Families(
        process=Family(
            plan=lambda action: process.plan(action, fleet),
            act=lambda action, _undo: process.act(action, fleet, beats),
            undo=lambda entry: process.undo(entry, fleet, beats),
        ),
        disk=Family(
            plan=lambda action: disk.plan(action, fleet),
            act=lambda action, undo: disk.act(action, undo, fleet),
            undo=lambda entry: disk.undo(entry, fleet),
        ),
        memory=Family(
            plan=lambda action: memory.plan(action, fleet),
            act=lambda action, undo: memory.act(action, undo, fleet),
            undo=lambda entry: memory.undo(entry, fleet),
        ),
        files=Family(
            plan=lambda action: files.plan(action, fleet),
            act=lambda action, _undo: files.act(action, fleet),
            undo=lambda entry: files.undo(entry, fleet),
        ),
        network=Family(
            plan=lambda action: network.plan(action, fleet),
            act=lambda action, undo: network.act(action, undo, fleet),
            undo=lambda entry: network.undo(entry, fleet),
        ),
        output=Family(
            plan=lambda action: output.plan(action, fleet),
            act=lambda action, _undo: output.act(action, fleet),
            undo=lambda _entry: None,  # what is written is written
        ),
        host=Family(
            plan=lambda _action: host.plan(fleet),
            act=lambda action, _undo: host.act(action, fleet),
            undo=lambda _entry: None,  # what is written is written
        ),
        command=commands.family(
            lambda name, replica, argv: fleet.execute(fleet.replica(name, replica), argv)
        ),
        pages=pages.family(fleet.names.state),
        bundles=bundles.family(fleet.names.state, fleet.workloads.values()),
    )


def held(pending: list[tuple[str, str, Mapping[str, Any]]], fleet: Fleet) -> frozenset[str]:
    """The containers that a fault in place holds down."""
    found: set[str] = set()
    for _, _, entry in pending:
        if entry["kind"] in {"release", "start"} and entry["workload"] in fleet.workloads:
            replica = entry["replica"]
            which = range(fleet.replicas(entry["workload"])) if replica is None else [replica]
            found |= {fleet.name(entry["workload"], each) for each in which}
    return frozenset(found)
