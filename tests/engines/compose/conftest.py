"""Containers on a real engine: the tiny system by the command line, and images of real engines."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.environment import open_runtime
from seatrial.contract.output import Origin, Workload
from seatrial.contract.runtime import Progress
from seatrial.runtimes.compose.client import Client, open_client
from seatrial.runtimes.compose.images import Image, ensure
from seatrial.runtimes.compose.names import Names

Ensure = Callable[..., Mapping[str, Image]]

_TINY = Path(__file__).parents[1] / "local/tiny"
_BIN = Path(sys.executable).parent
_FIRST_S = 300  # in which the first backups are there


@dataclass(frozen=True)
class Live:
    """One copy of a system."""

    folder: Path
    system: str = "tiny"

    @property
    def file(self) -> Path:
        return self.folder / "seatrial.yaml"

    @property
    def names(self) -> Names:
        return Names(system=self.system, folder=self.folder.resolve())

    @contextmanager
    def laid(
        self, text: str, dockerfile: str, *, program: Path = _TINY / "app.py"
    ) -> Iterator[None]:
        """A program and this file, in its folder; afterwards nothing is left of it."""
        self.folder.mkdir()
        shutil.copy(program, self.folder)
        (self.folder / "Dockerfile").write_text(dockerfile)
        self.file.write_text(text)
        try:
            yield
        finally:
            self.run("down", "--purge", "--yes")
        assert self.traces() == []

    def begin(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        stderr: int = subprocess.STDOUT,
    ) -> subprocess.Popen[str]:
        """A command of seatrial, without waiting for it."""
        return subprocess.Popen(
            [_BIN / "seatrial", *arguments],
            cwd=self.folder,
            env={**os.environ, "PATH": f"{_BIN}:{os.environ['PATH']}", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )

    def run(self, *arguments: str, code: int = 0, env: Mapping[str, str] | None = None) -> str:
        """A command of seatrial that ends with this code; all that it said."""
        done = _ended(self.begin(*arguments, env=env))
        assert done.returncode == code, done.stdout
        return done.stdout

    def tried(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of seatrial, however it ends."""
        return _ended(self.begin(*arguments, stderr=subprocess.PIPE))

    def told(self, *arguments: str) -> dict[str, Any]:
        """What a command that ends well told as one object."""
        said = self.run(*arguments, "--json")
        return dict(json.loads(said[said.index("{") : said.rindex("}") + 1]))

    def backed_up(self, *expected: tuple[str, str]) -> None:
        """Wait until each of these has its first backup: a store, and a region or nothing."""
        until = time.monotonic() + _FIRST_S
        while lacking := [each for each in self._held() if not each["backups"]]:
            assert time.monotonic() < until, lacking
            time.sleep(1)
        assert {(each["store"], each["region"]) for each in self._held()} == {*expected}

    def _held(self) -> list[dict[str, Any]]:
        """What each daemon holds of its store's backups."""
        return list(json.loads(self.run("backup", "--json")))

    def verdicts(self, *arguments: str, code: int = 0) -> dict[str, str]:
        """What `prove` found of each expectation."""
        said = self.run("prove", *arguments, "--json", code=code)
        told = json.loads(said[said.index("\n[") : said.rindex("]") + 1])
        return {each["expectation"]: each["verdict"] for each in told}

    def killed(self, step: str, *arguments: str) -> None:
        """A command that is killed when it tells of this step."""
        with self.begin(*arguments) as process:
            assert process.stdout is not None
            said = []
            for line in process.stdout:
                said.append(line)
                if step in line:
                    break
            process.kill()
        assert process.returncode == -signal.SIGKILL, "".join(said)

    def edit(self, old: str, new: str) -> None:
        text = self.file.read_text()
        assert old in text
        self.file.write_text(text.replace(old, new, 1))

    def traces(self) -> list[str]:
        """What there is of it, here and on the engine."""
        runtime = open_runtime(self.file)
        try:
            engine, labels = runtime.engine, self.names.labels  # type: ignore[attr-defined]
            found = [each["Name"] for each in engine.containers(labels)]
            found += [each["Name"] for each in engine.volumes(labels)]
            found += [each["Name"] for each in engine.networks(labels)]
        finally:
            runtime.close()  # type: ignore[attr-defined]
        return found + [str(self.names.state.path)] * self.names.state.path.exists()


def _ended(begun: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """What came of a command; a cold machine builds every image, beside other tests."""
    with begun as process:
        said, told = process.communicate(timeout=900)
    return subprocess.CompletedProcess(process.args, process.returncode, said, told)


@pytest.fixture
def tiny(tmp_path: Path, dockerfile: str) -> Iterator[Callable[[], Live]]:
    """Makes copies; whatever a test leaves of them is removed, and nothing may be left."""
    made: list[Live] = []

    def make() -> Live:
        one = Live(tmp_path / f"tiny{len(made)}")
        shutil.copytree(_TINY, one.folder)
        (one.folder / "Dockerfile").write_text(dockerfile)
        text = one.file.read_text().replace("    run:", "    build: .\n    run:")
        one.file.write_text(f"{text}environments: {{rehearsal: {{runtime: compose}}}}\n")
        made.append(one)
        return one

    yield make
    for one in made:
        one.run("down", "--purge", "--yes")
        assert one.traces() == []


@pytest.fixture
def client(container_engine: None) -> Iterator[Client]:
    del container_engine
    found = open_client()
    yield found
    found.close()


@pytest.fixture
def bring(client: Client, tmp_path: Path) -> Ensure:
    """The images of workloads, in a folder of their own."""

    def ensured(*workloads: Workload, steps: list[Progress] | None = None) -> Mapping[str, Image]:
        told: list[Progress] = [] if steps is None else steps
        return ensure(
            workloads,
            system="imaginary",
            folder=tmp_path,
            client=client,
            cache=None,
            progress=told.append,
        )

    return ensured


@pytest.fixture
def engine() -> Callable[[str], Workload]:
    """A workload that needs an engine."""
    return lambda name: Workload(name=name, origin=Origin.ENGINE, engine=name, argv=(name,))


@pytest.fixture
def daemon() -> Workload:
    """A daemon of ours."""
    return Workload(name="sink", origin=Origin.DAEMON, argv=("python",))


@pytest.fixture(scope="session")
def live() -> type[Live]:
    """A copy of any system."""
    return Live
