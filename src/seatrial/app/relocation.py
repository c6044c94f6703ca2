"""A store that is moved to its other region, step by step.

What is done next follows from what is seen, so that whoever was broken off begins again and goes
on. Writes are fenced off where the store was before they are let in where it goes; between the two
nobody takes any.
"""

import math
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from seatrial.app import side
from seatrial.app.failover import Cluster
from seatrial.app.unclear import Unclear
from seatrial.app.view import View
from seatrial.contract.runtime import RuntimeFailure
from seatrial.contract.words import MINUTE, duration
from seatrial.engines.patroni import config, fence, hands
from seatrial.engines.patroni.workload import DATA

_LOOK = 0.2
_PATIENCE = 20.0  # seconds: a primary that was told to stop has stopped by then
_WITHIN = 120.0  # seconds for one step
_SLACK = 1.0  # seconds: a write is acknowledged after it is committed


class Step(StrEnum):
    """What is done to move a store, in this order."""

    START = "start"
    COPY = "copy"
    FENCE = "fence"
    CATCH_UP = "catch up"
    PROMOTE = "promote"
    FOLLOW = "follow"
    JOIN = "join"
    ANEW = "copy anew"


_TIMES = {
    Step.ANEW: 3600.0,  # all of it is sent
}


@dataclass(frozen=True, kw_only=True)
class Relocation:
    """A store's way from one of its regions to the other one."""

    source: Cluster
    target: Cluster

    def view(self, region: Cluster) -> View:
        """What is to be seen of a region now. Never raises RuntimeFailure."""
        return side.view(region)

    def planned(self) -> tuple[Step, ...]:
        """What is to be done; nothing where it is there already. Raises Unclear: it cannot be."""
        there, here = self.view(self.target), self.view(self.source)
        if there.primary and not here.primary:
            if here.ended and side.agreed_copy(self.source):  # an order has ended it
                return (Step.FOLLOW, Step.JOIN)
            left = () if here.follows or not here.answers else (Step.FOLLOW,)
            return left if self._joined(here, there) else (*left, Step.JOIN)
        if there.primary:
            # Both take writes: those of one side go. It is no use to follow: each may have promoted
            # itself to a timeline of the same number, which are then held for one.
            return (Step.FENCE, Step.ANEW)
        found = [] if there.answers else [Step.START]
        if here.primary:
            if not there.follows:
                found.append(Step.COPY)
        elif not there.answers and not (there.ended and here.answers):
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
        return (*found, Step.JOIN)

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
            Step.JOIN: (
                f"everybody follows the primary in {there}",
                "each that answers gets the log",
            ),
            Step.ANEW: (
                f"{here} is copied from {there} anew; what it has alone is set aside",
                "it gets the log",
            ),
        }[step]

    def exposed(self, clock: Callable[[], float]) -> float | None:
        """How old at most what is lost may be, in seconds, if the target takes over as it is.

        It is the time since its newest write: who is cut off may have taken writes until now. 0
        while the source can hand over. None where that is not known, as where both take writes.
        """
        here, there = self.view(self.source), self.view(self.target)
        if here.hands_over:
            return None if here.primary and there.primary else 0.0
        return None if there.written is None else max(0.0, clock() - there.written)

    def since(self, clock: Callable[[], float]) -> float:
        """From when on what was acknowledged may be lost, in seconds since the epoch.

        Of what is handed over, from now on. 0 where nobody knows how far the target's copy goes.
        """
        here, there = self.view(self.source), self.view(self.target)
        if here.hands_over or there.primary:
            return clock()
        return 0.0 if there.written is None else there.written - _SLACK

    def unsent(self) -> int | None:
        """How many segments the source's primary has not archived yet; None where it says nothing.

        Once it is no primary any more it sends none, and its successor has the newest alone. 0
        where there is none: a lost region is asked for nothing.
        """
        here = self.source
        for replica, each in enumerate(self.view(here).members):
            if each is not None and each.primary:
                with suppress(RuntimeFailure, ValueError):
                    said = here.runtime.execute(here.workload, hands.UNSENT, replica=replica)
                    return int(said.stdout)
                return None
        return 0

    def archived(self, accepted: float | None) -> None:
        """Raise Unclear where as much waits as a successor has, and no loss is accepted.

        A stop closes one more.
        """
        count = self.unsent()
        if accepted is None and (count is None or count >= config.HELD):
            log = f"of the log of {self.source.store}"
            waits = (
                f"how many segments {log} are archived nobody says"
                if count is None
                else f"{count} segments {log} are not archived yet"
            )
            raise Unclear(
                f"{waits}: backups would lack what is not sent by then",
                "give the order again when they are (`ArchivingStuck` ends), or write"
                " --accept-loss with how much may be",
            )

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
        if not exposed:
            return "nothing is lost: it is handed over"
        said = f"at most what was written in the last {duration(exposed)} is lost"
        if exposed > most:
            raise Unclear(
                f"{said}, more than {whose} of {duration(most)}",
                f"write --accept-loss {math.ceil(exposed / MINUTE) + 1}m to lose it",
            )
        return said

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
            if step is Step.ANEW:
                self._emptied()
            try:
                self._until(step, clock, sleep, kept=Step.CATCH_UP in steps)
            finally:
                if step is Step.PROMOTE:
                    self._obeyed()
            say(self.told(step)[0])

    def _until(
        self,
        step: Step,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        *,
        kept: bool = False,
    ) -> None:
        began, within = clock(), _TIMES.get(step, _WITHIN)
        while not self._seen(step):
            if clock() > began + within:
                told = f"it was not seen within {within:.0f} s that {self.told(step)[0]}"
                raise RuntimeFailure(told, self._cure(step))
            again: tuple[Step, ...] = ()
            with suppress(RuntimeFailure, Unclear):
                again = self._done(step, late=clock() > began + _PATIENCE, kept=kept)
            sleep(_LOOK)
            for each in again:
                self._until(each, clock, sleep, kept=kept)
                began = clock()

    def _cure(self, step: Step) -> str:
        """What to do where a step is not seen."""
        store, here, there = self.source.store, self.source, self.target
        if step is Step.JOIN:
            return f"{store} is moved; `seatrial failover` shows who does not follow yet"
        if step is Step.CATCH_UP and self.view(here).ended:
            return (
                f"`seatrial failover {store} --to {here.region}` has {here.region} take them again;"
                f" the same order with --accept-loss goes on without what {here.region} had last"
            )
        copy = {Step.COPY: there, Step.FOLLOW: here}.get(step)
        if copy is not None:
            return f"`seatrial failover {store} --rebuild {copy.region}` copies it anew"
        return (
            "look with `seatrial failover`, then give the same order again;"
            f" `seatrial status --logs {there.workload}` says more"
        )

    def _seen(self, step: Step) -> bool:
        here, there = self.view(self.source), self.view(self.target)
        if step in {Step.FOLLOW, Step.ANEW}:
            # as whoever looks next is told, too: what is last is not done while it looks undone
            return here.follows and self.source.headed()
        if step is Step.JOIN:
            return self._joined(here, there)
        return {
            Step.START: there.answers,
            Step.COPY: there.follows,
            Step.FENCE: here.fenced,
            Step.CATCH_UP: here.fenced and there.has(here.position),
            # who came back meanwhile may have been let in at the same moment
            Step.PROMOTE: there.primary and there.copied is False and not here.primary,
        }[step]

    def _joined(self, here: View, there: View) -> bool:
        """As each tells of itself now, and as whoever looks next is told.

        Of a region that is lost nobody is waited for.
        """
        if not there.joined or not self.target.joined():
            return False
        return not here.answers or (here.followed and self.source.well())

    def _done(self, step: Step, *, late: bool, kept: bool) -> tuple[Step, ...]:
        """One try; what must be so again before the next one.

        `kept`: what the source has is handed over, and nothing of it may be lost.
        """
        here, there = self.source, self.target
        if step is Step.START:
            there.runtime.start(there.workload)
        elif step is Step.COPY:
            side.told(there, side.copy_of(there, here))
        elif step is Step.FENCE:
            self._fenced(late=late, kept=kept)
        elif step is Step.PROMOTE:
            return self._promoted(late=late, kept=kept)
        elif step is Step.FOLLOW:
            self._followed()
        elif step is Step.ANEW and not self.view(here).runs:
            here.runtime.start(here.workload)
        return ()

    def _promoted(self, *, late: bool, kept: bool) -> tuple[Step, ...]:
        """Only while the other side is fenced, which who came back meanwhile is not.

        Then it may have taken writes since, which the target has to have as well.
        """
        seen, there = self.view(self.source), self.target
        if not seen.fenced and kept:
            # one that only says nothing was told before, and has handed over what it had
            again = seen.primary or seen.copied is False
            return (Step.FENCE, Step.CATCH_UP) if again else ()
        if not seen.fenced:
            self._fenced(late=late, kept=kept)
            return ()
        for replica in range(there.replicas):
            there.runtime.put(there.workload, fence.ORDERED, "", replica=replica)
        side.told(there, config.leads(self.source.region))
        return ()

    def _followed(self) -> None:
        here, seen = self.source, self.view(self.source)
        if not seen.runs:
            here.runtime.start(here.workload)  # it was ended, because one of it hung
        elif seen.copied is not True:
            side.told(here, side.copy_of(here, self.target))

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
        here = self.source
        copied = self.view(here).copied
        if copied is None:  # all were ended, because one would not stop
            copied = side.agreed_copy(here)
        if copied is not True:  # it would begin as an empty store of its own
            raise RuntimeFailure(
                f"whether the members in {here.region} would begin as a copy nobody says",
                "run `seatrial up`, so that they answer, then give the same order again",
            )
        here.runtime.kill(here.workload)
        side.forget(here)
        here.runtime.empty(here.workload, DATA, f"{here.workload}-{uuid.uuid4().hex[:8]}")
        with suppress(RuntimeFailure):  # it is ready once all is copied, which may take longer
            here.runtime.start(here.workload)

    def _fenced(self, *, late: bool, kept: bool) -> None:
        """Who can be told is a copy from now on; who cannot is ended, and stays so.

        A cluster that was told stops its primary; one that is `late` does not. Of a region in which
        one hangs all are ended: which of them was the primary nobody can say. One that is to hand
        over (`kept`) and says nothing has as long: whoever was ended hands over nothing.
        """
        seen = self.view(self.source)
        if seen.answers and seen.copied is not True:
            with suppress(RuntimeFailure, Unclear):
                side.told(self.source, side.copy_of(self.source, self.target))
                return
        if late or not (kept or seen.answers):
            self.source.runtime.kill(self.source.workload)  # who hangs does not hear of a stop
