"""The runtime on an engine that is only made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.contract.placement import Seat
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose import doctor, project
from seatrial.runtimes.compose.client import Client
from seatrial.runtimes.compose.names import WORKLOAD
from seatrial.runtimes.compose.placement import choice_of, subnet
from seatrial.runtimes.compose.runtime import ComposeRuntime
from seatrial.runtimes.local import LocalRuntime
from seatrial.runtimes.shared.state import State


def client(host: str, sdk: Any = None) -> Client:
    return Client(
        sdk=sdk or SimpleNamespace(api=None, close=lambda: None),
        host=host,
        podman=False,
        version="27.0",
        api=(1, 47),
        rootless=False,
        desktop=False,
        architecture="x86_64",
    )


@pytest.fixture
def runtime(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Client], ComposeRuntime]]:
    monkeypatch.setenv("SEATRIAL_HOME", str(tmp_path / "states"))
    opened: list[ComposeRuntime] = []

    def make(one: Client) -> ComposeRuntime:
        opened.append(ComposeRuntime("shop", tmp_path, client=lambda: one))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


FAR, HERE = "tcp://other:2375", "unix:///run/docker.sock"


def test_an_engine_on_another_machine_is_refused_before_anything_is_made(
    runtime: Callable[[Client], ComposeRuntime], tmp_path: Path
) -> None:
    found = runtime(client(FAR))
    with pytest.raises(RuntimeFailure, match="is on another machine"):
        found.reserve(tmp_path / "seatrial.yaml")
    with pytest.raises(RuntimeFailure, match="is on another machine") as caught:
        found.provide((), lambda _progress: None)
    assert "DOCKER_HOST" in caught.value.cure
    assert not found.state.path.exists()


@pytest.mark.parametrize(("host", "ok"), [(FAR, False), (HERE, True)])
def test_doctor_tells_of_an_engine_on_another_machine(
    monkeypatch: pytest.MonkeyPatch, host: str, *, ok: bool
) -> None:
    monkeypatch.setattr(doctor, "open_client", lambda: client(host))
    first = next(iter(doctor.doctor()))
    assert (first.topic, first.ok) == ("container engine", ok)
    assert ("another machine" in first.found) is not ok


def test_what_another_version_applied_is_told(
    runtime: Callable[[Client], ComposeRuntime],
) -> None:
    found = runtime(client(HERE))
    found.state.write("desired.json", {"of": "another time"})
    with pytest.raises(RuntimeFailure, match="another version of seatrial"):
        found.status()


def test_a_plan_asks_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> Client:
        pytest.fail("an engine was asked")

    monkeypatch.setenv("SEATRIAL_HOME", str(tmp_path / "states"))
    found = ComposeRuntime("shop", tmp_path, client=asked)
    seats = (Seat(workload="api", ports={"http": 80}, region="home"),)
    (first,) = found.place(seats, ()).locations
    found.state.write("network.json", "10.127.240.0/20")
    (noted,) = found.place(seats, ()).locations
    found.close()
    assert IPv4Address(first.address) in subnet(choice_of("shop"))
    assert IPv4Address(noted.address) in IPv4Network("10.127.240.0/20")


def test_two_runtimes_of_one_system_are_not_at_work_at_once(
    runtime: Callable[[Client], ComposeRuntime], tmp_path: Path
) -> None:
    local = LocalRuntime("shop", tmp_path)
    with (
        runtime(client(HERE)).locked("up"),
        pytest.raises(RuntimeFailure, match="`seatrial up`"),
        local.locked("up"),
    ):
        pytest.fail("both hold it")
    with local.locked("up"):
        pass
    local.close()


def test_a_helper_that_runs_is_no_workload(runtime: Callable[[Client], ComposeRuntime]) -> None:
    labels = {"helper": {}, "bare": None, "api": {WORKLOAD: "api"}}
    api = SimpleNamespace(
        containers=lambda **_how: [{"Id": name} for name in labels],
        inspect_container=lambda name: {
            "State": {"Running": True},
            "Config": {"Labels": labels[name]},
        },
    )
    found = runtime(client(HERE, SimpleNamespace(api=api, close=lambda: None)))
    assert found.running() == ("api",)


def test_the_users_own_variables_of_compose_do_not_lead_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    docker = folder / "docker"
    docker.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/words\nenv >{tmp_path}/variables\n')
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("COMPOSE_PROJECT_NAME", "theirs")
    monkeypatch.setenv("COMPOSE_PROFILES", "theirs")
    project.create(client(HERE), State(tmp_path), "shop-1", ["api.0"], {"SEATRIAL_0": "x"})
    assert "--project-name shop-1 " in (tmp_path / "words").read_text()
    variables = (tmp_path / "variables").read_text()
    assert "COMPOSE_" not in variables
    assert "SEATRIAL_0=x" in variables
