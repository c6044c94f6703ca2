"""The loop: look at the majority and at the copy, and move the store when that is decided."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from seatrial.daemons.mover import quorum
from seatrial.daemons.mover.decide import Memory, Verdict, looked, verdict
from seatrial.daemons.mover.figures import Figures
from seatrial.daemons.mover.plan import Plan
from seatrial.daemons.mover.quorum import View
from seatrial.daemons.shared.asking import NoAnswerError, ask, post
from seatrial.daemons.shared.log import Log

_EVERY = 1.0  # seconds between two looks
_WITHIN = 2.0  # for one answer; of three the last may be the first that comes
_OK = 200
_KIND = "application/json"
_WRONG = (ValueError, KeyError, TypeError, AttributeError)  # what an answer that is none raises


class Work:
    """What was seen last, and what follows from it.

    `clock` is monotonic: it measures how long home has been gone.
    """

    def __init__(
        self,
        plan: Plan,
        figures: Figures,
        log: Log,
        clock: Callable[[], float],
    ) -> None:
        """Nothing was looked at yet."""
        self._plan, self._figures, self._log = plan, figures, log
        self._clock = clock
        self._memory = Memory()
        self._state: tuple[bool, bool] | None = None  # of the last look, as far as it is told
        self.looked = False
        self.verdict = Verdict(moves=False, ready=False, reason="nothing was looked at yet")

    async def go_on(self) -> None:
        """Look until cancelled."""
        while True:
            await self._look()
            await asyncio.sleep(_EVERY)

    async def _look(self) -> None:
        plan = self._plan
        view, position, _ = await asyncio.gather(self._view(), self._position(), self._three())
        now = self._clock()
        self._memory = looked(self._memory, view, now)
        found = verdict(plan, self._memory, view, position, now)
        self.looked = self.looked or view is not None
        state = (found.ready, self._memory.gone is None)
        if state != self._state:
            self._log.info("state", ready=found.ready, reason=found.reason)
        self.verdict, self._state = found, state
        if view is None:
            self._figures.looked(ready=False, moved=None)
            return
        self._figures.looked(ready=found.ready, moved=view.moved)
        if found.moves:
            await self._move(view, found.reason)
        elif view.moved and view.held and view.home is not None and not view.home.copies:
            await self._asked(quorum.TXN, quorum.forget(plan))

    async def _move(self, view: View, reason: str) -> None:
        """All of it, or nothing: what is not done is decided anew at the next look."""
        plan = self._plan
        try:
            lease = await self._asked(quorum.GRANT, quorum.grant(plan))
            if lease is None:
                return
            body = quorum.move(plan, view, quorum.granted(lease))
            answer = await self._asked(quorum.TXN, body)
            if answer is not None and quorum.done(answer):
                self._log.fault("moved", to=plan.other.region, reason=reason)
            else:
                self._log.fault("not moved", reason="what was seen is not so any more")
        except _WRONG as error:
            self._log.fault("not moved", reason=f"{type(error).__name__}: {error}")

    async def _view(self) -> View | None:
        """What the majority says; None where none answers."""
        body = await self._asked(quorum.TXN, quorum.look(self._plan))
        try:
            return None if body is None else quorum.view(body)
        except _WRONG as error:
            self._log.fault("an answer of etcd is none", reason=f"{type(error).__name__}: {error}")
            return None

    async def _asked(self, path: str, body: str) -> bytes | None:
        """The answer of the first of the three that has one: each asks the majority.

        A change is asked of one alone after another has not answered: it holds but once.
        """
        for at in self._plan.quorum.values():
            try:
                answer = await post(f"http://{at}{path}", body.encode(), kind=_KIND, within=_WITHIN)
            except NoAnswerError:
                continue
            if answer.status == _OK:
                return answer.body
        return None

    async def _position(self) -> int | None:
        """How far the log goes of the member of the copy that has most."""
        asked = [self._told(each) for each in self._plan.members]
        found = await asyncio.gather(*asked)
        return max((each for each in found if each is not None), default=None)

    async def _told(self, member: str) -> int | None:
        try:
            answer = await ask("GET", f"http://{member}{quorum.MEMBER}", within=_WITHIN)
        except NoAnswerError:
            return None
        return quorum.position(answer.body)

    async def _three(self) -> None:
        await asyncio.gather(*(self._well(name, at) for name, at in self._plan.quorum.items()))

    async def _well(self, name: str, at: str) -> None:
        try:
            answer = await ask("GET", f"http://{at}{quorum.HEALTH}", within=_WITHIN)
            well = answer.status == _OK and quorum.healthy(answer.body)
        except NoAnswerError:
            well = False
        self._figures.answered(name, well=well)
