"""What the container that reads the machine's own lines is given, and what it never is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.contract.output import Origin
from seatrial.contract.runtime import Executed
from seatrial.runtimes.compose import host
from seatrial.runtimes.compose.document import service
from seatrial.runtimes.compose.replica import Replica
from seatrial.runtimes.shared.host import Sources
from seatrial.runtimes.shared.state import State

Make = Callable[..., Replica]
READER = {"origin": Origin.DAEMON, "argv": ("python", "read", "${self.host}"), "reads_host": True}
SYSLOG = Path("/machine/var/log/syslog")
KERNEL = replace(host.NOTHING, kernel=True, takes="/machine/dev/kmsg")
FILES = replace(host.NOTHING, files=(SYSLOG,), groups=(4,), takes="/machine/dev/log")


def shown(one: Replica) -> list[str]:
    return [each for each in service(one)["volumes"] if each.startswith("/")]


def test_the_kernel_s_file_is_opened_as_root_and_all_rights_are_given_up(replica: Make) -> None:
    one = replace(replica(**READER), host=KERNEL)
    found = service(one)
    assert found["devices"] == ["/dev/kmsg:/dev/kmsg:r"]
    assert (found["cap_drop"], found["read_only"]) == (["ALL"], True)
    assert set(found["cap_add"]) == {"SYSLOG", "SETUID", "SETGID"}
    *launcher, uid, groups = found["entrypoint"][:7]
    assert "os.setuid" in launcher[-1]
    assert (uid, groups) == ("65534", "")
    assert found["entrypoint"][7:] == ["python", "read", "kernel"]
    assert shown(one) == []
    assert (one.uid, one.gid) == (65534, 0)  # root without rights reads by its group alone


def test_files_of_a_syslog_daemon_need_no_root(replica: Make) -> None:
    one = replace(replica(**READER), host=FILES)
    found = service(one)
    assert shown(one) == ["/var/log:/machine/var/log:ro"]
    assert (found["user"], found["group_add"]) == ("65534:65534", ["4"])
    assert not {"devices", "cap_add"} & found.keys()
    assert found["entrypoint"] == ["python", "read", str(SYSLOG)]


def test_logins_and_the_kernel_are_read_by_one_that_is_in_the_files_groups(replica: Make) -> None:
    one = replace(replica(**READER), host=replace(FILES, kernel=True))
    assert service(one)["entrypoint"][5:7] == ["65534", "4"]
    assert shown(one) == ["/var/log:/machine/var/log:ro"]


def test_nothing_is_shown_where_nothing_is_there_or_to_anybody_else(replica: Make) -> None:
    for one in (replica(**READER), replace(replica(**READER | {"reads_host": False}), host=KERNEL)):
        found = service(one)
        assert not {"devices", "cap_add", "group_add"} & found.keys()
        assert found["user"] == "65534:65534"
        assert shown(one) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"podman": True}, "Podman"),
        ({"rootless": True}, "ordinary user"),
        ({"security": ("name=userns",)}, "user namespaces"),
        ({"security": ("name=selinux",)}, "SELinux"),
    ],
)
def test_an_engine_that_shows_nothing_says_so_and_is_not_looked_at(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    state = State(tmp_path)
    assert "seatrial up" in host.lacking(state)
    host.note(engine(**changes), "image", {}, state)
    assert reason in host.lacking(state)
    assert "--runtime local" in host.lacking(state)
    assert host.noted(state) == host.NOTHING


def engine(**changes: Any) -> Any:
    known = {"podman": False, "rootless": False, "security": ()}
    return SimpleNamespace(client=SimpleNamespace(**(known | changes)))


def answering(monkeypatch: pytest.MonkeyPatch, status: int, said: str) -> None:
    done = Executed(status=status, stdout=said, stderr="")
    monkeypatch.setattr(host, "once", lambda _engine, _wanted: done)


TOLD = (
    '{"journal": false, "files": ["/machine/var/log/auth.log"], "kernel": true, "groups": [4],'
    ' "takes": "/machine/dev/kmsg", "unread": %s}'
)


def test_what_was_seen_is_noted_and_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, 0, TOLD % "false")
    host.note(engine(), "image", {}, State(tmp_path))
    assert host.lacking(State(tmp_path)) == ""
    assert host.noted(State(tmp_path)) == Sources(
        journal=False,
        files=(Path("/machine/var/log/auth.log"),),
        kernel=True,
        groups=(4,),
        takes="/machine/dev/kmsg",
    )


def test_a_journal_that_no_container_reads_is_told_by_the_machine_s_own_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, 0, TOLD % "true")
    host.note(engine(), "image", {}, State(tmp_path))
    told = host.lacking(State(tmp_path))
    assert "keeps a journal" in told
    assert "/var/log/auth.log" in told
    assert "/machine" not in told


def test_a_machine_that_cannot_be_looked_at_is_no_failure_of_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, 1, "")
    host.note(engine(), "image", {}, State(tmp_path))
    assert "could not be looked at" in host.lacking(State(tmp_path))
    assert host.noted(State(tmp_path)) == host.NOTHING
