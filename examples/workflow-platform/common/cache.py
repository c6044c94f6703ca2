"""Redis: a client whose every call ends within a fixed time."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from common.errors import DependencyDownError

NAME = "cache"
CALL_SECONDS = 2.0

Result = TypeVar("Result")


def connect(url: str) -> Redis:
    """A client; it connects at its first call, and again after each outage."""
    return Redis.from_url(
        url,
        decode_responses=True,
        protocol=2,
        socket_connect_timeout=1,
        socket_timeout=CALL_SECONDS,
        # The callers decide about retries: a request must fail fast, a worker may wait.
        retry=Retry(NoBackoff(), 0),
    )


async def call(answer: Awaitable[Result], *, seconds: float = CALL_SECONDS) -> Result:
    """Await one command. Raises DependencyDownError."""
    try:
        async with asyncio.timeout(seconds):
            return await answer
    except TimeoutError as error:
        raise DependencyDownError(NAME, "no answer in time") from error
    except (RedisError, OSError) as error:
        raise DependencyDownError(NAME, str(error) or type(error).__name__) from error


async def check(redis: Redis) -> None:
    """Ask for an answer. Raises DependencyDownError."""
    await call(redis.execute_command("PING"), seconds=1.0)
