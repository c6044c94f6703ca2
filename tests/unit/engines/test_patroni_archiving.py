"""The scripts of a member that archives: what they let out, and what they send again.

A shell runs them; what they ask stands beside them under its own name. Real members are in
tests/engines/backup.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from seatrial.contract.placement import Endpoint
from seatrial.engines.patroni import archiving

FIRST, SECOND = "000000010000000000000001", "000000010000000000000002"


def ran(
    folder: Path, script: str, *words: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    filled = script.replace("${self.dir}", str(folder)).replace("${self.address}", "10.0.0.1")
    return subprocess.run(
        ["sh", "-c", filled, "script", *words],
        env={**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}"},
        cwd=cwd or folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def program(folder: Path, name: str, text: str) -> None:
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def member(tmp_path: Path) -> Path:
    """A member's folder, whose store's address leads to another one."""
    (tmp_path / "data/pg_wal/archive_status").mkdir(parents=True)
    (tmp_path / "password").write_text("x")
    program(tmp_path, "psql", "echo 10.0.0.2")
    program(tmp_path, "sleep", "exit 0")
    program(tmp_path, "get", "exit 1")  # nothing of that name is there
    for each in ("data/pg_wal", "pg_wal", "tmp"):
        (tmp_path / each).mkdir(exist_ok=True)
    return tmp_path


LED = archiving.led(Endpoint(host="10.0.0.9", port=5432), ['get home %f "%p"', 'get far %f "%p"'])
HISTORY = "pg_wal/00000002.history"


def test_a_segment_is_let_out_while_no_history_waits(member: Path) -> None:
    status = member / "data/pg_wal/archive_status"
    (status / "00000002.history.done").touch()
    (status / f"{FIRST}.ready").touch()
    assert ran(member, LED, f"pg_wal/{FIRST}").returncode == 0


def test_nothing_goes_beside_a_history_that_counts_for_nobody(member: Path) -> None:
    """What sends would send all that is ready: the history with the segment that was let out."""
    (member / "data/pg_wal/archive_status/00000002.history.ready").touch()
    for each in (f"pg_wal/{FIRST}", "pg_wal/00000002.history", f"{member}/data/pg_wal/{FIRST}"):
        told = ran(member, LED, each)
        assert (told.returncode, "does not lead here" in told.stderr) == (1, True)
    program(member, "psql", "echo 10.0.0.1")
    for each in (f"pg_wal/{FIRST}", "pg_wal/00000002.history"):
        assert ran(member, LED, each).returncode == 0


@pytest.mark.parametrize("where", ["home", "far"])
def test_a_history_takes_no_other_ones_place(member: Path, where: str) -> None:
    """Another region has begun a timeline of the same number, which is in one of the archives."""
    program(member, "psql", "echo 10.0.0.1")
    (member / HISTORY).write_text("1 0/5000000 no recovery target\n")
    program(member, "get", f'[ "$1 $2" = "{where} 00000002.history" ] && cat {member}/there > "$3"')
    (member / "there").write_text("1 0/4000000 no recovery target\n")
    told = ran(member, LED, HISTORY)
    assert (told.returncode, "another 00000002.history is archived" in told.stderr) == (1, True)
    # it is there already: the answer to the first try was lost
    (member / "there").write_text("1 0/5000000 no recovery target\n")
    assert ran(member, LED, HISTORY).returncode == 0
    program(member, "get", "exit 124")  # one who does not answer has none
    assert ran(member, LED, HISTORY).returncode == 0
    assert not list((member / "tmp").iterdir())


def test_who_stops_waits_for_nobody_to_be_led_to_it(member: Path) -> None:
    program(member, "sleep", f"touch {member}/slept")
    lines = ["1", "/data", "0", "5432", "/run", "10.0.0.1", "0 0", "stopping"]
    (member / "data/postmaster.pid").write_text("\n".join(lines) + "\n")
    assert ran(member, LED, HISTORY).returncode == 1
    assert not (member / "slept").exists()


def test_only_who_is_stopped_gets_what_is_archived(member: Path) -> None:
    script, called = archiving.rewound('get near %f "%p"')
    assert called == 'sh ${self.dir}/rewound.sh %f "%p"'
    program(member, "get", 'echo "$1 $2" > "$3"')
    kept, noted = member / "kept", member / "data/postmaster.pid"
    noted.write_text(f"{os.getpid()}\n/data\n")
    assert ran(member, script, FIRST, str(kept)).returncode == 1
    assert not kept.exists()
    noted.write_text("999999999\n/data\n")  # it was killed
    assert ran(member, script, FIRST, str(kept)).returncode == 0
    assert kept.read_text() == f"near {FIRST}\n"
    noted.unlink()
    program(member, "get", "exit 1")
    assert ran(member, script, FIRST, str(kept)).returncode == 1


def test_who_is_promoted_sends_to_each_repository_though_one_is_away(member: Path) -> None:
    for each in (FIRST, SECOND):
        (member / f"data/pg_wal/{each}").touch()
        (member / f"data/pg_wal/archive_status/{each}.done").touch()
    # the second one is away three times; the first one has another of a name
    program(
        member,
        "push",
        f'echo "$1 $2" >> {member}/told\n'
        f'if [ "$1" = far ] && [ "$(grep -c far {member}/told)" -le 3 ]; then exit 103; fi\n'
        f'case "$1 $2" in "home pg_wal/{SECOND}") exit {archiving.DUPLICATE} ;; esac',
    )
    script = archiving.promoted(["push home %p", "push far %p"])

    told = ran(member, script, str(member), "on_role_change", "primary")

    assert told.returncode == 0, told.stderr
    lines = (member / "told").read_text().splitlines()
    assert [each for each in lines if "home" in each] == [
        f"home pg_wal/{SECOND}",
        f"home pg_wal/{FIRST}",
    ]
    assert [each for each in lines if "far" in each] == [
        *[f"far pg_wal/{SECOND}"] * 4,
        f"far pg_wal/{FIRST}",
    ]


def test_who_is_promoted_sends_the_histories_and_none_keeps_a_segment_back(member: Path) -> None:
    """The one that began it may have been lost with it: without it no restore gets any further."""
    status = member / "data/pg_wal/archive_status"
    for each in (FIRST, "00000002.history", "00000003.history"):
        (member / f"data/pg_wal/{each}").touch()
        (status / f"{each}.done").touch()
    (status / "00000004.history.ready").touch()  # its own, which the server archives
    program(member, "push", f'echo "$1" >> {member}/told')
    # the newest is let out once the segment is there
    (member / "led.sh").write_text(
        f'echo "led $1" >> {member}/led\n'
        f'case "$1" in *3.history) grep -q {FIRST} {member}/told ;; esac\n'
    )
    told = ran(member, archiving.promoted(["push %p"]), str(member), "on_role_change", "primary")
    assert told.returncode == 0, told.stderr
    histories = {f"pg_wal/0000000{each}.history" for each in (2, 3)}
    assert set((member / "told").read_text().splitlines()) == {f"pg_wal/{FIRST}", *histories}
    assert set((member / "led").read_text().splitlines()) == {f"led {each}" for each in histories}


def test_who_stops_sends_near_and_leaves_it_to_be_sent_again(member: Path) -> None:
    """And Patroni, which stands elsewhere, sends near alone; a server that runs sends to all."""
    (member / "led.sh").write_text("exit 0\n")
    text = archiving.text(push="push all %p", back="push near %p", last="push brief %p",
                          restore="get", timeout=60)  # fmt: skip
    command = yaml.safe_load(text)["postgresql"]["parameters"]["archive_command"]
    program(member, "push", f'echo "$1" >> {member}/told')
    lines = ["1", "/data", "0", "5432", "/run", "10.0.0.1", "0 0", "ready"]
    noted, data = member / "data/postmaster.pid", member / "data"

    def run(path: str, cwd: Path) -> int:
        return ran(member, command.replace("%p", path), cwd=cwd).returncode

    noted.write_text("\n".join(lines))
    assert run(f"pg_wal/{FIRST}", data) == 0
    noted.write_text("\n".join([*lines[:-1], "stopping"]))
    assert run(f"pg_wal/{FIRST}", data) != 0
    noted.unlink()
    assert run(f"{data}/pg_wal/{FIRST}", member) == 0
    assert (member / "told").read_text().split() == ["all", "brief", "near"]


def test_who_stands_by_sends_nothing(member: Path) -> None:
    (member / f"data/pg_wal/{FIRST}").touch()
    (member / f"data/pg_wal/archive_status/{FIRST}.done").touch()
    program(member, "push", f"touch {member}/told")
    told = ran(member, archiving.promoted(["push %p"]), str(member), "on_start", "replica")
    assert told.returncode == 0, told.stderr
    assert not (member / "told").exists()
