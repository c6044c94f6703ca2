import asyncio

import pytest
from common import cache
from common.database import Database
from common.errors import DependencyDownError
from common.health import Health
from redis.exceptions import RedisError
from support.wait import free_port


def test_the_error_names_its_store_and_reason() -> None:
    error = DependencyDownError("cache", "refused")
    assert (error.store, error.reason, str(error)) == ("cache", "refused", "cache: refused")


async def _never() -> None:
    await asyncio.Event().wait()


async def _raise(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_never, "no answer in time"),
        (lambda: _raise(RedisError("LOADING")), "LOADING"),
        (lambda: _raise(RedisError()), "RedisError"),
        (lambda: _raise(ConnectionResetError()), "ConnectionResetError"),
    ],
)
def test_every_way_redis_can_fail_becomes_one_error(answer: object, reason: str) -> None:
    with pytest.raises(DependencyDownError) as caught:
        asyncio.run(cache.call(answer(), seconds=0.01))  # type: ignore[operator]
    assert (caught.value.store, caught.value.reason) == ("cache", reason)


def test_other_errors_are_not_taken_for_an_outage() -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(cache.call(_raise(ZeroDivisionError())))


def test_a_closed_port_is_a_store_that_is_down() -> None:
    async def main() -> dict[str, str]:
        redis = cache.connect(f"redis://127.0.0.1:{free_port()}/0")
        database = Database(f"postgresql://app@127.0.0.1:{free_port()}/app", service="test", size=1)
        await database.open()
        health = Health({"database": database.check, "cache": lambda: cache.check(redis)})
        try:
            return await health.reasons()
        finally:
            await redis.aclose()
            await database.close()

    reasons = asyncio.run(main())
    assert reasons.keys() == {"database", "cache"}
    assert all(reasons.values())


def test_health_has_no_reasons_when_every_check_returns() -> None:
    async def fine() -> None:
        await asyncio.sleep(0)

    assert asyncio.run(Health({"a": fine, "b": fine}).reasons()) == {}
