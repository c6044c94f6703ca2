"""Real servers for the tests that ask for them; the unit tests start none."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest
from psycopg.rows import DictRow, dict_row
from support.processes import Process, start_api, start_worker
from support.servers import Postgres, Redis, Server

Kind = TypeVar("Kind", bound=Server)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    yield from _running(Postgres())


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    yield from _running(Redis())


@pytest.fixture
def postgres(postgres_server: Postgres) -> Iterator[Postgres]:
    """PostgreSQL, which the test may stop."""
    yield from _healed(postgres_server)


@pytest.fixture
def redis(redis_server: Redis) -> Iterator[Redis]:
    """An empty Redis, which the test may stop or freeze."""
    with redis_server.client() as client:
        client.flushall()
    yield from _healed(redis_server)


@pytest.fixture
def database_url(postgres: Postgres) -> str:
    """A database of the test's own, without a table."""
    return postgres.new_database()


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Starts the system's processes against the test's own stores, and asks the database."""

    environment: Mapping[str, str]
    folder: Path
    redis: Redis
    processes: list[Process] = field(default_factory=list)
    _count: Iterator[int] = field(default_factory=itertools.count)

    def start(self, how: Callable[..., Process], settings: Mapping[str, str]) -> Process:
        log = self.folder / f"{how.__name__}-{next(self._count)}.log"
        process = how(log, {**self.environment, **settings})
        self.processes.append(process)
        return process

    def api(self, **settings: str) -> Process:
        """A replica that is ready."""
        process = self.start(start_api, settings)
        process.wait_ready()
        return process

    def worker(self, **settings: str) -> Process:
        process = self.start(start_worker, settings)
        process.wait_ready()
        return process

    def rows(self, query: str, *values: object) -> list[DictRow]:
        with psycopg.connect(
            self.environment["DATABASE_URL"], autocommit=True, row_factory=dict_row
        ) as connection:
            cursor = connection.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def platform(database_url: str, redis: Redis, tmp_path: Path) -> Iterator[Platform]:
    """The system, of which nothing runs yet."""
    environment = {"DATABASE_URL": database_url, "REDIS_URL": redis.url}
    system = Platform(environment=environment, folder=tmp_path, redis=redis)
    try:
        yield system
    finally:
        for process in system.processes:
            process.terminate()
        for process in system.processes:
            process.close()


def _running(server: Kind) -> Iterator[Kind]:
    try:
        server.start()
        yield server
    finally:
        server.close()


def _healed(server: Kind) -> Iterator[Kind]:
    """After the test it runs again, whatever the test did to it."""
    yield server
    if server.running:
        server.thaw()
    else:
        server.start()
