"""The command as a user runs it: a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SEATRIAL = Path(sys.executable).with_name("seatrial")
REFERENCE = Path(__file__).parents[2] / "examples/workflow-platform"
TRACEBACK = re.compile(r'Traceback \(most recent call last\):\n +File "')  # one of ours
_PATIENCE = 200  # pieces of output, or seconds without any
SHOP = """\
seatrial: 1
system: shop
people:
  ada: {name: Ada Moreau, email: ada@acme.example}
teams:
  web: {members: [ada], chat: "#web", email: web@acme.example}
services:
  api:
    owner: web
    run: python3 -m http.server --bind ${self.address} ${self.ports.http}
    ports: {http: 8000}
    health: {ready: /}
journeys:
  buy:
    owner: web
    start: api
    steps:
      - get: /
slos:
  buy: {journey: buy, availability: 99.9}
promises: [R01, R03]
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said where."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ended]


def environment(**more: str) -> dict[str, str]:
    """The machine's, without what would colour, widen or redirect the output."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SEATRIAL_")
        and name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE", "CLICOLOR_FORCE"}
    }
    return {**kept, "TERM": "xterm-256color", **more}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """Run the installed `seatrial` in the folder, off a terminal, and never see a traceback."""

    def started(
        *words: str | Path,
        env: dict[str, str] | None = None,
        under: tuple[str, ...] = (),
        **options: Any,
    ) -> Ended:
        done = subprocess.run(
            [*under, SEATRIAL, *map(str, words)],
            cwd=options.pop("cwd", folder),
            env=environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=options.pop("stderr", subprocess.PIPE),
            text=True,
            timeout=600,
            check=False,
            **options,
        )
        out, err = done.stdout or "", done.stderr or ""
        assert not TRACEBACK.search(out + err), err
        return Ended(done.returncode, out, err)

    return started


@pytest.fixture
def shop(folder: Path) -> Path:
    """A small system that nothing is wrong with."""
    file = folder / "seatrial.yaml"
    file.write_text(SHOP, encoding="utf-8")
    return file


@pytest.fixture
def reference(folder: Path) -> Path:
    """The reference system, copied: nothing that was rendered comes along.

    Its programs are there by name only: nothing is started from the copy.
    """
    copy = folder / "workflow-platform"
    skipped = shutil.ignore_patterns(
        ".seatrial", ".venv", "__pycache__", "tests", "seatrial-report"
    )
    shutil.copytree(REFERENCE, copy, ignore=skipped)
    programs = copy / ".venv/bin"
    programs.mkdir(parents=True)
    for name in ("python", "uvicorn"):
        (programs / name).symlink_to(sys.executable)
    return copy / "seatrial.yaml"


def can_be_interrupted() -> None:
    """Ctrl-C at its default: a child of nohup, or of a shell's background, ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


Begin = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def begin(folder: Path) -> Iterator[Begin]:
    """Start `seatrial` and go on; what still runs at the end is killed."""
    begun: list[subprocess.Popen[str]] = []

    def started(*words: str, **env: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [SEATRIAL, *words],
            cwd=folder,
            env=environment(PYTHONUNBUFFERED="1", **env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=can_be_interrupted,  # noqa: PLW1509 - no threads here
        )
        begun.append(process)
        return process

    yield started
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate()


Typed = Callable[..., tuple[int, str]]


@pytest.fixture
def typed(folder: Path) -> Typed:
    """Run `seatrial` on a terminal of its own: the exit code, and all that was shown.

    `keys` are typed when `prompt` was shown. `program` is run in place of `seatrial`.
    """

    def started(
        *words: str,
        prompt: str = "",
        keys: bytes = b"",
        program: Path = SEATRIAL,
        **env: str,
    ) -> tuple[int, str]:
        ours, theirs = pty.openpty()

        def on_the_terminal() -> None:
            os.login_tty(theirs)  # so that Ctrl-C is a signal
            can_be_interrupted()

        with subprocess.Popen(
            [program, *words],
            cwd=folder,
            env=environment(**env),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            preexec_fn=on_the_terminal,  # noqa: PLW1509 - no threads here
        ) as process:
            os.close(theirs)
            shown, silent = b"", True
            for _ in range(_PATIENCE):
                if select.select([ours], [], [], 1.0)[0]:
                    read = _read(ours)
                    if not read:
                        break
                    shown += read
                else:
                    silent = True
                # Typed again when nothing follows: Python's own prompt can miss a signal that
                # comes just before it begins to wait.
                if keys and silent and prompt.encode() in shown:
                    os.write(ours, keys)
                    silent = False
            else:
                process.kill()
            os.close(ours)
            return process.wait(timeout=300), shown.decode()

    return started


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux's way to say that the other side has closed it
        return b""
