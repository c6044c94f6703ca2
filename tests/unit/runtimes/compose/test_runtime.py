"""The runtime on an engine that is only made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose import doctor
from seatrial.runtimes.compose.client import Client
from seatrial.runtimes.compose.runtime import ComposeRuntime


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


FAR = "tcp://other:2375"


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


@pytest.mark.parametrize(("host", "ok"), [(FAR, False), ("unix:///run/docker.sock", True)])
def test_doctor_tells_of_an_engine_on_another_machine(
    monkeypatch: pytest.MonkeyPatch, host: str, *, ok: bool
) -> None:
    monkeypatch.setattr(doctor, "open_client", lambda: client(host))
    first = next(iter(doctor.doctor()))
    assert (first.topic, first.ok) == ("container engine", ok)
    assert ("another machine" in first.found) is not ok
