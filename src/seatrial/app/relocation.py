"""A store that is moved to its other region, step by step.

What is done next follows from what is seen, so that whoever was broken off begins again and goes
on. Writes are fenced off where the store was before they are let in where it goes; between the two
nobody takes any.
"""

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from seatrial.app.failover import Cluster
from seatrial.app.unclear import Unclear
from seatrial.contract.runtime import Phase, RuntimeFailure
from seatrial.contract.words import duration
from seatrial.engines.etcd.keys import DELETE, deleted
from seatrial.engines.haproxy import status
from seatrial.engines.haproxy.config import STATS, STATUS
from seatrial.engines.patroni import config, fence, hands, rest
from seatrial.engines.patroni.workload import DATA

_THERE = frozenset({Phase.READY, Phase.UNREADY, Phase.PAUSED, Phase.ORPHANED})
_LOOK = 0.5
_WITHIN = 120.0  # seconds for one step


class Step(StrEnum):
    """What is done to move a store, in this order."""

    START = "start"
    COPY = "copy"
    FENCE = "fence"
    CATCH_UP = "catch up"
    PROMOTE = "promote"
    FOLLOW = "follow"
    ANEW = "copy anew"


_TIMES = {
    Step.FOLLOW: 45.0,  # the store is moved by then, and nobody waits for its copy
    Step.ANEW: 3600.0,  # all of it is sent
}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A region's members as they are now: each as it tells itself, None where it does not answer.

    `copied`: whether their cluster is a copy of the other region's, None where nobody says.
    `runs`: whether any of them runs at all.
    """

    members: tuple[rest.Own | None, ...]
    copied: bool | None
    runs: bool

    @property
    def answers(self) -> bool:
        """Whether anybody does."""
        return any(self.members)

    @property
    def primary(self) -> bool:
        """Whether one of them takes writes."""
        return any(each is not None and each.primary for each in self.members)

    @property
    def follows(self) -> bool:
        """Whether the head of the copy gets the other region's log."""
        return any(each is not None and each.head and each.streams for each in self.members)

    @property
    def position(self) -> int | None:
        """How far the log goes that they have, in bytes.

        None where that is not known of each that answers: one that is still being stopped as the
        primary may have more than the others.
        """
        known = [each.position for each in self.members if each]
        return None if None in known else max((each or 0 for each in known), default=None)

    @property
    def hands_over(self) -> bool:
        """Whether all that it has can be had of it: it leads, or has been stopped as the leader."""
        return self.primary or self.copied is True

    @property
    def fenced(self) -> bool:
        """Whether none is the primary, and none becomes it: it is a copy now, or nobody runs."""
        return not self.primary and (self.copied is True or not self.runs)

    def has(self, position: int | None) -> bool:
        """Whether their log goes that far."""
        own = max((each.position or 0 for each in self.members if each), default=0)
        return position is not None and own >= position

    @property
    def written(self) -> float | None:
        """When the newest write that they have was committed, in seconds since the epoch."""
        known = [each.written for each in self.members if each and each.written is not None]
        return max(known, default=None)


@dataclass(frozen=True, kw_only=True)
class Relocation:
    """A store's way from one of its regions to the other one."""

    source: Cluster
    target: Cluster

    def view(self, side: Cluster) -> View:
        """What is to be seen of a region now. Never raises RuntimeFailure."""
        members, copied = tuple(_own(side, each) for each in range(side.replicas)), None
        if any(members):
            with suppress(RuntimeFailure, Unclear, ValueError):
                copied = rest.copied(side.first("GET", rest.CONFIG))
        return View(members=members, copied=copied, runs=any(members) or _runs(side))

    def planned(self) -> tuple[Step, ...]:
        """What is to be done; nothing where it is there already. Raises Unclear: it cannot be."""
        there, here = self.view(self.target), self.view(self.source)
        if there.primary and not here.primary:
            return () if here.follows or not here.answers else (Step.FOLLOW,)
        if there.primary:
            # Both take writes: those of one side go. It is no use to follow: each may have promoted
            # itself to a timeline of the same number, which are then held for one.
            return (Step.FENCE, Step.ANEW)
        found = [] if there.answers else [Step.START]
        if here.primary:
            if not there.follows:
                found.append(Step.COPY)
        elif not there.answers:
            raise Unclear(
                f"no member of {self.source.store} answers in either region",
                "run `seatrial up`, then look with `seatrial status`",
            )
        found.append(Step.FENCE)
        if here.hands_over:  # of who lost its primary nobody gets the rest
            found.append(Step.CATCH_UP)
        found.append(Step.PROMOTE)
        if here.answers:
            found.append(Step.FOLLOW)
        return tuple(found)

    def anew(self) -> tuple[Step, ...]:
        """What is to be done to copy the source from the target anew. Raises Unclear: it cannot be.

        Only what is no primary is thrown away like that.
        """
        if self.view(self.source).primary or not self.view(self.target).primary:
            raise Unclear(
                f"{self.source.store} is copied from {self.target.region} to"
                f" {self.source.region} only while the primary is there",
                f"`seatrial failover {self.source.store} --to {self.target.region}` moves it",
            )
        return (Step.FENCE, Step.ANEW)

    def told(self, step: Step) -> tuple[str, str]:
        """What a step is, and what is looked at before the next."""
        here, there = self.source.region, self.target.region
        return {
            Step.START: (f"the members in {there} are started", "they answer"),
            Step.COPY: (
                f"{there} is made a copy of {here}; what it has alone is thrown away",
                "it gets the log",
            ),
            Step.FENCE: (
                f"{here} takes no writes any more",
                "no member is the primary, and none may become it",
            ),
            Step.CATCH_UP: (f"{there} has all that {here} had", "where their logs end"),
            Step.PROMOTE: (f"{there} takes the writes", "one of its members is the primary"),
            Step.FOLLOW: (f"{here} follows {there}", "it gets the log"),
            Step.ANEW: (
                f"{here} is copied from {there} anew; what it has alone is set aside",
                "it gets the log",
            ),
        }[step]

    def exposed(self, clock: Callable[[], float]) -> float | None:
        """How old at most what is lost may be, in seconds, if the target takes over as it is.

        It is the time from its newest write until nobody was the primary any more. 0 while the
        source can hand over. None where that is not known, as where both take writes.
        """
        here, there = self.view(self.source), self.view(self.target)
        if here.hands_over:
            return None if here.primary and there.primary else 0.0
        newest = there.written
        try:
            answer = self.target.runtime.request("GET", self.target.front, STATUS, STATS)
            away, now = status.gone(answer.body), clock()
        except (RuntimeFailure, ValueError):
            return None
        if newest is None or away is None:
            return None
        return max(0.0, now - away - newest)

    def allowed(self, accepted: float | None, clock: Callable[[], float]) -> str:
        """What may be lost, as a sentence. Raises Unclear where that is more than is accepted.

        `accepted` is in seconds; None: no more than the store's RPO.
        """
        most, exposed = self.source.rpo if accepted is None else accepted, self.exposed(clock)
        whose = "the RPO" if accepted is None else "what is accepted"
        if exposed is None:
            said = f"how much of {self.source.store} is lost with {self.source.region} is unknown"
            if accepted is None:
                raise Unclear(said, "write --accept-loss with how much may be")
            return f"{said}; accepted is {duration(accepted)}"
        said = f"at most what was written in the last {duration(exposed)} is lost"
        if exposed > most:
            raise Unclear(
                f"{said}, more than {whose} of {duration(most)}",
                f"write --accept-loss {max(1, round(exposed + 0.5))}s to lose it",
            )
        return said if exposed else "nothing is lost: it is handed over"

    def carried_out(
        self,
        steps: tuple[Step, ...],
        say: Callable[[str], None],
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        """Do each step, and wait until it is seen. Raises RuntimeFailure where it is not in time.

        It is done again while it is not seen: who was asked may just have lost its lease.
        """
        for step in steps:
            within = _TIMES.get(step, _WITHIN)
            deadline = clock() + within
            if step is Step.ANEW:
                self._emptied()
            while not self._seen(step):
                if clock() > deadline:
                    told = f"it was not seen within {within:.0f} s that {self.told(step)[0]}"
                    raise RuntimeFailure(told, self._cure(step))
                with suppress(RuntimeFailure, Unclear):
                    self._done(step)
                sleep(_LOOK)
            if step is Step.PROMOTE:
                self._obeyed()
            say(self.told(step)[0])

    def _cure(self, step: Step) -> str:
        """What to do where a step is not seen."""
        store, here, there = self.source.store, self.source, self.target
        copy = {Step.COPY: there, Step.FOLLOW: here}.get(step)
        if copy is not None:
            return f"`seatrial failover {store} --rebuild {copy.region}` copies it anew"
        return (
            "look with `seatrial failover`, then give the same order again;"
            f" `seatrial status --logs {there.workload}` says more"
        )

    def _seen(self, step: Step) -> bool:
        here, there = self.view(self.source), self.view(self.target)
        return {
            Step.START: there.answers,
            Step.COPY: there.follows,
            Step.FENCE: here.fenced,
            Step.CATCH_UP: here.fenced and there.has(here.position),
            Step.PROMOTE: there.primary and there.copied is False,
            Step.FOLLOW: here.follows,
            Step.ANEW: here.follows,
        }[step]

    def _done(self, step: Step) -> None:
        here, there = self.source, self.target
        if step is Step.START:
            there.runtime.start(there.workload)
        elif step is Step.COPY:
            _told(there, _follows(there, here))
        elif step is Step.FENCE:
            self._fenced()
        elif step is Step.PROMOTE:
            for replica in range(there.replicas):
                there.runtime.put(there.workload, fence.ORDERED, "", replica=replica)
            _told(there, config.leads(here.region))
        elif step is Step.FOLLOW:
            _told(here, _follows(here, there))

    def _obeyed(self) -> None:
        """The order counts once; where it cannot be taken back, its age takes it back."""
        there = self.target
        for replica in range(there.replicas):
            with suppress(RuntimeFailure):
                there.runtime.execute(there.workload, hands.OBEYED, replica=replica)

    def _emptied(self) -> None:
        """The source's members begin as a copy again, with nothing. Raises RuntimeFailure.

        What they had stays beside, under a name of its own.
        """
        side = self.source
        side.runtime.stop(side.workload)
        side.runtime.empty(side.workload, DATA, f"{side.workload}-{uuid.uuid4().hex[:8]}")
        for key in config.origins(side.front):
            side.runtime.request("POST", side.witnesses[0], "client", DELETE, deleted(key))
        with suppress(RuntimeFailure):  # it is ready once all is copied, which may take longer
            side.runtime.start(side.workload)

    def _fenced(self) -> None:
        """Who can be told is a copy from now on; who cannot is ended, and stays so."""
        if self.view(self.source).answers:
            try:
                _told(self.source, _follows(self.source, self.target))
            except RuntimeFailure:
                return  # it did not answer in time, and is told once more
            except Unclear:
                pass  # nobody agrees on anything there
            else:
                return
        self.source.runtime.kill(self.source.workload)  # who hangs does not hear of a stop


def _follows(copy: Cluster, other: Cluster) -> Mapping[str, Any]:
    if other.stream is None:
        raise Unclear(f"{other.store} has no copy in another region", "")
    return config.follows(copy.region, other.region, other.stream)


def _told(side: Cluster, settings: Mapping[str, Any]) -> None:
    side.first("PATCH", rest.CONFIG, rest.changed(settings))


def _runs(side: Cluster) -> bool:
    """Whether any process of a member is there that might take writes, also where it is stopped."""
    found = (each for each in side.runtime.status() if each.workload == side.workload)
    return any(each.phase in _THERE for each in found)


def _own(side: Cluster, replica: int) -> rest.Own | None:
    try:
        answer = side.runtime.request(
            "GET", side.workload, config.REST, rest.MEMBER, replica=replica
        )
        found = rest.own(answer.body)
        if found.runs:
            return found
        said = side.runtime.execute(side.workload, hands.CONTROL, replica=replica)
        return replace(found, position=hands.shut(said.stdout))
    except (RuntimeFailure, ValueError, AttributeError):
        return None
