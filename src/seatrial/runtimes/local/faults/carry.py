"""The families of faults, as processes carry them out."""

from seatrial.runtimes.local.faults import disk, files, host, memory, network, output, process
from seatrial.runtimes.local.fleet import Fleet
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
            undo=disk.undo,
        ),
        memory=Family(
            plan=lambda action: memory.plan(action, fleet),
            act=lambda action, undo: memory.act(action, undo, fleet),
            undo=memory.undo,
        ),
        files=Family(
            plan=lambda action: files.plan(action, fleet),
            act=lambda action, _undo: files.act(action, fleet),
            undo=lambda entry: files.undo(entry, fleet),
        ),
        network=Family(plan=network.plan, act=network.act, undo=network.undo),
        output=Family(
            plan=lambda action: output.plan(action, fleet),
            act=lambda action, _undo: output.act(action, fleet),
            undo=lambda _entry: None,
        ),
        host=Family(
            plan=lambda _action: host.plan(),
            act=lambda action, _undo: host.act(action),
            undo=lambda _entry: None,
        ),
        command=commands.family(
            lambda name, replica, argv: fleet.execute(fleet.replica(name, replica), argv)
        ),
        pages=pages.family(fleet.home),
        bundles=bundles.family(fleet.home, fleet.workloads.values()),
    )
