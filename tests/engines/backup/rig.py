"""One store and the daemon of its backups, as a plan has them, without all that stands around."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from seatrial.app.backup import Backed
from seatrial.app.plan import Plan, plan
from seatrial.capabilities.backup import place
from seatrial.contract.output import Workload
from seatrial.contract.runtime import Answer, Desired, RuntimeFailure
from seatrial.engines.postgres.sql import command
from seatrial.engines.toxiproxy.workload import NAME as FAULT_PROXY
from seatrial.runtimes.local import LocalRuntime

STORE, DAEMON = "db", "db-backups"
FILE = """\
seatrial: 1
system: backed
teams: {web: {chat: "#web"}}
services: {front: {owner: web, image: example/front, ports: {http: 80}, needs: [db]}}
stores:
  db:
    engine: postgres
    version: "15"
    owner: web
    backup: {keep: 14d}
    invariants: {nobody owes: SELECT count(*) = 0 FROM accounts WHERE balance < 0}
promises: [R18, R20]
environments: {rehearsal: {runtime: local}}
"""
QUEUE = "queue"
REDIS_FILE = """\
seatrial: 1
system: backed
teams: {web: {chat: "#web"}}
services:
  front:
    owner: web
    image: example/front
    ports: {http: 80}
    needs: [queue]
    environment: {QUEUE_PASSWORD: "${queue.password}"}
stores:
  queue:
    engine: redis
    version: "7"
    owner: web
    backup: {keep: 14d}
    invariants:
      nobody owes: EVAL "return redis.call('EXISTS','debts') == 0" 0
promises: [R18, R20]
environments: {rehearsal: {runtime: local}}
"""
# The password is in a file that only the workload's user reads: no list of processes shows it.
_REDIS = (
    'file="$0" host="$1" port="$2"; shift 2; while read -r key value; do'
    ' if [ "$key" = requirepass ]; then REDISCLI_AUTH="$value"; export REDISCLI_AUTH; fi;'
    ' done < "$file"; exec redis-cli -h "$host" -p "$port" "$@"'
)


@dataclass(frozen=True)
class Rig:
    """The store as it runs."""

    runtime: LocalRuntime
    planned: Plan
    store: str = STORE
    region: str = ""

    @property
    def daemon_name(self) -> str:
        return place.named(self.store, self.region)

    @property
    def backed(self) -> Backed:
        return Backed(store=self.store, runtime=self.runtime, region=self.region)

    @property
    def folder(self) -> Path:
        """The daemon's own."""
        return self.runtime.home.replica(self.daemon_name, 0)

    @property
    def copies(self) -> Path:
        """Where restored copies lie."""
        return self.folder / "copies"

    def daemon(self) -> int:
        """The process of the daemon itself."""
        word = f"--plan={self.folder / 'plan.json'}".encode()
        (pid,) = (
            int(each.parent.name)
            for each in Path("/proc").glob("[0-9]*/cmdline")
            if word in each.read_bytes().split(b"\0")
        )
        return pid

    def order(self, method: str, path: str, shown: str | None = None) -> Answer:
        """Ask the daemon by hand, with its token or what is `shown` in its place."""
        name = place.orders(self.store, self.region)
        token = self.runtime.known_secrets((name,))[name] if shown is None else shown
        headers = (("authorization", f"Bearer {token}"),) if token else ()
        return self.runtime.request(method, self.daemon_name, place.HTTP, path, headers=headers)

    def sql(self, *statements: str) -> str:
        """What the server answers, in the users' database."""
        done = self.runtime.execute(STORE, (*command(*statements), "--tuples-only", "--no-align"))
        assert done.status == 0, done.stderr
        return done.stdout.strip()

    def redis(self, *words: str) -> str:
        """What a Redis server answers, also where it refuses."""
        given = ("${self.dir}/redis.conf", "${self.address}", "${self.ports.redis}")
        done = self.runtime.execute(self.store, ("sh", "-c", _REDIS, *given, *words))
        assert done.status == 0, done.stderr
        return done.stdout.strip()

    def run(self, *words: str, code: int = 0) -> str:
        """A command of seatrial in the system's folder, off a terminal; all that it said."""
        done = subprocess.run(
            [Path(sys.executable).with_name("seatrial"), *words],
            cwd=self.planned.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def killed(self, *words: str, at: str, by: signal.Signals = signal.SIGKILL) -> str:
        """A command of seatrial, ended by a signal once it says that it is at that step.

        What it still said.
        """
        with subprocess.Popen(
            [Path(sys.executable).with_name("seatrial"), *words],
            cwd=self.planned.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            assert any(line.strip() == at for line in process.stderr)
            process.send_signal(by)
            return process.stderr.read()

    def followed(self, kind: str) -> dict[str, Any]:
        """The end of a piece of work, good or bad."""
        try:
            return dict(self.backed.followed(kind, lambda _: None, time.sleep))
        except RuntimeFailure as failure:
            return {"error": failure.summary}


@contextmanager
def rigged(
    folder: Path,
    text: str = FILE,
    store: str = STORE,
    shaped: Callable[[Workload], Workload] = lambda each: each,
) -> Iterator[Rig]:
    """Up, each workload as it is `shaped`; nothing of it is left."""
    folder.chmod(0o755)
    for parent in folder.parents[:2]:
        parent.chmod(parent.stat().st_mode | 0o011)
    file = folder / "seatrial.yaml"
    file.write_text(text)
    runtime = LocalRuntime("backed", folder)
    try:
        runtime.reserve(file)  # before anything has an address: others of this name may be up
        planned = plan(file, runtime)
        members = (f"{store}-members", f"{store}-etcd-", f"{store}-pgbackrest")  # of a cluster
        own = (place.named(store), place.vault(store, ""), f"{store}-repository", *members)
        # members reach who agrees on them by ways of their own, and by no other
        ways = tuple(each for each in planned.placement.edges if each.caller is not None)
        own += (FAULT_PROXY,) * bool(ways)
        workloads = tuple(
            shaped(each)
            for each in planned.workloads
            if each.name == store or each.name.startswith(own)
        )
        desired = Desired(
            system="backed",
            root=str(folder),
            placement=replace(planned.placement, edges=ways),
            workloads=workloads,
            secrets=runtime.ensure_secrets(
                tuple(sorted({name for each in workloads for name in each.secrets}))
            ),
        )
        runtime.apply(desired, lambda _: None)
        yield Rig(runtime, planned, store)
    finally:
        runtime.down(purge=True, progress=lambda _: None)
        runtime.close()


def first_backup(rig: Rig) -> Rig:
    """Wait for it."""
    until = time.monotonic() + 180
    while not rig.backed.told()["backups"]:
        assert time.monotonic() < until, rig.runtime.logs(rig.daemon_name, 20)
        time.sleep(0.3)
    return rig
