"""The loops: rows at an even rate, reads beside them, and a look at each member by itself."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Callable, Iterable

from seatrial.daemons.writers.figures import Figures
from seatrial.daemons.writers.plan import Login, Plan
from seatrial.daemons.writers.seen import NEAR, Glance, Outcome, Write
from seatrial.daemons.writers.session import LostError, RefusedError, Session
from seatrial.daemons.writers.sound import KEYSTONE, OWN

WRITERS, EVERY = 4, 0.1  # seconds between two rows of one writer
_READ, _LOOKED = 0.1, 0.2  # seconds between two reads, and between two looks at a member
_PATIENCE = 3.0  # seconds for an answer: who hangs is left, and connected to anew
_PAUSE = 0.05  # seconds before it is tried again to connect
_KEPT = 900.0  # seconds for which all is remembered
_TRIM = 60.0
# A standby is not asked to write: it would write an error to its log, five times a second.
_LOOK = (
    "SELECT CASE WHEN pg_is_in_recovery() THEN NULL"
    " ELSE pg_logical_emit_message(true, 'seatrial', 'look') END"
)
_TABLE = "CREATE TABLE IF NOT EXISTS written (run text, number bigint, PRIMARY KEY (run, number))"
Clock = Callable[[], float]


class Writing:
    """All that is written, read and looked at; `run` is this daemon's own name in the table."""

    def __init__(self, plan: Plan, run: str, figures: Figures, clock: Clock = time.time) -> None:
        """Nothing is asked yet."""
        self._plan, self._run, self._figures, self.clock = plan, run, figures, clock
        self._numbers = itertools.count(1)
        self.writes: deque[Write] = deque()
        self.reads: deque[float] = deque()
        self.glances: deque[Glance] = deque()
        self.known = clock()  # since then everything is remembered
        self.ready = False

    @property
    def members(self) -> tuple[str, ...]:
        """The names of those that are looked at."""
        return tuple(self._plan.members)

    async def work(self) -> None:
        """Until it is cancelled."""
        await self._furnished()
        loops = [self._write(each) for each in range(WRITERS)]
        loops += [self._look(*each) for each in self._plan.members.items()]
        loops += [self._read(), self._trim()]
        async with asyncio.TaskGroup() as group:
            for each in loops:
                group.create_task(each)

    async def there(self, numbers: Iterable[int]) -> frozenset[int] | None:
        """Which of these rows are in the table; None where nobody answers."""
        wanted = list(numbers)
        if not wanted:
            return frozenset()
        session = Session(self._plan.through, OWN)
        try:
            lines = await session.ask(
                f"SELECT number FROM written WHERE run = '{self._run}'"  # noqa: S608 - our own
                f" AND number BETWEEN {min(wanted)} AND {max(wanted)}",
                within=2.0,
            )
            return frozenset(int(each) for each in lines)
        except (LostError, RefusedError, ValueError):
            return None
        finally:
            await session.close()

    async def _furnished(self) -> None:
        """Have the database and the table there, however long the store takes to answer."""
        session, own = Session(self._plan.through, "postgres"), Session(self._plan.through, OWN)
        while not self.ready:
            try:
                query = f"SELECT 1 FROM pg_database WHERE datname = '{OWN}'"  # noqa: S608 - our own
                if not await session.ask(query, within=_PATIENCE):
                    await session.ask(f"CREATE DATABASE {OWN}", within=30.0)
                await own.ask("SET client_min_messages = error", within=_PATIENCE)
                for each in (_TABLE, *KEYSTONE):
                    await own.ask(each, within=_PATIENCE)
                self.ready = True
            except (LostError, RefusedError):
                await asyncio.sleep(1.0)
        await session.close()
        await own.close()

    async def _write(self, writer: int) -> None:
        session = Session(self._plan.through, OWN)
        await asyncio.sleep(writer * EVERY / WRITERS)
        try:
            while True:
                begun = self.clock()
                write = await self._row(session)
                self.writes.append(write)
                self._figures.written(write)
                left = EVERY - (self.clock() - begun)
                pause = 0.0 if write.outcome is Outcome.ACKNOWLEDGED else _PAUSE
                await asyncio.sleep(max(left, pause))
        finally:
            await session.close()

    async def _row(self, session: Session) -> Write:
        number, sent = next(self._numbers), self.clock()
        insert = f"INSERT INTO written VALUES ('{self._run}', {number}) RETURNING number"  # noqa: S608 - both our own
        try:
            said = await session.ask(insert, within=_PATIENCE)
            known = said == [str(number)]
            outcome = Outcome.ACKNOWLEDGED if known else Outcome.UNKNOWN
        except RefusedError:
            outcome = Outcome.REFUSED
        except LostError:
            outcome = Outcome.UNKNOWN
        return Write(number=number, sent=sent, ended=self.clock(), outcome=outcome)

    async def _read(self) -> None:
        session = Session(self._plan.through, OWN)
        try:
            while True:
                try:
                    await session.ask("SELECT max(number) FROM written", within=_PATIENCE)
                    self.reads.append(self.clock())
                    await asyncio.sleep(_READ)
                except (LostError, RefusedError):
                    await asyncio.sleep(_PAUSE)
        finally:
            await session.close()

    async def _look(self, member: str, login: Login) -> None:
        """Each by itself: one that hangs keeps nobody from looking at the others."""
        session = Session(login, "postgres")
        try:
            while True:
                begun = self.clock()
                took = await _takes(session)
                self.glances.append(Glance(at=self.clock(), member=member, took=took))
                self._figures.looked(member, took=bool(took))
                await asyncio.sleep(max(0.0, _LOOKED - (self.clock() - begun)))
        finally:
            await session.close()

    async def _trim(self) -> None:
        """Forget what is old, here first and then in the table."""
        session = Session(self._plan.through, OWN)
        try:
            while True:
                await asyncio.sleep(_TRIM)
                before = self.clock() - _KEPT
                while self.writes and self.writes[0].ended < before:
                    self.writes.popleft()
                while self.reads and self.reads[0] < before:
                    self.reads.popleft()
                while self.glances and self.glances[0].at < before:
                    self.glances.popleft()
                self.known = max(self.known, before)
                first = min((each.number for each in self.writes), default=0)
                try:
                    await session.ask(
                        f"DELETE FROM written WHERE run <> '{self._run}' OR number < {first}",  # noqa: S608 - both our own
                        within=30.0,
                    )
                except (LostError, RefusedError):
                    continue
        finally:
            await session.close()


async def _takes(session: Session) -> bool | None:
    """Whether a member acknowledges a write now: a standby says that it is one; None: nothing."""
    try:
        return any(await session.ask(_LOOK, within=NEAR))
    except (LostError, RefusedError):
        return None
