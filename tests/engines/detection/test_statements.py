"""What a real PostgreSQL writes of a statement is found by its rule, however a driver sends it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from seatrial.app.plan import plan
from seatrial.capabilities.detection.declare import found
from seatrial.capabilities.detection.render import intent_of
from seatrial.runtimes.local.engines import Engines
from seatrial.runtimes.memory import MemoryRuntime

pytestmark = pytest.mark.engines
EXAMPLE = Path(__file__).parents[3] / "examples/workflow-platform"
HOST = "127.88.8.2"
DEADLINE_S = 120
NOBODY = 65534  # PostgreSQL refuses to run as root
# psycopg: simple without parameters, extended where the answer is to be binary or is prepared
CLIENT = """
import sys, psycopg
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    for text in sys.argv[3:]:
        options = {"simple": {}, "unnamed": {"binary": True}, "named": {"prepare": True}}
        with connection.cursor() as cursor:
            cursor.execute(text, **options[sys.argv[2]])
"""
ATTACKS = {
    "PrivilegeChange": "CREATE ROLE {how}",
    "LogTampering": "ALTER DATABASE postgres SET log_duration = off",
    "TableExport": "COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'",
}
HARMLESS = ("CREATE TABLE {how} (at int)", "SELECT 'create a table to copy'")
FORMS = {"simple": "statement: ", "unnamed": "execute <unnamed>: ", "named": "execute _pg3_"}


def program(engine: str, name: str) -> str:
    path = Engines(None).program(engine, name)
    if path is None:
        pytest.fail(f"{engine} is not installed: run `seatrial engines install`")
    return str(path)


def free_port() -> int:
    with socket.create_server((HOST, 0)) as held:
        return int(held.getsockname()[1])


@pytest.fixture(scope="module")
def written() -> Iterator[Path]:
    """What a server wrote of all statements, by the way that they came: one folder of logs."""
    user = NOBODY if os.getuid() == 0 else os.getuid()
    folder = Path(tempfile.mkdtemp(prefix="seatrial-statements-"))
    os.chown(folder, user, -1)
    port, data = free_port(), str(folder / "data")
    made = [program("postgres", "initdb"), "-D", data, "-U", "app", "--auth=trust", "--locale=C"]
    process = None
    try:
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder)
        options = {
            "listen_addresses": HOST, "port": port, "unix_socket_directories": folder,
            "log_statement": "all", "log_line_prefix": "%m [%p] ", "fsync": "off",
        }  # fmt: skip
        argv = [program("postgres", "postgres"), "-D", data]
        argv += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(argv, stdout=log, stderr=log, user=user, cwd=folder)
        until(lambda: "ready to accept" in (folder / "log").read_text())
        for how in FORMS:
            texts = [each.format(how=how) for each in (*ATTACKS.values(), *HARMLESS)]
            subprocess.run(
                [EXAMPLE / ".venv/bin/python", "-c", CLIENT,
                 f"host={HOST} port={port} user=app dbname=postgres", how, *texts],
                check=True,
            )  # fmt: skip
        yield folder / "log"
    finally:
        if process is not None:
            process.terminate()
            process.wait(timeout=60)
        shutil.rmtree(folder)


def until(ask: Callable[[], object]) -> None:
    end = time.monotonic() + DEADLINE_S
    while True:
        try:
            if ask():
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def store(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A store with all of these lines, in the stream of the database that the rules look at."""
    folder = tmp_path_factory.mktemp("store")
    url = f"http://{HOST}:{(port := free_port())}"
    argv = [program("victorialogs", "victoria-logs"), f"-httpListenAddr={HOST}:{port}"]
    process = subprocess.Popen(
        [*argv, f"-storageDataPath={folder}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: httpx.get(f"{url}/health", trust_env=False).is_success)
        now = datetime.now(UTC).isoformat()
        lines = [
            json.dumps({"_msg": each, "service": "database", "ts": now})
            for each in written.read_text().splitlines()
        ]
        httpx.post(
            f"{url}/insert/jsonline",
            params={"_stream_fields": "service", "_time_field": "ts"},
            content="\n".join(lines),
            trust_env=False,
        ).raise_for_status()
        until(lambda: len(asked(url, "*")) == len(lines))
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def asked(url: str, query: str) -> list[str]:
    answer = httpx.post(f"{url}/select/logsql/query", data={"query": query}, trust_env=False)
    answer.raise_for_status()
    return [json.loads(line)["_msg"] for line in answer.text.splitlines()]


@pytest.mark.parametrize("how", FORMS)
@pytest.mark.parametrize("name", ATTACKS)
def test_a_statement_is_found_by_its_rule_alone(
    store: str, written: Path, name: str, how: str
) -> None:
    text = ATTACKS[name].format(how=how)
    came = [line for line in written.read_text().splitlines() if FORMS[how] in line]
    assert [line for line in came if text in line]  # it did come that way
    planned = plan(EXAMPLE / "seatrial.yaml", MemoryRuntime(clock=time.time))
    rules = found(intent_of(planned.contexts["detection"])).rules
    hits = {each: asked(store, rules[each].query(("database",))) for each in ATTACKS}
    assert [line for line in hits[name] if FORMS[how] in line and text in line]
    assert not [line for each in ATTACKS if each != name for line in hits[each] if text in line]
    # a line of its own for each way that the attack came, and none of what is harmless
    assert len(hits[name]) == len(FORMS)
