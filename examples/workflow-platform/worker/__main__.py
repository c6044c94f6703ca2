"""Start the worker, and drain it on SIGTERM or SIGINT: finish the current runs, take no new."""

import asyncio
import logging
import os
import signal
import socket
import sys
from functools import partial

import uvloop
from common import cache
from common.database import Database
from common.errors import DependencyDownError
from common.health import Health
from common.logs import configure_logs
from common.release import RELEASE
from common.schema import migrate
from common.settings import Settings, SettingsError, read_settings
from common.work_queue import WorkQueue
from psycopg import AsyncCursor
from psycopg_pool import AsyncConnectionPool

from seatrial_instrument import Telemetry
from seatrial_instrument.hooks import psycopg, redis
from worker.consume import Consumer
from worker.endpoint import Endpoint
from worker.leases import Leases
from worker.sweep import Sweep

log = logging.getLogger("worker")


async def serve(settings: Settings, telemetry: Telemetry) -> None:
    """Run until a signal, then drain."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)

    database = Database(
        settings.database_url,
        service="worker",
        size=settings.concurrency + 2,
        cursors=psycopg.cursor(AsyncCursor, telemetry),
        pools=psycopg.pool(AsyncConnectionPool, telemetry),
    )
    client = redis.observe(cache.connect(settings.redis_url), telemetry)
    await database.open()
    queue = WorkQueue(client)
    health = Health({"database": database.check, "cache": partial(cache.check, client)})
    endpoint = Endpoint(health, telemetry, host=settings.metrics_host, port=settings.metrics_port)
    leases = Leases(database)
    consumer = Consumer(queue, leases, telemetry, name=f"{socket.gethostname()}-{os.getpid()}")
    sweep = Sweep(database, queue, keep_days=settings.keep_days)

    serving = asyncio.create_task(endpoint.serve())
    await _migrate(database, stopping)
    slots = [asyncio.create_task(consumer.run(stopping)) for _ in range(settings.concurrency)]
    sweeping = asyncio.create_task(sweep.run(stopping))
    log.info("started", extra={"fields": {"concurrency": settings.concurrency}})
    try:
        await _until_stopped(stopping, [serving, sweeping, *slots])
        log.info("draining", extra={"fields": {"running": consumer.running}})
        _, late = await asyncio.wait([sweeping, *slots], timeout=settings.drain_seconds)
        if late:
            log.warning("gave up draining; the runs' leases will expire")
    finally:
        stopping.set()
        for task in (sweeping, *slots):
            task.cancel()
        endpoint.stop()
        await asyncio.wait([serving], timeout=2)
        await client.aclose()
        await database.close()
        log.info("stopped")


async def _migrate(database: Database, stopping: asyncio.Event) -> None:
    """Bring the schema up to date as soon as PostgreSQL lets it."""
    while not stopping.is_set():
        try:
            await migrate(database)
        except DependencyDownError as error:
            log.warning("cannot migrate yet", extra={"fields": {"reason": error.reason}})
            await asyncio.sleep(0.5)
        else:
            return


async def _until_stopped(stopping: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    """Return when asked to stop; raise what ended a task that should not have ended."""
    waiting = asyncio.create_task(stopping.wait())
    finished, _ = await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    for task in finished - {waiting}:
        task.result()


def main() -> int:
    """Exit code 0 after a drain, 1 when the address is taken, 2 when the settings are wrong."""
    try:
        settings = read_settings()
    except SettingsError as error:
        print(f"worker: {error}", file=sys.stderr)
        return 2
    configure_logs("worker", settings.log_level)
    telemetry = Telemetry.from_environment("worker", version=RELEASE)
    try:
        uvloop.run(serve(settings, telemetry))
    except OSError as error:
        log.critical("cannot start", extra={"fields": {"reason": str(error)}})
        return 1
    finally:
        telemetry.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
