"""Apply: what differs is made anew by `docker compose`, filled, started, and waited for."""

from collections.abc import Callable

from seatrial.contract.runtime import Change, Planned, Progress
from seatrial.engines.toxiproxy.workload import NAME as PROXY
from seatrial.runtimes.compose import down, hardware, lines, project
from seatrial.runtimes.compose.document import document, service, sized_options
from seatrial.runtimes.compose.engine import Inspected
from seatrial.runtimes.compose.fleet import Fleet
from seatrial.runtimes.compose.names import REPLICA, WORKLOAD
from seatrial.runtimes.shared import differences, edges
from seatrial.runtimes.shared.bring import bring
from seatrial.runtimes.shared.requests import Send
from seatrial.runtimes.shared.state import State
from seatrial.runtimes.shared.waves import in_order

_NEW = {Change.START, Change.RESTART}


def compare(fleet: Fleet, restart: tuple[str, ...]) -> tuple[Planned, ...]:
    """What apply would do, and why."""
    return _compare(fleet, restart, fleet.engine.containers(fleet.names.labels))


def _compare(
    fleet: Fleet, restart: tuple[str, ...], there: tuple[Inspected, ...]
) -> tuple[Planned, ...]:
    applied: dict[str, dict[str, str]] = {}
    running: dict[str, int] = {}
    for container in there:
        name = (container["Config"]["Labels"] or {}).get(WORKLOAD)
        if name is not None:
            applied.setdefault(name, {}).update(fleet.applied(container))
            state = container["State"]
            up = state.get("Running") and not state.get("Restarting")
            running[name] = running.get(name, 0) + bool(up)
    # of what is not there nothing is compared, and no image need be brought to say so
    wanted = {
        name: (one, _digests(fleet, name) if name in applied else {})
        for name, one in fleet.workloads.items()
    }
    whole = {name: running.get(name, 0) == one.replicas for name, one in fleet.workloads.items()}
    return differences.compare(wanted, applied, whole, restart)


def _digests(fleet: Fleet, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number in range(fleet.replicas(name)):
        one = fleet.replica(name, number)
        found |= fleet.digests(one, one.spec(service(one)))
    return found


def apply(
    fleet: Fleet,
    state: State,
    restart: tuple[str, ...],
    send: Send,
    *,
    progress: Callable[[Progress], None],
    begun: Callable[[str], None],
) -> tuple[Planned, ...]:
    """Make it so; return when all is ready. Raises RuntimeFailure.

    `begun` is called with each workload once it runs, and is not ready yet.
    """
    there = fleet.engine.containers(fleet.names.labels)
    changes = _compare(fleet, restart, there)
    by_name = {each.workload: each for each in changes}
    gone = {each.workload for each in changes if each.change in {Change.REMOVE, *_NEW}}
    leaving = tuple(
        each for each in there if (each["Config"]["Labels"] or {}).get(WORKLOAD) in gone
    )
    for each in there:
        if WORKLOAD not in (each["Config"]["Labels"] or {}):  # a helper whose seatrial was killed
            fleet.engine.remove(each["Id"])
    if any(each.change is not Change.KEEP for each in changes):
        down.remove(fleet.engine, leaving)
        _create(fleet, state, {each.workload for each in changes if each.change in _NEW})
        there = fleet.engine.containers(fleet.names.labels)
    _show_lines(fleet, there)
    in_order(
        {name: each.after for name, each in fleet.workloads.items()},
        lambda name: bring(
            by_name[name], lambda: _brought(fleet, by_name[name], send, begun), progress
        ),
        fleet.leave,
    )
    return changes


def _create(fleet: Fleet, state: State, names: set[str]) -> None:
    """Make the containers, all at once: that is what `docker compose` is good at."""
    replicas = fleet.all()
    made, variables = document(fleet.names, replicas)
    project.write(state, made)
    wanted = [each for each in replicas if each.workload.name in names]
    known = {each["Name"]: each for each in fleet.engine.volumes(fleet.names.labels)}
    for one in wanted:
        for volume in one.workload.volumes:
            name = fleet.names.sized(one.workload.name, one.location.replica, volume.name)
            there = known.get(name)
            if there is not None and (there["Options"] or {}) != sized_options(one, volume):
                fleet.engine.remove_volume(name)  # what it held was gone when it was stopped
    if wanted:
        keys = [f"{each.workload.name}.{each.location.replica}" for each in wanted]
        project.create(fleet.engine.client, state, fleet.names.project, keys, variables)
        hardware.fix(fleet.engine, wanted)


def _show_lines(fleet: Fleet, there: tuple[Inspected, ...]) -> None:
    """Lead who reads or sees logs to the lines of every container that is there now."""
    works = fleet.workloads.items()
    names = [name for name, each in works if each.reads_logs or each.sees_logs]
    readers = [one for name in names if (one := fleet.replica(name, 0)).reads]
    if readers:
        ours = [
            lines.Written(
                workload=labels[WORKLOAD], replica=int(labels[REPLICA]), container=each["Id"]
            )
            for each in there
            if WORKLOAD in (labels := each["Config"]["Labels"] or {})
        ]
        for one in readers:
            fleet.engine.put(one.name, one.volume, lines.links((*ours, *fleet.others())))


def _brought(fleet: Fleet, change: Planned, send: Send, begun: Callable[[str], None]) -> None:
    name = change.workload
    replicas = range(fleet.replicas(name))
    if change.change in _NEW:
        fleet.prepare(name)
        fleet.start(name)
    elif change.change is Change.RELOAD:
        fleet.prepare(name)
        for replica in replicas:
            fleet.reload(name, replica)
    begun(name)
    for replica in replicas:
        fleet.wait_ready(name, replica)
    if change.change is not Change.KEEP:
        for replica in replicas:
            fleet.record(fleet.replica(name, replica))
    if name == PROXY:
        edges.populate(fleet.placement, send)
