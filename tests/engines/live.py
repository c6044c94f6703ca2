"""An example, up in a folder of its own, driven by the real command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.app.environment import open_runtime
from seatrial.runtimes.local import LocalRuntime

_EXAMPLES = Path(__file__).parents[2] / "examples"
_BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Live:
    """One copy of an example."""

    folder: Path

    @property
    def runtime(self) -> LocalRuntime:
        return open_runtime(self.folder / "seatrial.yaml")

    def begun(self, *arguments: str) -> subprocess.Popen[str]:
        """A command of seatrial that runs."""
        environment = {key: value for key, value in os.environ.items() if key != "SEATRIAL_CACHE"}
        environment["PATH"] = f"{_BIN}:{environment['PATH']}"
        return subprocess.Popen(
            [_BIN / "seatrial", *arguments],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def tried(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of seatrial, however it ends."""
        with self.begun(*arguments) as process:
            try:
                said, told = process.communicate(timeout=900)
            except BaseException:  # also Ctrl-C: nobody else would end it
                process.kill()
                raise
        return subprocess.CompletedProcess(arguments, process.returncode, said, told)

    def run(self, *arguments: str) -> str:
        """A command that ends well; what it said on stdout."""
        done = self.tried(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def proven(self, *arguments: str) -> dict[str, Any]:
        """What `prove` found, by expectation."""
        found = json.loads(self.run("prove", *arguments, "--json"))
        return {each["expectation"]: each for each in found}


@contextmanager
def live(
    example: str, folder: Path, amend: Callable[[Path], None] = lambda _file: None
) -> Iterator[Live]:
    """The example of that name, its file amended, up below `folder`; nothing is left of it."""
    left_out = shutil.ignore_patterns(".seatrial", ".venv", ".pytest_cache")
    shutil.copytree(_EXAMPLES / example, folder / example, ignore=left_out)
    if (environment := _EXAMPLES / example / ".venv").exists():
        (folder / example / ".venv").symlink_to(environment)
    amend(folder / example / "seatrial.yaml")
    one = Live(folder / example)
    try:
        one.run("up")
        yield one
    finally:
        one.run("down", "--purge", "--yes")


def whole(one: Live, region: str) -> None:
    """Wait until the primary is in that region, with each standby and a copy that follows."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        done = one.tried("failover", "--json")
        members = json.loads(done.stdout)["database"] if done.stdout else []
        roles = sorted((each["region"] == region, each["role"]) for each in members)
        wanted = [
            (False, "head of the copy"),
            (False, "standby"),
            (True, "primary"),
            (True, "synchronous standby"),
        ]
        if not done.returncode and roles == wanted:
            return
        time.sleep(1)
    raise AssertionError(done.stdout + done.stderr)
