"""The example with two regions, up in a folder of its own, driven by the real command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.environment import open_runtime
from seatrial.runtimes.local import LocalRuntime

_EXAMPLE = Path(__file__).parents[3] / "examples/two-regions"
_BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Live:
    """One copy of the example."""

    folder: Path

    @property
    def runtime(self) -> LocalRuntime:
        return open_runtime(self.folder / "seatrial.yaml")

    def run(self, *arguments: str) -> str:
        """A command of seatrial that ends well; what it said on stdout."""
        environment = {key: value for key, value in os.environ.items() if key != "SEATRIAL_CACHE"}
        environment["PATH"] = f"{_BIN}:{environment['PATH']}"
        done = subprocess.run(
            [_BIN / "seatrial", *arguments],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def proven(self, *arguments: str) -> dict[str, Any]:
        """What `prove` found, by expectation."""
        found = json.loads(self.run("prove", *arguments, "--json"))
        return {each["expectation"]: each for each in found}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The example, up; nothing is left of it."""
    folder = tmp_path_factory.mktemp("regions") / "two-regions"
    shutil.copytree(_EXAMPLE, folder)
    one = Live(folder)
    try:
        one.run("up")
        yield one
    finally:
        one.run("down", "--purge", "--yes")
