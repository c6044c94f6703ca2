"""A workload's own words and files as a process, and whole clusters of these, on free ports."""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from seatrial.contract.output import Origin, Resources, Workload
from seatrial.contract.placement import Endpoint
from seatrial.engines.etcd.workload import workload as etcd_workload
from seatrial.engines.haproxy.config import Member
from seatrial.engines.haproxy.workload import workload as proxy_workload
from seatrial.engines.patroni.config import Cluster
from seatrial.engines.patroni.workload import workload as members_workload
from seatrial.runtimes.local.engines import Engines

HOST = "127.88.9.1"
DEADLINE_S = 60
SECRETS = {"db": "the owner's, with a '", "db-replication": "another"}
WITNESSES = ("a", "b", "c")
# The server wants a user who has a name, and is not root. Each member has its own, as on the
# runtime local.
_USERS = ("nobody", "daemon", "bin")


def free_port() -> int:
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


def until(what: Callable[[], bool], said: Callable[[], str] | str) -> None:
    end = time.monotonic() + DEADLINE_S
    while not what():
        if time.monotonic() > end:
            pytest.fail(said if isinstance(said, str) else said())
        time.sleep(0.1)


@contextmanager
def running(
    workload: Workload,
    folder: Path,
    ports: Mapping[str, int],
    *,
    replica: int = 0,
    uid: int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """The process; it and all that it started are gone at the end."""
    engines = Engines(None)
    program = engines.program(workload.engine, workload.argv[0])
    if program is None:
        pytest.skip(f"{workload.engine} is not installed: run `seatrial engines install`")
    known = {"self.dir": str(folder), "self.address": HOST, "self.replica": str(replica)}
    known |= {f"self.ports.{name}": str(port) for name, port in ports.items()}
    known |= {f"secret.{name}": text for name, text in SECRETS.items()}

    def filled(text: str) -> str:
        return re.sub(r"\$\{([^}]+)\}", lambda found: known[found[1]], text)

    for made in (folder, folder / "tmp", *(folder / each.path for each in workload.volumes)):
        made.mkdir(exist_ok=True)
        made.chmod(0o750)
    for each in workload.files:
        place = folder / each.path
        place.write_text(filled(each.text))
        place.chmod(0o600 if each.secret else 0o640)
    if uid is not None:
        for found in (folder, *folder.rglob("*")):
            os.chown(found, uid, uid)
    path = os.pathsep.join((*engines.folders(workload.engine, workload.tools), os.environ["PATH"]))
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [program, *(filled(word) for word in workload.argv[1:])],
            cwd=folder,
            stdout=log,
            stderr=log,
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
            env={
                "PATH": path,
                "HOME": str(folder),
                "TMPDIR": str(folder / "tmp"),
                "LANG": "C.UTF-8",
                **engines.environment(workload.engine, workload.tools),
            },
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(20)
        for one in _family(folder):
            with suppress(psutil.NoSuchProcess):
                one.kill()
                one.wait(20)


def _family(folder: Path) -> list[psutil.Process]:
    """What runs in a folder or below: a server is in a session of its own."""
    return [each for each in psutil.process_iter() if _at(each).is_relative_to(folder)]


def _at(process: psutil.Process) -> Path:
    try:
        return Path(process.cwd() or "/")
    except psutil.Error:
        return Path("/")


@dataclass(kw_only=True)
class Ensemble:
    """Members, who agrees on their primary, and what leads to it."""

    folder: Path
    ports: Mapping[int, Mapping[str, int]]
    proxy: Mapping[str, int]
    processes: Mapping[int, subprocess.Popen[bytes]]

    def asked(self, member: int, path: str, method: str = "GET", **more: Any) -> httpx.Response:
        """What a member's REST answers; status 0 where it does not."""
        url = f"http://{HOST}:{self.ports[member]['rest']}{path}"
        try:
            return httpx.request(method, url, timeout=15, trust_env=False, **more)
        except httpx.HTTPError as error:
            return httpx.Response(0, text=str(error))

    def primary(self) -> int | None:
        """The member that says that it is the primary."""
        found = [each for each in self.ports if self.asked(each, "/primary").status_code == 200]
        return found[0] if len(found) == 1 else None

    def whole(self) -> bool:
        """Whether there is a primary, and every other follows it (in step, where that is asked)."""
        lead = self.primary()
        if lead is None:
            return False
        told = json.loads(self.asked(lead, "/cluster").text)["members"]
        config = json.loads(self.asked(lead, "/config").text)
        wanted = "sync_standby" if config["synchronous_mode"] else "replica"
        others = [each for each in told if each["role"] != "leader"]
        return len(others) == len(self.ports) - 1 and all(
            each["role"] == wanted and each["state"] == "streaming" for each in others
        )

    def ready(self) -> bool:
        """Whether the proxy leads to a primary."""
        url = f"http://{HOST}:{self.proxy['status']}/ready"
        with suppress(httpx.HTTPError):
            return httpx.get(url, timeout=3, trust_env=False).status_code == 200
        return False

    def postmaster(self, member: int) -> int:
        """The process of a member's server."""
        file = self.folder / f"db-members-{member}/data/postmaster.pid"
        return int(file.read_text().splitlines()[0])

    def senders(self, member: int) -> list[psutil.Process]:
        """The processes of a member's server that send its log to others."""
        server = psutil.Process(self.postmaster(member))
        return [each for each in server.children() if "walsender" in " ".join(each.cmdline())]

    def logs(self) -> str:
        """The end of what each process wrote."""
        ends = (each.read_text(errors="replace")[-12000:] for each in self.folder.glob("*/log"))
        return "\n----\n".join(ends)


@contextmanager
def ensemble(*, synchronous: bool, members: int = 2) -> Iterator[Ensemble]:
    """All of it, whole; nothing of it is left."""
    folder = Path(tempfile.mkdtemp(prefix="seatrial-cluster-"))
    folder.chmod(0o755)  # each member has a user of its own
    names = {name: {"client": free_port(), "peer": free_port()} for name in WITNESSES}
    peers = {name: f"{HOST}:{names[name]['peer']}" for name in WITNESSES}
    ports = {each: {"sql": free_port(), "rest": free_port()} for each in range(members)}
    proxy = {"sql": free_port(), "status": free_port()}
    workload = members_workload(
        Cluster(
            scope="db",
            members="db-members",
            witnesses=tuple(Endpoint(host=HOST, port=names[e]["client"]) for e in WITNESSES),
            synchronous=synchronous,
            password="db",
            replication="db-replication",
        ),
        replicas=members,
        after=(),
        resources=Resources(),
        owner="web",
    )
    front = proxy_workload(
        "db",
        [
            Member(name=f"db-members-{each}", host=HOST, port=at["sql"], rest=at["rest"])
            for each, at in ports.items()
        ],
        port=("sql", 5432),
        origin=Origin.STORE,
        region="",
        owner="web",
    )
    try:
        with ExitStack() as stack:
            for name in WITNESSES:
                one = etcd_workload(name, token="db", peers=peers, region="", owner="web")
                stack.enter_context(running(one, folder / name, names[name]))
            stack.enter_context(running(front, folder / "front", proxy))
            root = os.geteuid() == 0
            processes = {
                each: stack.enter_context(
                    running(
                        workload,
                        folder / f"db-members-{each}",
                        ports[each],
                        replica=each,
                        uid=pwd.getpwnam(_USERS[each]).pw_uid if root else None,
                    )
                )
                for each in ports
            }
            made = Ensemble(folder=folder, ports=ports, proxy=proxy, processes=processes)
            until(lambda: made.whole() and made.ready(), made.logs)
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)
