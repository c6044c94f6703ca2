"""What a daemon that was killed has left is ended; what is others' goes on."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

from seatrial.daemons.backups import strays

# A shell without job control lets what it runs in the background ignore SIGQUIT; no server does.
_SLEEP = (
    "import signal, time; signal.signal(signal.SIGQUIT, signal.SIG_DFL); print(flush=True);"
    " time.sleep(60)"
)


def started(*words: str, cwd: Path | None = None, program: str = "") -> subprocess.Popen[bytes]:
    argv = [program or sys.executable, "-c", _SLEEP, *words]
    process = subprocess.Popen(argv, cwd=cwd, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_what_is_left_ends_and_what_is_others_goes_on(tmp_path: Path) -> None:
    config, copies = tmp_path / "pgbackrest.conf", tmp_path / "copies"
    (copies / "one").mkdir(parents=True)
    postgres = tmp_path / "postgres"  # a process is known by its program's name
    postgres.symlink_to(sys.executable)
    server = str(postgres)
    ours = [started(f"--config={config}"), started(cwd=copies / "one", program=server)]
    others = [
        started(f"--config={config}.of-the-store"),
        started(cwd=tmp_path, program=server),
        started(cwd=copies / "one"),  # somebody looks at a copy
    ]
    try:
        assert asyncio.run(strays.ended(f"--config={config}", "postgres", copies, signal.SIGQUIT))
        assert [each.wait(5) for each in ours] == [-9, -3]
        assert [each.poll() for each in others] == [None, None, None]
    finally:
        for each in (*ours, *others):
            each.kill()
            each.communicate()


def test_who_is_called_so_is_ended_and_nobody_else() -> None:
    ours = started("--pg1-path=/data", "archive-push:async")
    others = [started("--pg1-path=/data"), started("--pg1-path=/data2", "archive-push:async")]
    try:
        assert asyncio.run(strays.called("--pg1-path=/data", "archive-push:async"))
        assert ours.wait(5) == -15
        assert [each.poll() for each in others] == [None, None]
    finally:
        for each in (ours, *others):
            each.kill()
            each.communicate()
