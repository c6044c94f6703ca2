"""The same engines set up by hand: three of etcd, two members under Patroni, HAProxy before them.

What somebody would write who has read the products' own pages, and nothing of seatrial: the leases,
the checks and the synchronous standby of a cluster that is to fail over quickly. It is written to
by the daemon that writes to a store of seatrial's, so that both are measured by one instrument.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from seatrial.capabilities.failover.told import longest, writing
from seatrial.engines.documents import to_yaml
from seatrial.engines.patroni import rest
from seatrial.runtimes.local.engines import Engines

MEMBERS = ("one", "two")
_WITNESSES = ("a", "b", "c")
_USER, _PASSWORD = "app", "by-hand"
_NOBODY = 65534  # PostgreSQL refuses to run as root
_UP, _BACK = 90.0, 120.0  # seconds until all are there, and until writes are taken again
_SETTLE, _LOOK = 5.0, 0.2
_SINCE = 1.0  # seconds before a fault, from which on it is counted


@dataclass
class Rig:
    """What runs, by name; each has an address of its own on loopback."""

    folder: Path
    network: str = field(default_factory=lambda: f"127.{random.randint(100, 199)}.77")  # noqa: S311
    engines: Engines = field(default_factory=lambda: Engines(None))
    runs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def at(self, name: str) -> str:
        """Its address."""
        return f"{self.network}.{(*_WITNESSES, *MEMBERS, 'front', 'writers').index(name) + 11}"

    # -- up and down -----------------------------------------------------------------------

    def start(self) -> None:
        """All of it; returns when it is written to."""
        for each in _WITNESSES:
            self.run(each, "etcd", *self._witness(each))
        for each in MEMBERS:
            self.run(each, "patroni", str(self._file(f"{each}.yml", to_yaml(self._member(each)))))
        _until(self.whole, _UP, "the rig's members do not follow one another")
        self._database()
        self.run("front", "haproxy", "-f", str(self._file("haproxy.cfg", self._front())))
        self._writers()
        _until(lambda: _writes(self.told(time.time() - _SINCE)), _UP, "nobody writes")

    def run(self, name: str, engine: str, *words: str) -> None:
        """A program of an engine, as nobody where it is begun by root."""
        program = self.engines.program(engine, engine)
        if program is None:
            raise SystemExit(f"run `seatrial engines install {engine}`")
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        root = os.geteuid() == 0
        if root:
            os.chown(folder, _NOBODY, _NOBODY)
        path = os.pathsep.join((*self.engines.folders(engine, ("postgres",)), os.environ["PATH"]))
        with (self.folder / f"{name}.log").open("ab") as log:
            self.runs[name] = subprocess.Popen(
                [program, *words],
                cwd=folder,
                env={**os.environ, **self.engines.environment(engine, ("postgres",)), "PATH": path},
                stdout=log,
                stderr=log,
                start_new_session=True,
                **({"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if root else {}),
            )

    def stop(self) -> None:
        """Whatever it has begun is gone."""
        for name in (*self.runs,):
            _signal(self._processes(name), signal.SIGKILL)
            self.runs.pop(name).wait()

    def _processes(self, name: str) -> list[psutil.Process]:
        """What was begun under that name, and the server of a member, which leaves its session."""
        found = [self.runs[name].pid]
        with contextlib.suppress(OSError, ValueError, IndexError):
            lines = (self.folder / name / "data/postmaster.pid").read_text().splitlines()
            found.append(int(lines[0]))
        every: dict[int, psutil.Process] = {}
        for pid in found:
            with contextlib.suppress(psutil.NoSuchProcess):
                one = psutil.Process(pid)
                every |= {each.pid: each for each in (one, *one.children(recursive=True))}
        return [*every.values()]

    # -- what is written by hand -----------------------------------------------------------

    def _file(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        file.chmod(0o644)
        return file

    def _witness(self, name: str) -> tuple[str, ...]:
        peers = ",".join(f"{each}=http://{self.at(each)}:2380" for each in _WITNESSES)
        client, peer = (f"http://{self.at(name)}:{port}" for port in (2379, 2380))
        return (
            f"--name={name}",
            f"--data-dir={self.folder / name / 'data'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster={peers}",
        )

    def _member(self, name: str) -> Mapping[str, Any]:
        login = {"username": _USER, "password": _PASSWORD}
        own = {"rest": f"{self.at(name)}:8008", "sql": f"{self.at(name)}:5432"}
        return {
            "scope": "by-hand",
            "name": name,
            "restapi": {"listen": own["rest"], "connect_address": own["rest"]},
            "etcd3": {"hosts": [f"{self.at(each)}:2379" for each in _WITNESSES]},
            "bootstrap": {
                "dcs": {
                    "ttl": 20,
                    "loop_wait": 5,
                    "retry_timeout": 5,
                    "primary_start_timeout": 0,
                    "synchronous_mode": True,
                    "postgresql": {
                        "use_pg_rewind": True,
                        "parameters": {"wal_log_hints": "on", "shared_buffers": "64MB"},
                    },
                },
                "initdb": [{"encoding": "UTF8"}, "data-checksums"],
            },
            "postgresql": {
                "listen": own["sql"],
                "connect_address": own["sql"],
                "data_dir": str(self.folder / name / "data"),
                "pgpass": str(self.folder / name / "pgpass"),
                "parameters": {"unix_socket_directories": str(self.folder / name)},
                "pg_hba": [
                    "local all all trust",
                    "host all all 127.0.0.0/8 scram-sha-256",
                    "host replication all 127.0.0.0/8 scram-sha-256",
                ],
                "authentication": {
                    "superuser": login,
                    "replication": {"username": "standby", "password": _PASSWORD},
                },
            },
        }

    def _front(self) -> str:
        servers = "".join(
            f"    server {each} {self.at(each)}:5432 check port 8008\n" for each in MEMBERS
        )
        return f"""\
defaults
    mode tcp
    timeout connect 2s
    timeout client 1h
    timeout server 1h
listen primary
    bind {self.at("front")}:5432
    option httpchk OPTIONS /primary
    http-check expect status 200
    default-server inter 1s fastinter 500ms fall 2 rise 2 on-marked-down shutdown-sessions
{servers}"""

    def _database(self) -> None:
        words = ("-h", self.at(self.primary()), "-U", _USER, "-d", "postgres", "-c")
        program = self.engines.program("postgres", "psql") or "psql"
        subprocess.run(
            [program, *words, f"CREATE DATABASE {_USER}"],
            env={**os.environ, "PGPASSWORD": _PASSWORD},
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def _writers(self) -> None:
        plan = {
            "store": "by-hand",
            "user": _USER,
            "password": str(self._file("password", f"{_PASSWORD}\n")),
            "through": {"host": self.at("front"), "port": 5432},
            "database": _USER,
            "invariants": {},
            "members": [{"name": x, "host": self.at(x), "port": 5432} for x in MEMBERS],
        }
        file = self._file("plan.json", json.dumps(plan))
        words = (f"--host={self.at('writers')}", "--port=8080", f"--plan={file}")
        path = os.pathsep.join((*self.engines.folders("postgres"), os.environ["PATH"]))
        with (self.folder / "writers.log").open("ab") as log:
            self.runs["writers"] = subprocess.Popen(
                [sys.executable, "-m", "seatrial.daemons.writers", *words],
                env={**os.environ, "PATH": path},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    # -- what is seen ----------------------------------------------------------------------

    def _asked(self, name: str, port: int, path: str) -> bytes | None:
        """The answer of a GET that succeeds."""
        with contextlib.suppress(httpx.HTTPError):
            answer = httpx.get(f"http://{self.at(name)}:{port}{path}", timeout=2.0, trust_env=False)
            return answer.content if answer.is_success else None
        return None

    def primary(self) -> str:
        """The member that takes writes; empty where none says so."""
        own = (each for each in MEMBERS if self._asked(each, 8008, "/primary") is not None)
        return next(own, "")

    def whole(self) -> bool:
        """Whether one leads, and the other has each write that is acknowledged."""
        body = self._asked(self.primary() or MEMBERS[0], 8008, rest.CLUSTER)
        found = rest.members(body) if body else ()
        return any(each.leads and each.well for each in found) and any(
            each.synchronous and each.well for each in found
        )

    def told(self, since: float) -> dict[str, Any]:
        """What the writers tell; empty where they do not answer."""
        body = self._asked("writers", 8080, f"/since?from={since}")
        return dict(json.loads(body)) if body else {}

    # -- drills ----------------------------------------------------------------------------

    def drilled(self, kind: str) -> dict[str, Any]:
        """One fault, until writes are taken again; then it is mended, and all is whole."""
        _until(self.whole, _BACK, "the rig is not whole")
        primary, load = self.primary(), os.getloadavg()[0]
        began = time.time()
        since = began - _SINCE
        mend = _FAULTS[kind](self, primary)
        try:
            time.sleep(_SETTLE)  # before it is noticed, writing goes on as far as anybody sees
            _until(lambda: _writes(self.told(since)), _BACK, "writes are not taken again")
        finally:
            mend()
        time.sleep(_SETTLE)  # who comes back takes none beside
        _until(self.whole, _BACK, "who came back does not follow")
        told = self.told(since)
        gap, lost = longest(told["gaps"]["writes"], began), told["lost"]
        print(f"{kind}, by hand: no write for {gap:.2f} s", flush=True)
        return {
            "kind": kind,
            "load": load,
            "no write": gap,
            "no read": longest(told["gaps"]["reads"], began),
            "writes acknowledged": told["writes"]["acknowledged"],
            "of these lost": None if lost is None else lost["rows"],
            "two primaries": sum(each["seconds"] for each in told["double"]),
        }

    def crash(self, name: str) -> Callable[[], None]:
        """The server alone, which cannot be started again meanwhile."""
        folder = self.folder / name
        lock = folder / ".s.PGSQL.5432.lock"
        lock.unlink(missing_ok=True)
        lock.mkdir()
        os.kill(int((folder / "data/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        return lock.rmdir

    def lose(self, name: str) -> Callable[[], None]:
        """The member with its keeper, as with its machine."""
        _signal(self._processes(name), signal.SIGKILL)
        self.runs[name].wait()
        return lambda: self.run(name, "patroni", str(self.folder / f"{name}.yml"))

    def hang(self, name: str) -> Callable[[], None]:
        """All of the member stands still, and goes on later."""
        stopped = self._processes(name)
        _signal(stopped, signal.SIGSTOP)
        return lambda: _signal(stopped, signal.SIGCONT)


_FAULTS: Mapping[str, Callable[[Rig, str], Callable[[], None]]] = {
    "primary-crash": Rig.crash,
    "primary-lost": Rig.lose,
    "primary-hung": Rig.hang,
}


@contextmanager
def by_hand(folder: Path) -> Iterator[Rig]:
    """It runs; nothing of it is left."""
    folder.mkdir()
    folder.chmod(0o755)
    rig = Rig(folder)
    try:
        rig.start()
        yield rig
    finally:
        rig.stop()


def _writes(told: Mapping[str, Any]) -> bool:
    return bool(told) and told["whole"] and writing(dict(told))


def _signal(processes: list[psutil.Process], number: int) -> None:
    for each in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.send_signal(number)


def _until(what: Callable[[], bool], within: float, otherwise: str) -> None:
    end = time.monotonic() + within
    while not what():
        if time.monotonic() > end:
            raise SystemExit(f"{otherwise} within {within:.0f} s")
        time.sleep(_LOOK)
