"""All journeys and checks of the plan: starts, replaces and stops what runs them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from seatrial.daemons.prober import read, words
from seatrial.daemons.prober.browser.holder import Holder
from seatrial.daemons.prober.checks.asker import Asker
from seatrial.daemons.prober.checks.figures import CheckFigures
from seatrial.daemons.prober.checks.model import Check
from seatrial.daemons.prober.figures import Figures
from seatrial.daemons.prober.plan import Journey, Plan
from seatrial.daemons.prober.runner import Runner
from seatrial.daemons.prober.spans import Span
from seatrial.daemons.shared.log import Log


def load(path: Path) -> Plan:
    """Read the plan's file. Raises PlanError."""
    try:
        return read.parse(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise words.PlanError(f"{path}: cannot be read: {error}; give a readable --plan") from error
    except words.PlanError as error:
        raise words.PlanError(f"{path}: {error}") from error


def hosts(journeys: Iterable[Journey]) -> Mapping[str, str]:
    """Where the names are that a browser asks for: of several replicas, at the first."""
    return {each.host: urlsplit(each.bases[0]).netloc for each in journeys if each.host}


class Fleet:
    """Holds a runner and its task for each journey and entry, and the one that asks all checks."""

    def __init__(
        self,
        path: Path,
        *,
        session: aiohttp.ClientSession,
        fresh: aiohttp.ClientSession,
        figures: Figures,
        checked: CheckFigures,
        take: Callable[[Span], None],
        log: Log,
        browser: Holder | None = None,
    ) -> None:
        """`fresh` is a session that connects anew each time: a check tells of the listener, too."""
        self._path, self._session, self._figures, self._log = path, session, figures, log
        self._fresh, self._checked, self._take = fresh, checked, take
        self._browser = browser
        self._asking: tuple[Asker, asyncio.Task[None]] | None = None
        self._running: dict[str, tuple[Runner, asyncio.Task[None]]] = {}
        self._reread = asyncio.Event()
        self._broken: BaseException | None = None

    def ask_to_reread(self) -> None:
        """Read the plan again soon (SIGHUP)."""
        self._reread.set()

    def set_factor(self, journey: str, factor: float) -> bool:
        """Multiply a journey's rate; false when there is no such journey."""
        found = self._of(journey)
        for each in found:
            each.set_factor(factor)
        return bool(found)

    def set_propagation(self, journey: str, *, on: bool) -> bool:
        """Whether a journey's requests carry its trace; false when there is no such journey."""
        found = self._of(journey)
        for each in found:
            each.propagates = on
        return bool(found)

    def set_detour(self, journey: str, base: str) -> bool:
        """Lead a journey's runs through another URL, "" for none; false when there is none such."""
        found = self._of(journey)
        for each in found:
            each.detour = base
        return bool(found)

    def set_asserted(self, journey: str, step: str, *, on: bool) -> bool:
        """Whether anything is expected of a step; false when there is no such journey or step."""
        found = [
            runner
            for runner in self._of(journey)
            if step in {each.name for each in runner.journey.walked}
        ]
        for each in found:
            each.unasserted = each.unasserted - {step} if on else each.unasserted | {step}
        return bool(found)

    def set_maintenance(self, journey: str, *, on: bool) -> bool:
        """Whether maintenance of a journey holds now; false when there is no such journey."""
        found = self._of(journey)
        for each in found:
            each.set_closed(on=on)
        return bool(found)

    def _of(self, journey: str) -> list[Runner]:
        """What walks a journey: one at each entry."""
        return [runner for runner, _ in self._running.values() if runner.journey.name == journey]

    def rates(self) -> dict[str, dict[str, float]]:
        """Give each journey's planned rate (runs a second, at each entry) and its factor."""
        return {
            runner.journey.name: {"rate": runner.journey.rate, "factor": runner.factor}
            for runner, _ in self._running.values()
        }

    def ended(self, moment: float, now: float) -> dict[str, Any]:
        """What became of the runs of each journey that ended since a moment, by its key."""
        return {key: runner.ended.since(moment, now) for key, (runner, _) in self._running.items()}

    async def run(self, plan: Plan) -> None:
        """Run the plan, and each that is read after it, until cancelled."""
        try:
            await self._apply(plan)
            while True:
                await self._wait()
                try:
                    plan = load(self._path)
                except words.PlanError as error:
                    # The old plan goes on: a typing error must not end the monitoring.
                    self._figures.plan_ok.set(0)
                    self._log.fault("plan", fault=str(error))
                else:
                    await self._apply(plan)
        finally:
            await self._stop(list(self._running))
            await self._ask(())

    async def _wait(self) -> None:
        """Wait for SIGHUP; a runner that breaks ends the daemon with its error."""
        await self._reread.wait()
        self._reread.clear()
        if self._broken is not None:
            raise self._broken

    async def _apply(self, plan: Plan) -> None:
        wanted = {journey.key: journey for journey in plan.journeys}
        changed = [
            name
            for name, (runner, _) in self._running.items()
            if wanted.get(name) != runner.journey
        ]
        factors = {name: self._running[name][0].factor for name in changed}
        await self._stop(changed)
        if self._browser is not None:
            browsed = [each for each in plan.journeys if each.acts]
            await self._browser.serve(hosts(browsed), needed=bool(browsed))
        for name, journey in wanted.items():
            if name in self._running:
                continue
            runner = Runner(
                journey,
                session=self._session,
                figures=self._figures.at(journey.entry),
                take=self._take,
                log=replace(self._log, about={"entry": journey.entry} if journey.entry else {}),
                browser=self._browser,
            )
            if name in factors:
                runner.set_factor(factors[name])
            task = asyncio.create_task(runner.run())
            task.add_done_callback(self._ended)
            self._running[name] = (runner, task)
        await self._ask(plan.checks)
        self._figures.plan_ok.set(1)
        self._log.info("plan", journeys=sorted(wanted), checks=len(plan.checks), replaced=changed)

    async def _ask(self, checks: tuple[Check, ...]) -> None:
        """Ask these checks from now on; where they are the same, on their old timetable."""
        if self._asking is not None:
            asker, task = self._asking
            if asker.checks == checks:
                return
            self._asking = None
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if not checks:
            return
        asker = Asker(checks, session=self._fresh, figures=self._checked, log=self._log)
        task = asyncio.create_task(asker.run())
        task.add_done_callback(self._ended)
        self._asking = asker, task

    async def _stop(self, names: list[str]) -> None:
        for name in names:
            _, task = self._running.pop(name)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._broken = error
            self._reread.set()
