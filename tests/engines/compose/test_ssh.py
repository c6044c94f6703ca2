"""An engine on another machine: ssh leads to a server of the test, and that to the engine."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import asyncssh
import psutil
import pytest

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import Client, open_client
from seatrial.runtimes.compose.engine import Engine
from seatrial.runtimes.compose.names import WORKLOAD

_SSH = shutil.which("ssh")
_SCENARIO = "service-down-front"
pytestmark = [
    pytest.mark.engines,
    pytest.mark.skipif(_SSH is None, reason="the program ssh is not on this machine"),
]


class _Server(asyncssh.SSHServer):
    """Lets its one key in, and forwards sockets and ports, as OpenSSH's server does."""

    def connection_requested(self, *_where: Any) -> bool:
        return True

    def unix_connection_requested(self, *_where: Any) -> bool:
        return True


async def _cat(process: asyncssh.SSHServerProcess[str]) -> None:
    """The one command that is asked for: it ends when its input does."""
    await process.stdin.read()
    process.exit(0)


def _listen(keys: Path, started: Callable[[int, Callable[[], object]], None]) -> None:
    async def serve() -> None:
        ended = asyncio.Event()
        async with await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=_Server,
            server_host_keys=[str(keys / "host")],
            authorized_client_keys=str(keys / "user.pub"),
            process_factory=_cat,
        ) as server:
            loop = asyncio.get_running_loop()
            started(server.get_port(), lambda: loop.call_soon_threadsafe(ended.set))
            await ended.wait()

    asyncio.run(serve())


@pytest.fixture
def far(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mapping[str, str]]:
    """The environment in which `docker` and seatrial are led to the machine "far"."""
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    for name in ("host", "user"):
        key = asyncssh.generate_private_key("ssh-ed25519")
        key.write_private_key(str(keys / name))
        key.write_public_key(str(keys / f"{name}.pub"))
        (keys / name).chmod(0o600)
    there: dict[str, Any] = {}
    up = threading.Event()

    def started(port: int, stop: Callable[[], object]) -> None:
        there.update(port=port, stop=stop)
        up.set()

    thread = threading.Thread(target=_listen, args=(keys, started))
    thread.start()
    assert up.wait(30)
    kind, public, *_ = (keys / "host.pub").read_text().split()
    (keys / "known").write_text(f"[127.0.0.1]:{there['port']} {kind} {public}\n")
    (keys / "config").write_text(
        textwrap.dedent(f"""\
            Host far
              HostName 127.0.0.1
              Port {there["port"]}
              User me
              IdentityFile {keys / "user"}
              IdentitiesOnly yes
              UserKnownHostsFile {keys / "known"}
              StrictHostKeyChecking yes
            """)
    )
    programs = tmp_path / "programs"
    programs.mkdir()
    # a user has this in ~/.ssh/config; ssh finds that by the password file, not by HOME
    (programs / "ssh").write_text(f'#!/bin/sh\nexec {_SSH} -F {keys / "config"} "$@"\n')
    (programs / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    socket = client.host.removeprefix("unix://")
    with tempfile.TemporaryDirectory(prefix="far-") as folder:  # short: it holds sockets
        monkeypatch.setattr(tempfile, "tempdir", folder)
        environment = {"PATH": os.environ["PATH"], "TMPDIR": folder}
        yield {**environment, "DOCKER_HOST": f"ssh://far{socket}"}
        _gone(_tunnels)
        _gone(lambda: list(Path(folder).iterdir()))
    there["stop"]()
    thread.join(30)
    assert not thread.is_alive()


def _gone(what: Callable[[], Any]) -> None:
    """A tunnel ends by itself soon after whoever opened it, and its folder with it."""
    until = time.monotonic() + 30
    while what() and time.monotonic() < until:
        time.sleep(0.1)
    assert not what()


def _tunnels() -> list[psutil.Process]:
    """Every ssh that leads to the machine "far"."""
    found = []
    for each in psutil.process_iter(["cmdline"]):
        words = each.info["cmdline"] or []
        if words[:1] == [_SSH] and words[-2:] == ["far", "cat"]:
            found.append(each)
    return found


def _running(one: Any, client: Client) -> bool:
    """Whether the service that the scenario kills runs, by the engine itself."""
    found = Engine(client).containers({**one.names.labels, WORKLOAD: "front"})
    return any(each["State"]["Running"] for each in found)


def test_the_engine_is_asked_through_ssh(far: Mapping[str, str]) -> None:
    found = open_client(far)
    try:
        assert found.host == far["DOCKER_HOST"]
        assert found.environment()["DOCKER_HOST"].startswith("unix://")
        assert found.sdk.api.version()["ApiVersion"]
        assert len(_tunnels()) == 1
    finally:
        found.close()
    _gone(_tunnels)


def test_a_tunnel_ends_with_who_opened_it(far: Mapping[str, str]) -> None:
    script = (
        "import time\nfrom seatrial.runtimes.compose.client import open_client\nopen_client()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", f"{script}print('open', flush=True)\ntime.sleep(600)\n"],
        env={**os.environ, **far},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        assert len(_tunnels()) == 1
        process.send_signal(signal.SIGKILL)
    _gone(_tunnels)


def test_who_is_not_let_in_reads_why(far: Mapping[str, str], tmp_path: Path) -> None:
    (tmp_path / "keys/user").write_text("no key\n")
    with pytest.raises(RuntimeFailure, match=r"reached: .*[Pp]ermission denied") as caught:
        open_client(far)
    assert "without a password" in caught.value.cure
    assert _tunnels() == []


def test_a_socket_that_is_not_there_is_told(far: Mapping[str, str]) -> None:
    with pytest.raises(RuntimeFailure, match="ssh://far/nowhere"):
        open_client({**far, "DOCKER_HOST": "ssh://far/nowhere"})
    assert _tunnels() == []


def test_a_page_is_proven_on_another_machine(
    tiny: Callable[[], Any], far: Mapping[str, str], client: Client
) -> None:
    one = tiny()
    one.run("up", env=far)
    try:
        assert "nothing would change" in one.run("diff", env=far)
        said = one.run("prove", _SCENARIO, "--json", env=far)
        assert '"verdict": "proven"' in said, said
        _cut_off(one, far, client)
    finally:
        one.run("down", "--purge", "--yes", env=far)


def _cut_off(one: Any, far: Mapping[str, str], client: Client) -> None:
    """The way is lost with the fault in place: nothing is proven, and all can be undone."""
    with one.begin("prove", _SCENARIO, env=far) as process:
        said = []
        for line in process.stdout:
            said.append(line)
            if " inject " in line:  # said before it is done
                _gone(lambda: _running(one, client))
                for each in _tunnels():
                    each.kill()
        assert process.wait() in {1, 3}, "".join(said)
    told = "".join(said)
    assert "Traceback" not in told
    assert "seatrial undo" in told
    assert '"phase": "ready"' in one.run("status", "--json", env=far, code=1)
    one.run("undo", env=far)
    found = json.loads(one.run("status", "--json", env=far))
    assert {each["phase"] for each in found} == {"ready"}
