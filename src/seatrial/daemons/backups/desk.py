"""Takes orders, one at a time, and backups when they are due."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from seatrial.daemons.backups import backups
from seatrial.daemons.backups.backups import Backup, kept
from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.copy import Copy, copies_in
from seatrial.daemons.backups.figures import OPENING, Figures
from seatrial.daemons.backups.product import DRILL, TICK, Product, RefusedError, Taking, room_at
from seatrial.daemons.backups.verifying import Verifying
from seatrial.daemons.backups.work import BROKEN_OFF, DONE, Work
from seatrial.daemons.shared.log import Log

_RETRY = 300.0  # seconds after a scheduled backup that failed
BACKUP, RESTORE, REMOVAL = "backup", "restore", "removal"
SEARCH, VERIFICATION = "search", "verification"
TAKE, EXCHANGE, LEAVE = "take", "exchange", "leave"


class BusyError(Exception):
    """Something else is being done; the text says what."""


class Desk:
    """The one who does it."""

    def __init__(self, product: Product, figures: Figures, log: Log) -> None:
        """Nothing is done yet."""
        self._keeping, self._restoring = product.keeping, product.restoring
        self._taking, self._access = product.taking, product.access
        self._unable, self._special = product.unable, product.special
        self._searching = product.searching
        self._identity = product.identity
        self._figures, self._log = figures, log
        self._verifying = Verifying(product.keeping, product.restoring.plan, figures)
        self._reads: asyncio.Task[None] | None = None
        self._searches: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._doing: Work | None = None
        self._copy: Copy | None = None
        self._failed = float("-inf")
        self._scheduled: Work | None = None
        self._opened: str | None = None  # the history whose place was had
        self._opening = asyncio.Lock()
        self.works: dict[str, Work] = {}

    @property
    def busy(self) -> Work | None:
        """What is being done."""
        return self._doing if self._task is not None and not self._task.done() else None

    # -- orders ----------------------------------------------------------------------------

    def backup(self, kind: str) -> Work:
        """Take a backup now. Raises BusyError."""
        return self._do(BACKUP, {"kind": kind}, lambda work: self._take(work, kind))

    def verify(self) -> Work:
        """Read all that lies in the repository, beside a backup; or go on reading it.

        Raises BusyError.
        """
        busy, reads = self.busy, self._reads
        if busy is not None and busy.kind in {RESTORE, DRILL}:
            raise BusyError(f"a {busy.kind} is being done, which reads the same disk")
        if reads is not None and not reads.done() and not reads.cancelling():
            return self.works[VERIFICATION]
        about: dict[str, Any] = {}
        work = self.works[VERIFICATION] = Work(kind=VERIFICATION, about=about)

        async def read(work: Work) -> None:
            await self._verifying.read(work)
            await self._held()
            found = work.result = self._verifying.told() or {}
            about.update(files=found["files"], damaged=len(found["damaged"]))  # in its line, too

        self._reads = asyncio.create_task(self._done(work, read))
        return work

    def drill(self, of: str = "") -> Work:
        """Show that a restore stops where it should, or do that when something befalls the store.

        Raises BusyError and RefusedError.
        """
        if not of:
            chance = random.SystemRandom().random
            return self._do(DRILL, {}, lambda work: self._restoring.drill(work, chance))
        if of not in self._special:
            raise RefusedError(f"of this product there is no drill of {of}", "order a drill")
        return self._do(DRILL, {"of": of}, self._special[of].drill)

    async def search(self, since: float, only: str) -> Work:
        """Look for what took rows away, beside whatever is done. Raises RefusedError."""
        searching = self._searching
        if searching is None:
            raise RefusedError(
                "of this product no log says what took anything away",
                f"`{self._restoring.plan.order} --to MOMENT --into NAME` shows what was there",
            )
        await searching.check(only)
        about = {"since": since, "table": only}
        if self._searches is not None and not self._searches.done():
            self._searches.cancel()  # who asks anew waits for no older one
            await asyncio.wait([self._searches])
        work = self.works[SEARCH] = Work(kind=SEARCH, about=about)
        self._searches = asyncio.create_task(
            self._done(work, lambda work: searching.search(work, since, only))
        )
        return work

    async def same(self, found: Mapping[str, Any], wanted: str) -> None:
        """Raise RefusedError where a preview is of another server's backup than the `wanted`."""
        if self._identity is not None:
            await self._identity.same(found, wanted)

    def restore(self, target: float, name: str) -> Work:
        """Restore into a copy of that name. Raises BusyError."""
        about = {"target": target, "into": name}
        if self._copy is not None and self._copy.runs:
            raise BusyError(
                f"the copy {self._copy.folder.name} runs, and there is one address for copies;"
                f" `{self._restoring.plan.order} --remove {self._copy.folder.name}` removes it"
            )
        copy = self._restoring.copy(name)
        if copy.there and not copy.unfinished.exists():
            raise BusyError(f"there is a copy {name} already; choose another name, or remove it")

        async def into(work: Work) -> None:
            self._copy = copy
            try:
                await self._restoring.into_copy(work, copy, target)
            except BaseException:  # also where it is broken off: its server must not go on
                await copy.stop()
                raise

        return self._do(RESTORE, about, into)

    def remove(self, name: str) -> Work | None:
        """Remove a copy; None where there is none. Raises BusyError."""
        copy = self._copy_of(name)
        return self._removed(copy) if copy.there or copy.unfinished.exists() else None

    def take(self, name: str, aside: str = "") -> Work:
        """Have all ready for a copy to take the store's place. Raises BusyError, RefusedError."""
        taking, copy = self._takes(), self._copy_of(name)
        taking.check(copy, aside)
        return self._do(TAKE, {"name": name}, lambda work: taking.begin(work, copy, aside))

    def exchange(self, name: str) -> Work:
        """The copy takes the store's place, whose server is stopped.

        Raises BusyError and RefusedError.
        """
        taking, copy = self._takes(), self._copy_of(name)

        async def exchanged(work: Work) -> None:
            await taking.exchange(work, copy)
            if self._copy is copy:
                self._copy = None

        return self._do(EXCHANGE, {"name": name}, exchanged)

    def leave(self) -> Work | None:
        """No copy takes the store's place; None where none was about to. Raises BusyError."""
        taking = self._taking
        if taking is None or not taking.begun:
            return None

        async def left(_: Work) -> None:
            taking.leave()

        return self._do(LEAVE, {"name": taking.begun}, left)

    def _takes(self) -> Taking:
        if self._taking is None:
            raise RefusedError(self._unable, "write --into with a name for the copy")
        return self._taking

    def _copy_of(self, name: str) -> Copy:
        """The copy of that name, with its server where it has one."""
        running = self._copy
        same = running is not None and running.folder.name == name
        return running if running is not None and same else self._restoring.copy(name)

    def end_drill(self) -> Work | None:
        """Break off the drill that is being done, and remove its copy; None where there is none.

        Raises BusyError while something else is done.
        """
        busy, task, copy = self.busy, self._task, self._restoring.copy(DRILL)
        if busy is None or busy.kind != DRILL or task is None:
            return self._removed(copy) if copy.there else None
        task.cancel()
        self._task = None
        return self._removed(copy, after=task)

    def _removed(self, copy: Copy, after: asyncio.Task[None] | None = None) -> Work:
        async def gone(work: Work) -> None:
            if after is not None:
                await asyncio.wait([after])
            work.step("remove")
            await copy.remove()
            if self._copy is copy:
                self._copy = None

        return self._do(REMOVAL, {"name": copy.folder.name}, gone)

    def _do(self, kind: str, about: dict[str, Any], act: Callable[[Work], Awaitable[None]]) -> Work:
        busy = self.busy
        if busy is not None:
            raise BusyError(f"a {busy.kind} is being done since {time.time() - busy.began:.0f} s")
        taking = self._taking
        if taking is not None and taking.begun and not _goes_on(taking, kind, about):
            raise BusyError(self._under_way)
        if kind in {RESTORE, DRILL} and self._reads is not None:
            self._reads.cancel()  # somebody waits for what reads the same disk; it is begun anew
        work = Work(kind=kind, about=about)
        self.works[kind] = self._doing = work
        self._task = asyncio.create_task(self._done(work, act))
        return work

    @property
    def _under_way(self) -> str:
        """Which copy is taking the store's place, and how that goes on; empty where none is."""
        taking, plan = self._taking, self._restoring.plan
        if taking is None or not taking.begun:
            return ""
        return (
            f"the copy {taking.begun} is taking the place of {plan.store};"
            f" `{plan.order} --take {taking.begun}` goes on with it"
            + ("" if taking.taken else f", `{plan.order} --leave` lets go of it")
        )

    @property
    def _between(self) -> bool:
        """Whether a copy is about to take the store's place: until it has, nothing is due."""
        return self._taking is not None and bool(self._taking.begun) and not self._taking.taken

    async def _done(self, work: Work, act: Callable[[Work], Awaitable[None]]) -> None:
        try:
            await act(work)
            work.end()
        except RefusedError as refused:
            work.end(f"{refused.summary}; {refused.cure}")
        except (CommandError, OSError, ValueError) as error:
            work.end(str(error))
        except BaseException:  # whoever watches must not wait for what was broken off
            work.end(BROKEN_OFF)
            raise
        finally:
            self._say(work)

    def _say(self, work: Work) -> None:
        took = round((work.ended or work.began) - work.began, 3)
        fields = {"about": dict(work.about), "seconds": took}
        if work.state == DONE:
            self._log.info(work.kind, **fields)
        else:
            self._log.fault(work.kind, fault=work.error, **fields)

    async def _take(self, work: Work, kind: str) -> None:
        work.step(kind)
        try:
            await self._open()
            await self._keeping.take(kind)
        except (CommandError, OSError, ValueError):
            self._figures.failures.labels(kind).inc()
            raise
        if kind == "full" and self._taking is not None:
            self._taking.settle()
        work.result = {"backups": kept((await self._held())[-1:])}

    async def _held(self) -> tuple[Backup, ...]:
        """What is held, each with what was found of it, and shown so. Raises CommandError."""
        held = self._verifying.marked(await self._keeping.held())
        self._figures.held(held)
        # while one is written, what is left is not what is left for the next
        writing = self.busy is not None and self.busy.kind == BACKUP
        if (lies := self._restoring.plan.lies) is not None and not writing:
            there = await asyncio.to_thread(room_at, lies)
            self._figures.room(there.size, there.free)
        self._verifying.show()
        return held

    async def _open(self) -> None:
        async with self._opening:  # an order may come while it is being opened by the clock
            history = self._keeping.history
            if self._opened != history:
                await self._keeping.opened()
                self._opened = history

    # -- by the clock ----------------------------------------------------------------------

    async def tidy(self) -> None:
        """End what an earlier life has left, before anything is ordered. Raises CommandError."""
        await self._keeping.tidied()
        try:
            await self._restoring.copy(DRILL).remove()
        except OSError as error:  # what a drill has left keeps nobody from taking backups
            self._log.fault("tidy", fault=str(error))

    async def keep_time(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Take what is due, for ever; look at what is there between."""
        while True:
            try:
                await self._tick()
            except (CommandError, OSError, ValueError) as error:  # the server may be away
                self._log.fault("look", fault=str(error))
            await sleep(TICK)

    async def _tick(self) -> None:
        idle = self.busy is None  # else what ends during the look is not in it, and due once more
        await self._looked()
        held = self._verifying.marked(self._keeping.seen or ())
        scheduled, now = self._scheduled, time.time()
        if scheduled is not None and scheduled.ended is not None:
            self._failed = scheduled.ended if scheduled.state != DONE else float("-inf")
            self._scheduled = None
        kind = backups.due(held, self._restoring.plan.schedule, now)
        free = idle and self.busy is None and not self._between
        if kind and free and now - self._failed >= _RETRY:
            self._scheduled = self.backup(kind)
        elif free and held and self._verifying.due():
            self.verify()

    async def _looked(self) -> None:
        """Look at what is held, and at the product; what cannot be seen is not shown.

        Raises CommandError and ValueError.
        """
        try:
            await self._open()
        except (CommandError, OSError, ValueError):
            if self._taking is None or not self._taking.begun:  # else it is stopped on purpose
                self._figures.failures.labels(OPENING).inc()
            self._blind()
            raise
        try:
            await self._held()
        except (CommandError, OSError, ValueError):
            self._blind()
            raise
        try:
            await self._keeping.look()
        except (CommandError, OSError, ValueError):
            self._keeping.unseen()
            raise

    def _blind(self) -> None:
        self._figures.held(None)
        self._keeping.unseen()

    async def end(self) -> None:
        """Break off what is being done, and end the copy that runs."""
        for task in (self._task, self._reads, self._searches):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        if self._copy is not None:
            await self._copy.stop()

    # -- what is told ----------------------------------------------------------------------

    def told(self) -> dict[str, Any]:
        """The policy's state: what is held, what is being done, which copies there are."""
        plan = self._restoring.plan
        held = self._verifying.marked(self._keeping.seen or ())
        running = self._copy.folder.name if self._copy and self._copy.runs else ""
        return {
            "store": plan.store,
            "backups": kept(held),
            "verified": self._verifying.told(),
            "unread": self._verifying.late,
            "anew": self._keeping.anew,
            "due": backups.due(held, plan.schedule, time.time()),
            "works": {kind: each.told() for kind, each in self.works.items()},
            "copies": copies_in(plan.copies, running, DRILL),
            "unable": self._unable if self._taking is None else self._taking.unable,
            "taking": self._taking.begun if self._taking is not None else "",
            "taken": self._taking is not None and self._taking.taken,
            "takes": self._under_way,
            "address": f"{plan.address}:{plan.port}" if plan.port else "",
            **self._access,
            "kinds": list(plan.kinds),
        }


def _goes_on(taking: Taking, kind: str, about: Mapping[str, Any]) -> bool:
    """Whether a work may be done while a copy takes the store's place."""
    if kind == BACKUP:
        return taking.taken
    return kind in {TAKE, EXCHANGE, LEAVE} and about["name"] == taking.begun
