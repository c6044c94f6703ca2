"""`down` leaves nothing, and a killed command leaves nothing that the next cannot mend."""

import os
import random
import signal
import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("local-down")]


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def nothing_is_left(tiny: Any, subnet: int, nothing: Any) -> None:
    assert tiny.traces() == nothing
    assert tiny.listening_in(subnet) == []


def test_nothing_is_left_but_what_is_in_the_users_folder(tiny: Any, nothing: Any) -> None:
    assert tiny.traces() == nothing
    tiny.run("up")
    subnet = tiny.home.read("subnet.json")
    seen = tiny.traces()
    assert len(seen.processes) > 10
    assert len(tiny.listening_in(subnet)) > 10
    assert seen.files
    tiny.run("down", "--purge", "--yes")
    nothing_is_left(tiny, subnet, nothing)
    assert "nothing is left" in tiny.run("down")  # twice is harmless
    tiny.run("diff")  # looking leaves nothing either
    tiny.run("status", code=1)
    assert tiny.traces().groups == ()


def test_data_of_durable_stores_stays_and_nothing_else(tiny: Any) -> None:
    tiny.run("up")
    tiny.run("down")
    left = tiny.traces()
    assert (left.processes, left.mounts, left.groups, left.sockets) == ((), (), (), ())
    kept = {each.name for each in tiny.home.path.iterdir()}
    assert kept <= {"w", "prepared", "secrets", "kept", "durable.json"}
    tiny.run("up")
    assert tiny.unready() == []


@pytest.mark.parametrize("victim", ["supervisord", "half", "stopped", "socket", "everything"])
def test_down_after_half_of_it_was_killed_by_hand(tiny: Any, nothing: Any, victim: str) -> None:
    tiny.run("up")
    subnet = tiny.home.read("subnet.json")
    pids = [each for each in tiny.pids().values() if each is not None]
    if victim in {"supervisord", "everything"}:
        kill(tiny.supervisor())
    if victim == "everything":
        for pid in pids:
            kill(pid)
    if victim == "half":
        for pid in pids[::2]:
            kill(pid)
    if victim == "stopped":
        kill(tiny.supervisor())
        for pid in pids[::2]:
            os.kill(pid, signal.SIGSTOP)
    if victim == "socket":
        tiny.home.socket.unlink()
    tiny.run("down", "--purge", "--yes")
    nothing_is_left(tiny, subnet, nothing)


_TITLED = """\
  title:
    owner: web
    run: nginx -e stderr -c ${self.dir}/nginx.conf -g 'daemon off;'
    files: {nginx.conf: nginx.conf}
    ports: {http: 8000}
    health: {ready: /}
stores:
  cache: {engine: redis, version: "7", owner: web, durable: false}
  database: {engine: postgres, version: "15", owner: web}
promises: []
"""
_NGINX = """\
pid ${self.dir}/nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path ${self.dir}/tmp/body;
  proxy_temp_path ${self.dir}/tmp/proxy;
  fastcgi_temp_path ${self.dir}/tmp/fastcgi;
  uwsgi_temp_path ${self.dir}/tmp/uwsgi;
  scgi_temp_path ${self.dir}/tmp/scgi;
  server {listen ${self.address}:${self.ports.http}; location / {return 200 "hello\\n";}}
}
"""


@pytest.mark.parametrize("victim", ["supervisord", "roots"])
def test_down_finds_what_wrote_a_title_over_its_environment(
    tiny: Any, nothing: Any, victim: str
) -> None:
    tiny.edit("promises: []\n", _TITLED)
    (tiny.folder / "nginx.conf").write_text(_NGINX)
    tiny.run("up")
    subnet = tiny.home.read("subnet.json")
    titled = {tiny.pids()[name] for name in ("title.0", "cache.0", "database.0")}
    everyone = [child for pid in titled for child in psutil.Process(pid).children(recursive=True)]
    assert len(everyone) > 5
    everyone += [psutil.Process(pid) for pid in titled]
    kill(tiny.supervisor())
    if victim == "roots":  # their children have nobody above them that names this system
        for pid in titled:
            kill(pid)
    assert [each for each in everyone if each.is_running()] != []
    tiny.run("down", "--purge", "--yes")
    left = [each for each in everyone if each.is_running()]
    assert [each for each in left if each.status() != psutil.STATUS_ZOMBIE] == []
    nothing_is_left(tiny, subnet, nothing)


def test_down_works_where_the_file_is_broken(tiny: Any, nothing: Any) -> None:
    tiny.run("up")
    subnet = tiny.home.read("subnet.json")
    text = tiny.file.read_text()
    tiny.file.write_text("system: tiny\nservices: [")
    tiny.run("down", "--purge", "--yes")
    tiny.file.write_text(text)
    nothing_is_left(tiny, subnet, nothing)


def test_up_after_the_process_manager_was_killed(tiny: Any) -> None:
    """Its children live on, on the ports that the new ones need."""
    tiny.run("up")
    old = [each for each in tiny.pids().values() if each is not None]
    kill(tiny.supervisor())
    tiny.run("up")
    assert tiny.unready() == []
    assert tiny.front() == (200, "hello hello")
    assert [each for each in old if psutil.pid_exists(each)] == []


def test_up_after_the_process_manager_was_killed_under_a_fault(tiny: Any) -> None:
    tiny.run("up")
    with tiny.python("runtime.inject(Kill(workload='back'))") as injecting:
        assert injecting.wait(300) == 0
    kill(tiny.supervisor())
    tiny.run("up")
    assert tiny.unready() == []
    assert "nothing to undo" in tiny.run("undo")


@pytest.mark.parametrize("seed", range(3))
def test_up_again_after_up_was_killed_in_the_middle(tiny: Any, seed: int) -> None:
    moment = random.Random(seed).uniform(0.6, 2.5)  # noqa: S311 - a moment, not a secret
    with tiny.begin("up") as process:
        time.sleep(moment)
        process.kill()
    tiny.run("up")
    assert tiny.unready() == []
    assert tiny.front() == (200, "hello hello")
    names = [each.split(" ", 1)[1] for each in tiny.traces().processes]
    assert sum("manager.py" in each for each in names) == 1


@pytest.mark.parametrize("seed", range(3))
def test_down_again_after_down_was_killed_in_the_middle(tiny: Any, nothing: Any, seed: int) -> None:
    tiny.run("up")
    subnet = tiny.home.read("subnet.json")
    moment = random.Random(seed).uniform(0.3, 2.0)  # noqa: S311 - a moment, not a secret
    with tiny.begin("down") as process:
        time.sleep(moment)
        process.kill()
    tiny.run("down", "--purge", "--yes")
    nothing_is_left(tiny, subnet, nothing)


def test_two_ups_at_once_end_well(tiny: Any, eventually: Callable[..., Any]) -> None:
    with tiny.begin("up") as first, tiny.begin("up") as second:
        said = [each.communicate(timeout=600)[0] for each in (first, second)]
        codes = [first.returncode, second.returncode]
    assert 0 in codes
    for code, text in zip(codes, said, strict=True):
        assert code == 0 or (code == 3 and "is at work on this system" in text), text
    eventually(lambda: not tiny.unready())
