"""Take messages from the queue and see each through."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator

from common.errors import DependencyDownError
from common.logs import identified
from common.work_queue import STREAM, Delivery, WorkQueue

from seatrial_instrument import Span, Telemetry, process
from worker.execute import execute
from worker.leases import LEASE_SECONDS, Lease, LeaseLostError, Leases, Refusal
from worker.metrics import RUNNING, RUNS

log = logging.getLogger(__name__)

_WAIT_MS = 1000
_OUTAGE_PAUSE = 0.5


class Consumer:
    """Several slots run it side by side; they share its name in the queue."""

    def __init__(
        self, queue: WorkQueue, leases: Leases, telemetry: Telemetry, *, name: str
    ) -> None:
        self._queue = queue
        self._leases = leases
        self._telemetry = telemetry
        self._name = name
        self._next_take_over = 0.0
        self.running = 0

    async def run(self, stopping: asyncio.Event) -> None:
        """Take and execute until `stopping`; outages are waited out."""
        while not stopping.is_set():
            try:
                delivery = await self._take()
                if delivery is not None:
                    with identified(delivery.run):
                        await self._traced(delivery)
            except DependencyDownError as error:
                log.warning(
                    "waiting for a store",
                    extra={"fields": {"dependency": error.store, "reason": error.reason}},
                )
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), _OUTAGE_PAUSE)

    async def _take(self) -> Delivery | None:
        """A message of a worker that died, looked for once a second, or a new one."""
        if time.monotonic() >= self._next_take_over:
            self._next_take_over = time.monotonic() + 1
            orphan = await self._queue.take_over(self._name, idle_ms=LEASE_SECONDS * 1000)
            if orphan is not None:
                log.info("taking over", extra={"fields": {"run": orphan.run}})
                return orphan
        return await self._queue.take(self._name, wait_ms=_WAIT_MS)

    async def _traced(self, delivery: Delivery) -> None:
        """Within the trace of whoever asked for the run."""
        with process(
            self._telemetry, STREAM, delivery.carrier, system="redis", operation="execute"
        ) as span:
            await self._handle(delivery, span)

    async def _handle(self, delivery: Delivery, span: Span) -> None:
        """Execute a run if nobody else does; acknowledge it when it is over."""
        lease = await self._leases.claim(delivery.run)
        if isinstance(lease, Lease):
            try:
                async with self._counted(), self._renewed(lease):
                    error = await execute(self._leases, lease)
                    await self._leases.finish(lease, error=error)
            except LeaseLostError:
                span.fail("lease lost")
                log.warning("the lease was lost; another worker goes on")
                return
            if error:
                span.fail("run failed")
            RUNS.labels("failed" if error else "ok").inc()
            log.info("run finished", extra={"fields": {"error": error}})
        elif lease is Refusal.HELD:
            # It comes back by take_over when that worker dies.
            return
        await self._queue.done(delivery)

    @contextlib.asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        self.running += 1
        RUNNING.set(self.running)
        try:
            yield
        finally:
            self.running -= 1
            RUNNING.set(self.running)

    @contextlib.asynccontextmanager
    async def _renewed(self, lease: Lease) -> AsyncIterator[None]:
        """Keep the lease while the block runs. A failed renewal is left to the next write."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(LEASE_SECONDS / 3)
                with contextlib.suppress(DependencyDownError, LeaseLostError):
                    await self._leases.renew(lease)

        task = asyncio.create_task(renew())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
