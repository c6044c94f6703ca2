"""What is rendered for the reference system, given to the engines' own programs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.alerting.notification import status
from seatrial.contract.output import Workload
from seatrial.contract.placeholder import resolve
from seatrial.contract.placement import Link, Location, Placement, Seat
from seatrial.contract.timeline import Observation
from seatrial.runtimes.local.engines import Engines
from seatrial.runtimes.memory import MemoryRuntime

REFERENCE = Path(__file__).parents[3] / "examples/workflow-platform/seatrial.yaml"
OUTSIDER = REFERENCE.parents[1] / "web-shop-trial/seatrial.yaml"
HOST = "127.88.5.1"
LIVE = frozenset({"alertmanager", "sink", "watchdog"})
DEADLINE_S = 180

Run = Callable[..., subprocess.CompletedProcess[str]]


class Places:
    """Free loopback ports for what these tests start; the rest is only written down."""

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        found = MemoryRuntime(clock=lambda: 0.0).place(seats, links)
        with ExitStack() as held:  # all at once, so that no port is given twice
            locations = tuple(
                self._live(each, held) if each.workload in LIVE else each
                for each in found.locations
            )
        return replace(found, locations=locations)

    def _live(self, location: Location, held: ExitStack) -> Location:
        ports = {
            name: held.enter_context(socket.create_server((HOST, 0))).getsockname()[1]
            for name in location.ports
        }
        return replace(location, address=HOST, ports=ports)


def until(ask: Callable[[], Any]) -> Any:
    """Ask until the answer is true, and give it."""
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        try:
            if found := ask():
                return found
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    return pytest.fail("did not happen")


@pytest.fixture
def wait_until() -> Callable[[Callable[[], Any]], Any]:
    return until


@pytest.fixture(scope="session")
def engines() -> Engines:
    return Engines(None)


@pytest.fixture(scope="session")
def reference(engines: Engines) -> Plan:
    """The reference system as it is rehearsed, for the versions that are installed."""
    installed = {name: engines.installed(name) for name in ("prometheus", "alertmanager")}
    versions = {name: str(each.version) for name, each in installed.items() if each is not None}
    return plan(REFERENCE, Places(), versions=versions)


@pytest.fixture(scope="session")
def run(engines: Engines) -> Run:
    """Run an engine's program in a folder."""

    def call(engine: str, folder: Path, *argv: str) -> subprocess.CompletedProcess[str]:
        program = engines.program(engine, argv[0])
        if program is None:
            pytest.skip(f"{engine} is not installed: run `seatrial engines install`")
        return subprocess.run(
            [str(program), *argv[1:]],
            cwd=folder,
            env={**os.environ, **engines.environment(engine)},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    return call


def lay_out(workload: Workload, location: Location, folder: Path) -> Callable[[str], str]:
    """Write a workload's files; gives what resolves the placeholders of its texts."""
    known = {
        "self.dir": str(folder),
        "self.address": location.address,
        **{f"self.ports.{name}": str(port) for name, port in location.ports.items()},
    }

    def resolved(text: str) -> str:
        return resolve(text, known.get)

    for file in workload.files:
        place = folder / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(resolved(file.text), encoding="utf-8")
    return resolved


@pytest.fixture(scope="session")
def rendered(reference: Plan, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The folders of Prometheus and Alertmanager, as a runtime would lay them out."""
    found: dict[str, Path] = {}
    for workload in reference.workloads:
        if workload.name in {"prometheus", "alertmanager"}:
            folder = tmp_path_factory.mktemp(workload.name)
            lay_out(workload, reference.placement.of(workload.name)[0], folder)
            found[workload.name] = folder
    return found


@pytest.fixture(scope="session")
def outsider(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prometheus's folder for what an outsider describes of the web shop."""
    found = plan(OUTSIDER, Places())
    (server,) = (each for each in found.workloads if each.name == "prometheus")
    folder = tmp_path_factory.mktemp("outsider")
    lay_out(server, found.placement.of("prometheus")[0], folder)
    return folder


@dataclass(frozen=True, kw_only=True)
class Live:
    """A real Alertmanager with a rendered configuration, and the sink that it tells."""

    alertmanager: str
    sink: str

    def post(self, *alerts: Mapping[str, str], over: bool = False) -> None:
        body: list[dict[str, object]] = [{"labels": dict(each)} for each in alerts]
        if over:
            past = {"startsAt": "2001-01-01T00:00:00Z", "endsAt": "2001-01-01T00:01:00Z"}
            body = [{**each, **past} for each in body]
        url = f"{self.alertmanager}/api/v2/alerts"
        httpx.post(url, json=body, trust_env=False).raise_for_status()

    def statuses(self) -> list[dict[str, Any]]:
        url = f"{self.alertmanager}/api/v2/alerts"
        found: list[dict[str, Any]] = httpx.get(url, trust_env=False).json()
        return found

    def observed(self) -> tuple[Observation, ...]:
        """What a drill sees of the same alerts."""
        url = f"{self.alertmanager}{status().path}"
        return status().parse(0.0, httpx.get(url, trust_env=False).content)

    def arrivals(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(f"{self.sink}/arrivals", trust_env=False).json()[
            "arrivals"
        ]
        return found


@pytest.fixture
def live(engines: Engines, tmp_path: Path) -> Iterator[Callable[..., Live]]:
    """Start the sink and Alertmanager of a plan, as their workloads say; stop both."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(planned: Plan, configuration: str) -> Live:
        program = engines.program("alertmanager", "alertmanager")
        if program is None:
            pytest.skip("Alertmanager is not installed: run `seatrial engines install`")
        programs = {"alertmanager": str(program), "python": sys.executable}
        urls: dict[str, str] = {}
        for name, ready in (("sink", "/readyz"), ("alertmanager", "/-/ready")):
            workload = next(each for each in planned.workloads if each.name == name)
            location = planned.placement.of(name)[0]
            folder = tmp_path / name
            folder.mkdir()
            for volume in workload.volumes:
                (folder / volume.path).mkdir()
            resolved = lay_out(workload, location, folder)
            if name == "alertmanager":
                (folder / "alertmanager.yml").write_text(resolved(configuration))
            argv = [resolved(each) for each in workload.argv]
            with (tmp_path / f"{name}.log").open("wb") as log:
                process = subprocess.Popen(
                    [programs[argv[0]], *argv[1:]], cwd=folder, stdout=log, stderr=log
                )
            started.append(process)
            urls[name] = f"http://{location.endpoint('http')}"

            def answers(
                process: subprocess.Popen[bytes] = process, url: str = urls[name] + ready
            ) -> bool:
                assert process.poll() is None, [each.read_text() for each in tmp_path.glob("*.log")]
                return httpx.get(url, trust_env=False).is_success

            until(answers)
        return Live(alertmanager=urls["alertmanager"], sink=urls["sink"])

    yield begin
    for process in started:
        process.kill()
        process.wait()
