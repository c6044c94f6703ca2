"""What seatrial.yaml names of a project that runs without it: where it is, and how it fares."""

import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from seatrial.contract.output import Workload
from seatrial.contract.placement import Location, Seat
from seatrial.contract.runtime import Change, Phase, Planned, ReplicaStatus, RuntimeFailure
from seatrial.runtimes.compose.beside import project
from seatrial.runtimes.compose.beside.project import Member, Theirs
from seatrial.runtimes.compose.engine import Engine
from seatrial.runtimes.compose.fleet import ended, seconds_of
from seatrial.runtimes.compose.lines import DRIVER, Written
from seatrial.runtimes.shared.prepare import LAST_LINES

_CRASHES = 3  # restarts with which a container that runs just now is not taken for one that does
_STAYS_S = 10.0  # the engine's own measure: what ran as long did not end at once
_LOOK_S = 0.5


def places(engine: Engine | None, theirs: Theirs, seats: Iterable[Seat]) -> tuple[Location, ...]:
    """A location for each replica there is, by the name that its networks know it by.

    Names outlive what a container made anew changes. What is not there has the name that Compose
    would give it: one may look at a plan before anything runs.
    """
    try:
        name, found = project.find(engine, theirs) if engine is not None else ("", ())
    except RuntimeFailure:
        name, found = "", ()
    name = name or theirs.project or theirs.file.parent.name.lower()
    return tuple(each for seat in seats for each in _locations(seat, name, found))


def _locations(seat: Seat, name: str, found: tuple[Member, ...]) -> Iterator[Location]:
    there = project.of_service(found, seat.workload)
    for number in range(len(there) or seat.replicas):
        one = there[number] if there else None
        host = project.host(one, found) if one else f"{name}-{seat.workload}-{number + 1}"
        yield Location(
            workload=seat.workload,
            replica=number,
            region=seat.region,
            address=host or f"{one.name if one else name}.invalid",
            ports=seat.ports,
            names=project.aliases(one, found) if one else (seat.workload,),
            found=project.variables(one, seat.asks) if one else {},
        )


class Attached:
    """The workloads that run without seatrial. The engine is asked once, at first need."""

    def __init__(self, engine: Engine, theirs: Theirs, workloads: Iterable[Workload]) -> None:
        """Nothing is asked yet; of the workloads only those that are attached are taken."""
        self.engine = engine
        self.theirs = theirs
        self.workloads = {each.name: each for each in workloads if each.attached}

    @cached_property
    def found(self) -> tuple[Member, ...]:
        """Every container of the project. Raises RuntimeFailure where there is none."""
        return project.find(self.engine, self.theirs)[1]

    def of(self, name: str) -> tuple[Member, ...]:
        """The containers of a workload, by number. Raises RuntimeFailure."""
        there = project.of_service(self.found, name)
        if not there:
            known = ", ".join(sorted({each.service for each in self.found}))
            raise RuntimeFailure(
                f"the compose project has no container of {name}; it has those of {known}",
                f"start it with `docker compose -f {self.theirs.file} up -d`, or take {name} out"
                " of seatrial.yaml",
            )
        return there

    def check(self) -> None:
        """See that everything is there, runs, stays and can be met. Raises RuntimeFailure.

        What was started just now is watched for a while: what ends again and again runs in between.
        """
        again = self._started_again()
        for name in self.workloads:
            for each in self.of(name):
                reason = _wrong(each, again=each.id in again)
                if reason:
                    raise RuntimeFailure(
                        f"{name} does not run ({each.name}): {reason}",
                        "make it run first: seatrial starts nothing of this project; or take"
                        f" {name} out of seatrial.yaml, if it is meant to end",
                        self.engine.logs(each.id, LAST_LINES),
                    )
                if self.workloads[name].ports and not project.networks(each, self.found):
                    raise RuntimeFailure(
                        f"{name} cannot be met by other containers: its network is {each.mode}",
                        f"give it a network in {self.theirs.file.name}, or take its ports out of"
                        f" services.{name} in seatrial.yaml",
                    )

    def _started_again(self) -> frozenset[str]:
        """Ids of containers that ended while they were watched; none is watched that is older."""
        young = self._starts(younger=_STAYS_S)
        end = time.monotonic() + _STAYS_S
        while young and time.monotonic() < end:
            time.sleep(_LOOK_S)
            self.__dict__.pop("found", None)  # asked anew
            now = self._starts()
            ended_now = frozenset(each for each, at in young.items() if now.get(each) != at)
            if ended_now:
                return ended_now
            young = self._starts(younger=_STAYS_S)
        return frozenset()

    def _starts(self, *, younger: float | None = None) -> Mapping[str, str]:
        """When each that runs and is started anew by the engine was started: by id, in its words.

        `younger`: only those that run for fewer seconds, by our clock.
        """
        found = [each for name in self.workloads for each in self.of(name) if _held(each)]
        starts = {each.id: str(each.state.get("StartedAt", "")) for each in found}
        if younger is None:
            return starts
        now = time.time()
        return {each: at for each, at in starts.items() if now - (seconds_of(at) or 0.0) < younger}

    def joins(self, calls: Iterable[str]) -> Mapping[str, str]:
        """The networks with which all of these can be met, as few as may be: name to id."""
        joined: dict[str, str] = {}
        for name in calls:
            for each in self.of(name):
                offered = project.networks(each, self.found)
                if offered and not joined.keys() & offered.keys():
                    first = min(offered)
                    joined[first] = offered[first]
        return joined

    def written(self) -> tuple[Written, ...]:
        """Whose lines the engine keeps in the form that is read here."""
        return tuple(
            Written(workload=name, replica=number, container=each.id)
            for name in self.workloads
            for number, each in enumerate(self.of(name))
            if each.driver == DRIVER
        )

    def planned(self) -> tuple[Planned, ...]:
        """What `up` does with them: nothing."""
        return tuple(
            Planned(
                workload=name,
                change=Change.KEEP,
                reason=f"attached: {', '.join(each.name for each in self.of(name))}",
            )
            for name in self.workloads
        )

    def status(self, held: frozenset[str]) -> tuple[ReplicaStatus, ...]:
        """Each container as it is; `held` are ids of those that a fault holds down."""
        try:
            found = self.found
        except RuntimeFailure as failure:
            return tuple(self._absent(name, failure.summary) for name in self.workloads)
        known: list[ReplicaStatus] = []
        for name in self.workloads:
            there = project.of_service(found, name)
            known += [
                self._status(name, number, each, held) for number, each in enumerate(there)
            ] or [self._absent(name, "the compose project has no container of it")]
        return tuple(known)

    def _absent(self, name: str, reason: str) -> ReplicaStatus:
        return ReplicaStatus(workload=name, replica=0, phase=Phase.ABSENT, reason=reason)

    def _status(self, name: str, number: int, one: Member, held: frozenset[str]) -> ReplicaStatus:
        phase, reason = phase_of(one, held)
        running = bool(one.state.get("Running")) and not one.state.get("Restarting")
        memory, cpu = self.engine.usage(one.id) if running else (None, None)
        return ReplicaStatus(
            workload=name,
            replica=number,
            phase=phase,
            reason=reason,
            pid=int(one.state.get("Pid") or 0) or None,
            since=seconds_of(one.state.get("StartedAt", "")) if running else None,
            memory=memory,
            cpu=cpu,
            address=one.name,
        )


def phase_of(one: Member, held: frozenset[str]) -> tuple[Phase, str]:
    """Where a container is in its life, by its state and its own health check. Pure."""
    state = one.state
    if state.get("Paused"):
        return Phase.PAUSED, "frozen"
    if not state.get("Running") or state.get("Restarting"):
        if one.id in held:
            return Phase.HELD, "held down by a fault"
        return Phase.EXITED, ended(state)
    health = _health(state)
    if health not in {"", "none", "healthy"}:
        return Phase.UNREADY, f"its own health check says {health}"
    return Phase.READY, ""


def _health(state: Mapping[str, Any]) -> str:
    """What its last check said; empty where it has none, or nobody has looked.

    The engine calls unhealthy what it froze, until it looks again: up to an interval of the check
    after the container goes on, without one failed look.
    """
    health = state.get("Health") or {}
    unseen = health.get("Status") == "unhealthy" and not health.get("FailingStreak")
    return "" if unseen else str(health.get("Status") or "")


def _held(one: Member) -> bool:
    """Whether a container runs, and the engine starts it anew when it ends."""
    policy = one.container["HostConfig"].get("RestartPolicy") or {}
    runs = one.state.get("Running") and not one.state.get("Restarting")
    return bool(runs) and policy.get("Name") not in {None, "", "no"}


def _wrong(one: Member, *, again: bool) -> str:
    """Why a container cannot be taken as it is; empty where it can. `again`: it ended just now."""
    if one.state.get("Paused"):
        return "it is frozen, as by `docker compose pause`"
    if not one.state.get("Running") or one.state.get("Restarting"):
        return ended(one.state)
    if again:
        return "it ended just now, and was started anew"
    crashes = int(one.container.get("RestartCount") or 0)
    if crashes >= _CRASHES and _health(one.state) in {"starting", "unhealthy"}:
        return f"it was restarted {crashes} times and is not healthy"
    return ""
