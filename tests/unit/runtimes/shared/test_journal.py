import contextlib
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.runtimes.shared.journal import Journal

_UNDO = {"kind": "release", "workload": "api", "replica": None}


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "home" / "journal.jsonl")


def test_what_was_opened_is_undone_newest_first(journal: Journal) -> None:
    for each in ("one", "two", "three"):
        journal.open(each, f"fault {each}", {**_UNDO, "workload": each})
    journal.close("two")
    assert [identity for identity, _, _ in journal.pending()] == ["three", "one"]
    assert journal.find("one") == {**_UNDO, "workload": "one"}
    assert journal.find("two") is None


def test_an_undo_that_is_learned_replaces_the_planned_one(journal: Journal) -> None:
    journal.open("a", "silence", {"kind": "request", "undo": {"path": "/${answer.id}"}})
    journal.open("b", "kill", _UNDO)
    journal.open("a", "silence", {"kind": "request", "undo": {"path": "/7"}})
    assert journal.find("a") == {"kind": "request", "undo": {"path": "/7"}}
    assert [identity for identity, _, _ in journal.pending()] == ["b", "a"]


def test_a_journal_that_was_never_written_holds_nothing(journal: Journal) -> None:
    assert journal.pending() == []
    assert journal.find("a") is None


def test_the_line_is_on_disk_before_open_returns(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            seen.append(journal.path.read_text())
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    journal.open("a", "kill", _UNDO)
    assert len(seen) == 1
    assert json.loads(seen[0].strip())["undo"] == _UNDO


@given(st.integers(min_value=0))
def test_a_line_torn_anywhere_is_a_fault_that_never_happened(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    journal = Journal(tmp_path_factory.mktemp("torn") / "journal.jsonl")
    journal.open("whole", "kill", _UNDO)
    before = journal.path.stat().st_size
    journal.open("torn", "pause", {**_UNDO, "kind": "continue"})
    os.truncate(journal.path, before + cut % (journal.path.stat().st_size - before - 1))
    assert [identity for identity, _, _ in journal.pending()] == ["whole"]
    journal.open("next", "kill", _UNDO)  # does not glue itself to the torn line
    assert [identity for identity, _, _ in journal.pending()] == ["next", "whole"]


def test_what_a_killed_process_wrote_is_there(journal: Journal) -> None:
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from seatrial.runtimes.shared.journal import Journal\n"
        "Journal(Path(sys.argv[1])).open('a', 'kill', {'kind': 'release'})\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(journal.path)], check=False)
    assert done.returncode == -9
    assert journal.pending() == [("a", "kill", {"kind": "release"})]


def test_threads_write_whole_lines(journal: Journal) -> None:
    def write(prefix: int) -> None:
        for number in range(20):
            journal.open(f"{prefix}-{number}", "kill", {"kind": "release", "pad": "x" * 500})

    threads = [threading.Thread(target=write, args=(each,)) for each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(journal.pending()) == 80


def test_a_journal_is_private(journal: Journal) -> None:
    journal.open("a", "kill", _UNDO)
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="a small file system is mounted by root")
def test_a_fault_whose_undo_does_not_fit_on_the_disk_is_refused(small_disk: Path) -> None:
    journal = Journal(small_disk / "journal.jsonl")
    journal.open("kept", "kill", {"kind": "release", "pad": "x" * 3900})
    (small_disk / "filler").touch()
    with contextlib.suppress(OSError), (small_disk / "filler").open("ab", buffering=0) as filler:
        while True:
            filler.write(b"\0" * 4096)
    # the last page of the journal still takes a part of the line, and no more
    with pytest.raises(OSError, match="No space left"):
        journal.open("lost", "kill", {"kind": "release", "pad": "y" * 400})
    assert [identity for identity, _, _ in journal.pending()] == ["kept"]
    (small_disk / "filler").unlink()
    journal.open("after", "kill", _UNDO)
    assert [identity for identity, _, _ in journal.pending()] == ["after", "kept"]
