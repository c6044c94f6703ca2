"""A PostgreSQL and a Redis of the tests' own, which can be stopped and started again."""

import os
import shutil
import signal
import subprocess
import tempfile
import uuid
from pathlib import Path

import psycopg
import redis

from support.programs import Program, find
from support.wait import free_port, until

_STOP_SECONDS = 30


class Server:
    """One server process on a loopback port, with a folder that goes when it is closed."""

    name = ""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix=f"workflow-platform-{self.name}-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._log = self.folder / "log"

    def command(self) -> tuple[Program, list[str]]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        """Return as soon as it answers; on the same port as before."""
        program, command = self.command()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **program.environment},
                cwd=self.folder,
            )
        until(f"{self.name} to answer", self._answers_or_ended)

    def stop(self) -> None:
        """End it without waiting for its clients; its data stay in `folder`."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGCONT)
        self._process.send_signal(signal.SIGINT)
        self._process.wait(_STOP_SECONDS)
        self._process = None

    def freeze(self) -> None:
        """Keep its connections open and answer nothing; `stop` thaws it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    @property
    def running(self) -> bool:
        return self._process is not None

    def close(self) -> None:
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _answers_or_ended(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise AssertionError(f"{self.name} ended at once:\n{self._log.read_text()}")
        return self.answers()


class Postgres(Server):
    """PostgreSQL refuses to run as root, so root runs it as the user `nobody`."""

    name = "postgres"

    def __init__(self) -> None:
        super().__init__()
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody", "nogroup")
        program = find("initdb")
        self._data = self.folder / "data"
        subprocess.run(
            _unprivileged(
                [program.path, "-D", str(self._data), "-U", "app", "-A", "trust", "--no-sync"]
            ),
            check=True,
            capture_output=True,
            env={**os.environ, **program.environment, "LC_ALL": "C.UTF-8"},
            cwd=self.folder,
        )

    def command(self) -> tuple[Program, list[str]]:
        program = find("postgres")
        options = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "max_connections": "200",
        }
        given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return program, _unprivileged([program.path, "-D", str(self._data), *given])

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, database: str) -> str:
        return f"postgresql://app@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)


class Redis(Server):
    """Redis as in compose.yaml: nothing on disk, and a full one refuses."""

    name = "redis"

    def command(self) -> tuple[Program, list[str]]:
        program = find("redis-server")
        options = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "dir": str(self.folder),
            "save": "",
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
        }
        given = [part for name, value in options.items() for part in (f"--{name}", value)]
        return program, [program.path, *given]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> "redis.Redis":
        return redis.Redis.from_url(self.url, decode_responses=True, protocol=2)

    def answers(self) -> bool:
        with self.client() as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


def _unprivileged(command: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", *command]
