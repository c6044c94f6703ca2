"""A port on which nobody listens is all the outage that is needed."""

import asyncio
import contextlib
import math

from api import presence
from common.database import Database
from support.wait import free_port, until


def value() -> float:
    (metric,) = presence.ACTIVE.collect()
    return metric.samples[0].value


def test_without_postgres_the_number_of_users_is_unknown() -> None:
    async def main() -> None:
        database = Database(f"postgresql://app@127.0.0.1:{free_port()}/app", service="test", size=1)
        await database.open()
        presence.ACTIVE.set(7)
        watching = asyncio.create_task(presence.watch(database, every=0.01))
        try:
            await asyncio.to_thread(until, "the gauge to change", lambda: value() != 7)
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
            await database.close()

    asyncio.run(main())
    assert math.isnan(value())
