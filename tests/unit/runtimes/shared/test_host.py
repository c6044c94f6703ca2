"""Which of the machine's own logs are read: the journal, else files, else the kernel's ring."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from seatrial.runtimes.shared import host

Make = Callable[..., Path]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """A machine with these files; names that end in `socket` or `dev/log` are sockets."""
    monkeypatch.setattr(host, "_journalctl", lambda: True)
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with ExitStack() as held:

        def make(*names: str) -> Path:
            for name in names:
                path = tmp_path / name
                path.parent.mkdir(parents=True, exist_ok=True)
                if name.endswith(("socket", "dev/log")):
                    one = held.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
                    one.bind(name)
                else:
                    path.touch(mode=0o640)
            return tmp_path

        yield make


JOURNAL = ("var/log/journal/abc/system.journal", "run/systemd/journal/socket", "dev/log")


def test_a_journal_that_is_kept_holds_everything(machine: Make) -> None:
    found = host.sources(machine(*JOURNAL, "var/log/syslog"), privileged=True)
    assert (found.words, found.kernel, host.lacking(found)) == ("journal", False, "")
    assert found.takes.endswith("dev/log")


def test_a_journal_of_a_daemon_that_is_gone_is_not_read(machine: Make) -> None:
    root = machine("var/log/journal/abc/system.journal", "var/log/syslog", "var/log/auth.log")
    found = host.sources(root, privileged=True)
    assert found.files == (root / "var/log/syslog", root / "var/log/auth.log")


def test_what_one_file_holds_is_read_from_no_other(machine: Make) -> None:
    root = machine("var/log/messages", "var/log/secure", "var/log/kern.log", "dev/log")
    found = host.sources(root, privileged=True)
    assert found.words == f"{root}/var/log/messages,{root}/var/log/secure"
    assert host.lacking(found) == ""


def test_files_that_nothing_writes_to_are_read_and_prove_nothing(machine: Make) -> None:
    found = host.sources(machine("var/log/syslog"), privileged=True)
    assert found.words
    assert "nothing takes a line" in host.lacking(found)


def test_a_machine_that_writes_nothing_says_so_with_the_cure(machine: Make) -> None:
    found = host.sources(machine(), privileged=True)
    assert (found.words, found.takes) == ("", "")
    assert host.CURE in host.lacking(found)


def test_the_groups_of_closed_files_are_told_but_never_root_s(machine: Make) -> None:
    root = machine("var/log/syslog", "var/log/auth.log")
    if os.geteuid() == 0:
        os.chown(root / "var/log/syslog", 0, 4)
        os.chown(root / "var/log/auth.log", 0, 0)
    (root / "var/log/auth.log").chmod(0o640)
    expected = {4} if os.geteuid() == 0 else {os.getegid()} - {0}
    assert set(host.sources(root, privileged=True).groups) == expected


@pytest.mark.skipif(not Path("/dev/kmsg").is_char_device(), reason="no /dev/kmsg is here")
def test_the_kernel_s_ring_is_read_where_no_file_holds_it(machine: Make) -> None:
    root = machine("var/log/auth.log")
    (root / "dev").mkdir()
    (root / "dev/kmsg").symlink_to("/dev/kmsg")
    found = host.sources(root, privileged=True)
    assert found.words == f"{root}/var/log/auth.log,kernel"
    assert (found.kernel, found.takes) == (True, f"{root}/dev/kmsg")
    machine("var/log/kern.log")
    assert not host.sources(root, privileged=True).kernel


def test_a_journal_without_its_program_is_said_to_be_unread(
    machine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "_journalctl", lambda: False)
    alone = host.sources(machine(*JOURNAL, "var/log/auth.log"), privileged=True)
    assert alone.words.endswith("var/log/auth.log")
    assert "keeps a journal" in host.lacking(alone)
    beside = host.sources(machine("var/log/syslog"), privileged=True)  # which has all of it, too
    assert (beside.unread, host.lacking(beside)) == (False, "")


def test_what_is_written_says_when_it_was(machine: Make) -> None:
    ring = machine("dev/kmsg") / "dev/kmsg"
    before = time.time()
    host.write(str(ring), "a drill written=${now}")
    said = re.fullmatch(r"<12>seatrial: a drill written=(\d+\.\d{6})\n", ring.read_text())
    assert said is not None
    assert before - 1 <= float(said[1]) <= time.time()
