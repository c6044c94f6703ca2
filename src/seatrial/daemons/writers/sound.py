"""Whether what must hold of the store does: its invariants, asked of whoever takes the writes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from seatrial.daemons.writers.plan import Plan
from seatrial.daemons.writers.session import LostError, RefusedError, Session

OWN = "seatrial"  # the database that holds what is written: users' own stays as it is
OWN_INVARIANT = "what was laid before the fault is there"
KEYSTONE = (
    "CREATE TABLE IF NOT EXISTS laid (mark text PRIMARY KEY)",
    "INSERT INTO laid VALUES ('before the fault') ON CONFLICT DO NOTHING",
)
_LAID = "SELECT count(*) = 1 FROM laid"
_PATIENCE = 60.0  # seconds for an invariant: it may read a whole table
_UNKNOWN = "no answer"


class Sound:
    """Asks them all, one round at a time; whoever looks sees the newest whole round."""

    def __init__(self, plan: Plan, clock: Callable[[], float]) -> None:
        """Nothing is asked yet."""
        self._plan, self._clock = plan, clock
        self._round: asyncio.Task[None] | None = None
        self._told: dict[str, Any] = {"began": None, "answers": {}}

    def told(self) -> dict[str, Any]:
        """When the newest whole round `began`, and its `answers`: `t`, `f`, or why there is none.

        The next one is begun, unless one is under way.
        """
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._asked())
        return self._told

    async def _asked(self) -> None:
        began = self._clock()
        answers = {}
        async with _connected(self._plan, OWN) as session:
            answers[OWN_INVARIANT] = await _answer(session, _LAID)
        async with _connected(self._plan, self._plan.database) as session:
            for name, query in self._plan.invariants.items():
                answers[name] = await _answer(session, query)
        self._told = {"began": began, "answers": answers}


@contextlib.asynccontextmanager
async def _connected(plan: Plan, database: str) -> AsyncIterator[Session]:
    session = Session(plan.through, database)
    try:
        yield session
    finally:
        await session.close()


async def _answer(session: Session, query: str) -> str:
    """The first field of the first row, or why there is none."""
    try:
        lines = await session.ask(query, within=_PATIENCE)
    except (LostError, RefusedError) as error:
        return str(error) or _UNKNOWN
    return lines[0].split("\t")[0] if lines else _UNKNOWN
