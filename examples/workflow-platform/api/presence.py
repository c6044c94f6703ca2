"""How many users were active lately, as a gauge."""

import asyncio
import math

from common.database import Database
from common.errors import DependencyDownError
from prometheus_client import Gauge

# Each replica reports the same figure, of the whole product: use max(), not sum().
ACTIVE = Gauge("active_users", "Users seen in the last five minutes.")
ACTIVE.set(math.nan)  # until PostgreSQL has been asked
_COUNT = "SELECT count(*) AS n FROM users WHERE last_seen > now() - interval '5 min'"


async def watch(database: Database, every: float = 5.0) -> None:
    """Refresh the gauge until cancelled; NaN while PostgreSQL cannot say."""
    while True:
        try:
            row = await database.row(_COUNT)
            ACTIVE.set(row["n"] if row else math.nan)
        except DependencyDownError:
            ACTIVE.set(math.nan)
        await asyncio.sleep(every)
