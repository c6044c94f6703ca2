"""The queue of runs: a Redis stream with a consumer group.

It only says which run to look at; PostgreSQL says whether the run may be executed. So a message
that is delivered twice, or lost with all of Redis, does no harm: see worker/leases.py.
"""

from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from common.cache import call
from seatrial_instrument import send

STREAM = "runs"
GROUP = "workers"
_FORGOTTEN_MS = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message: `entry` is its id in the stream, `run` the run's id.

    `carrier` is the rest of it: where in which trace the run was asked for.
    """

    entry: str
    run: str
    carrier: dict[str, str] = field(default_factory=dict)


class WorkQueue:
    """Push, take, take over, acknowledge. All raise DependencyDownError."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._examined = "0-0"

    async def push(self, run: str, *, traceparent: str | None = None) -> None:
        """`traceparent` is that of an earlier sender; a current span comes before it."""
        carrier = {"traceparent": traceparent} if traceparent else {}
        with send(STREAM, carrier, system="redis"):
            await call(self._redis.xadd(STREAM, {"run": run, **carrier}))

    async def length(self) -> int:
        """Messages that are not done yet, taken or not."""
        return int(await call(self._redis.xlen(STREAM)))

    async def take(self, consumer: str, *, wait_ms: int) -> Delivery | None:
        """The next new message, or None after `wait_ms` (under 2,000) without one."""
        answer = await self._with_group(
            lambda: self._redis.xreadgroup(GROUP, consumer, {STREAM: ">"}, 1, wait_ms)
        )
        return _first(answer[0][1]) if answer else None

    async def take_over(self, consumer: str, *, idle_ms: int) -> Delivery | None:
        """A message that another consumer took `idle_ms` ago and never acknowledged.

        One call examines only some messages; the next one goes on where it ended, and so round.
        """
        answer = await self._with_group(
            lambda: self._redis.xautoclaim(
                STREAM, GROUP, consumer, idle_ms, start_id=self._examined, count=1
            )
        )
        if not answer:
            return None
        self._examined = answer[0]
        return _first(answer[1])

    async def done(self, delivery: Delivery) -> None:
        """Acknowledge and delete, so that the stream holds only what is still to be done."""
        async with self._redis.pipeline(transaction=True) as both:
            both.xack(STREAM, GROUP, delivery.entry)
            both.xdel(STREAM, delivery.entry)
            await call(both.execute())

    async def forget_consumers(self) -> None:
        """Remove workers that are gone for ten minutes and hold no message."""
        for consumer in await self._with_group(lambda: self._redis.xinfo_consumers(STREAM, GROUP)):
            if consumer["pending"] == 0 and consumer["idle"] > _FORGOTTEN_MS:
                await call(self._redis.xgroup_delconsumer(STREAM, GROUP, consumer["name"]))

    async def _with_group(self, command: Any) -> Any:
        """Run a command; make the group first where Redis came back without its data."""

        async def attempt() -> Any:
            try:
                return await command()
            except ResponseError as error:
                if not str(error).startswith(("NOGROUP", "ERR no such key")):
                    raise
            try:
                await self._redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise
            return None

        return await call(attempt()) or []


def _first(messages: list[tuple[str, dict[str, str] | None]]) -> Delivery | None:
    for entry, values in messages:
        if values:
            carrier = {key: value for key, value in values.items() if key != "run"}
            return Delivery(entry=entry, run=values.get("run", ""), carrier=carrier)
    return None
