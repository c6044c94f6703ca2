"""What the machine writes comes out of the daemon that reads it: the kernel's ring, and a journal.

The journal is a real one, of a systemd-journald of its own in a mount namespace of its own, so that
nothing of the machine changes. The kernel's ring is the machine's: a line is written into it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

DEADLINE_S = 60
JOURNALD = Path("/lib/systemd/systemd-journald")
SOCKET = "/run/systemd/journal/dev-log"
_SCRIPT = f"""
set -e
mount --make-rprivate /
mount -t tmpfs none /run
mkdir -p /run/systemd/journal /run/log/journal
{JOURNALD} >/dev/null 2>&1 &
journald=$!
trap 'kill $daemon; wait $daemon; kill $journald' TERM
until [ -S {SOCKET} ]; do sleep 0.05; done
"$@" &
daemon=$!
while read -r line; do
  {sys.executable} -I -c 'import socket, sys
one = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
one.connect("{SOCKET}")
one.send(sys.argv[1].encode())' "$line"
done
kill $daemon; wait $daemon || true; kill $journald
"""

root = pytest.mark.skipif(os.geteuid() != 0, reason="only root reads the kernel's messages")


def rows(output: Path) -> list[dict[str, str]]:
    return [json.loads(each) for each in output.read_text(encoding="utf-8").splitlines()]


def found(output: Path, text: str) -> dict[str, str]:
    """The one row that says so, once it is there."""
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        own = [each for each in rows(output) if text in each.get("msg", "")]
        if own:
            assert len(own) == 1, own
            return own[0]
        time.sleep(0.1)
    pytest.fail(f"no line says {text}")


def command(sources: str, folder: Path) -> tuple[str, ...]:
    words = (sys.executable, "-m", "seatrial.daemons.host", "--sources", sources)
    return (*words, "--state", str(folder))


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """Start the daemon on the kernel's ring; each life writes to a file of its own.

    The one before is killed first.
    """
    running: list[subprocess.Popen[bytes]] = []

    def start() -> Path:
        for each in running:
            each.kill()
            each.wait()
        output = tmp_path / f"out{len(running)}"
        with output.open("wb") as file:
            running.append(subprocess.Popen(command("kernel", tmp_path), stdout=file))
        return output

    try:
        yield start
    finally:
        for each in running:
            each.kill()
            each.wait()


@root
@pytest.mark.skipif(not Path("/dev/kmsg").is_char_device(), reason="no /dev/kmsg is here")
def test_the_kernel_s_messages_are_written_once_over_two_lives(
    kernel: Callable[[], Path],
) -> None:
    one, two = uuid.uuid4().hex, uuid.uuid4().hex
    first = kernel()
    Path("/dev/kmsg").write_text(f"<12>drill: {one}\n", encoding="ascii")
    row = found(first, one)
    assert (row["source"], row["level"], row["facility"]) == ("kernel", "warn", "user")
    second = kernel()
    Path("/dev/kmsg").write_text(f"<11>drill: {two}\n", encoding="ascii")
    assert found(second, two)["level"] == "error"
    assert not [each for each in rows(second) if one in each.get("msg", "")]


@root
@pytest.mark.skipif(
    not JOURNALD.exists() or shutil.which("journalctl") is None, reason="no journald is here"
)
def test_what_a_program_says_to_the_journal_is_written_with_its_severity(tmp_path: Path) -> None:
    text, output = uuid.uuid4().hex, tmp_path / "out"
    argv = ("unshare", "--mount", "bash", "-c", _SCRIPT, "bash", *command("journal", tmp_path))
    with (
        output.open("wb") as file,
        subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=file, text=True) as process,
    ):
        try:
            assert process.stdin is not None
            process.stdin.write(f"<12>drill: {text}\n")
            process.stdin.flush()
            row = found(output, text)
        finally:
            process.communicate("", timeout=DEADLINE_S)
    assert (row["source"], row["level"]) == ("journal", "warn")
    assert (row["identifier"], row["facility"]) == ("drill", "user")
    assert json.loads((tmp_path / "read.json").read_text(encoding="utf-8"))["cursor"]
