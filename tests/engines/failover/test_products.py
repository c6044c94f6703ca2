"""etcd and HAProxy take the files that are written for them, and do what these ask for."""

from __future__ import annotations

import json
import os
import re
import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from seatrial.contract.output import Origin, Workload
from seatrial.engines.etcd.workload import workload as member_workload
from seatrial.engines.haproxy.config import Member
from seatrial.engines.haproxy.workload import workload as proxy_workload
from seatrial.runtimes.local.engines import Engines

pytestmark = pytest.mark.engines
NAMES = ("a", "b", "c")
HOST = "127.88.9.1"
DEADLINE_S = 60


def free_port() -> int:
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


def until(what: Callable[[], bool], said: str) -> None:
    end = time.monotonic() + DEADLINE_S
    while not what():
        assert time.monotonic() < end, said
        time.sleep(0.1)


@contextmanager
def running(
    workload: Workload, folder: Path, ports: Mapping[str, int]
) -> Iterator[subprocess.Popen[bytes]]:
    """A workload's own words and files as a process; it is gone at the end."""
    engines = Engines(None)
    program = engines.program(workload.engine, workload.argv[0])
    assert program is not None, f"run `seatrial engines install {workload.engine}`"
    known = {"self.dir": str(folder), "self.address": HOST}
    known |= {f"self.ports.{name}": str(port) for name, port in ports.items()}

    def filled(text: str) -> str:
        return re.sub(r"\$\{([^}]+)\}", lambda found: known[found[1]], text)

    folder.mkdir()
    for each in workload.volumes:
        (folder / each.path).mkdir(mode=0o700)
    for file in workload.files:
        (folder / file.path).write_text(filled(file.text))
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [program, *(filled(word) for word in workload.argv[1:])],
            cwd=folder,
            stdout=log,
            stderr=log,
            env={**os.environ, **engines.environment(workload.engine)},
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(20)


def put(port: int, key: str) -> bool:
    """Whether a member took a value, which takes a majority; by the gateway, as Patroni does."""
    try:
        answer = httpx.post(
            f"http://{HOST}:{port}/v3/kv/put",
            content=json.dumps({"key": key, "value": key}),
            timeout=3,
            trust_env=False,
        )
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK and "revision" in answer.text


def test_three_members_agree_with_one_of_them_dead_and_not_with_two(tmp_path: Path) -> None:
    ports = {name: {"client": free_port(), "peer": free_port()} for name in NAMES}
    peers = {name: f"{HOST}:{ports[name]['peer']}" for name in NAMES}
    with ExitStack() as stack:
        members = {
            name: stack.enter_context(
                running(
                    member_workload(name, token="t", peers=peers, region="", owner=""),
                    tmp_path / name,
                    ports[name],
                )
            )
            for name in NAMES
        }
        client = ports["a"]["client"]
        until(lambda: put(client, "Zmlyc3Q="), (tmp_path / "a/log").read_text())
        members["c"].kill()
        until(lambda: put(client, "c2Vjb25k"), "two of three members do not agree any more")
        members["b"].kill()
        members["b"].wait(30)
        assert not put(client, "dGhpcmQ="), "one of three members decides alone"


class _Rest(BaseHTTPRequestHandler):
    """What a member's REST says of `/primary`; the status is the server's own."""

    def do_OPTIONS(self) -> None:
        self.send_response(self.server.status if self.path == "/primary" else 404)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: a check each second."""


class _Named(socketserver.BaseRequestHandler):
    """Says its server's name, and stays on the line until the other side ends."""

    def handle(self) -> None:
        self.request.sendall(self.server.name)  # type: ignore[attr-defined]
        self.request.recv(1)


@contextmanager
def member(name: str, status: int) -> Iterator[tuple[Member, ThreadingHTTPServer]]:
    """Something that says its name, and a REST whose answer the test decides."""
    rest = ThreadingHTTPServer((HOST, 0), _Rest)
    rest.status = status  # type: ignore[attr-defined]
    taker = socketserver.ThreadingTCPServer((HOST, 0), _Named)
    taker.daemon_threads = True
    taker.name = name.encode()  # type: ignore[attr-defined]
    for each in (rest, taker):
        threading.Thread(target=each.serve_forever, daemon=True).start()
    try:
        port, asked = int(taker.server_address[1]), int(rest.server_address[1])
        yield Member(name=name, host=HOST, port=port, rest=asked), rest
    finally:
        for each in (rest, taker):
            each.shutdown()
            each.server_close()


def test_who_connects_comes_to_the_primary_and_is_cut_off_when_it_is_none(tmp_path: Path) -> None:
    ports = {"sql": free_port(), "status": free_port()}

    def ready() -> int:
        try:
            return httpx.get(
                f"http://{HOST}:{ports['status']}/ready", timeout=3, trust_env=False
            ).status_code
        except httpx.HTTPError:
            return 0

    def led_to() -> bytes:
        try:
            with socket.create_connection((HOST, ports["sql"]), 3) as line:
                return line.recv(16)
        except OSError:
            return b""

    with member("one", 200) as (one, first), member("two", 503) as (two, second):
        made = proxy_workload(
            "db", (one, two), port=("sql", 5432), origin=Origin.STORE, region="", owner=""
        )
        with running(made, tmp_path / "proxy", ports):
            log = tmp_path / "proxy/log"
            until(lambda: ready() == httpx.codes.OK, log.read_text())
            time.sleep(2)  # both were asked by now
            assert {led_to() for _ in range(6)} == {b"one"}
            with socket.create_connection((HOST, ports["sql"]), 3) as line:
                assert line.recv(16) == b"one"
                first.status = 503  # type: ignore[attr-defined]
                line.settimeout(DEADLINE_S)
                assert line.recv(16) == b"", "a session to who is no primary goes on"
            until(lambda: ready() == httpx.codes.SERVICE_UNAVAILABLE, "ready without a primary")
            assert led_to() == b""
            second.status = 200  # type: ignore[attr-defined]
            until(lambda: ready() == httpx.codes.OK, "not ready with a new primary")
            assert {led_to() for _ in range(6)} == {b"two"}
            told = httpx.get(f"http://{HOST}:{ports['status']}/metrics", trust_env=False).text
            assert 'haproxy_server_status{proxy="primary",server="two",state="UP"} 1' in told
