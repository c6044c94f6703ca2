from pathlib import Path

import pytest

from seatrial.app.environment import open_runtime, places
from seatrial.app.refused import Refused
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose import client
from seatrial.runtimes.compose.beside.project import Theirs
from seatrial.runtimes.compose.beside.runtime import BesideRuntime
from seatrial.runtimes.compose.names import Names
from seatrial.runtimes.kubernetes import Cluster
from seatrial.runtimes.local.home import Home

SYSTEM = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web"}}
services:
  api: {owner: web, image: shop/api:1, run: serve, ports: {http: 8000}}
"""
COMPOSE = "environments: {rehearsal: {runtime: compose}}\n"
BESIDE = "environments: {rehearsal: {runtime: compose, beside: compose.yaml, project: mine}}\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEATRIAL_HOME", str(tmp_path / "states"))
    path = tmp_path / "seatrial.yaml"
    path.write_text(SYSTEM)
    return path


class Answering:
    def close(self) -> None:
        """Nothing is open."""


def engine(monkeypatch: pytest.MonkeyPatch, *, answers: bool) -> None:
    def open_client() -> Answering:
        if not answers:
            raise RuntimeFailure("no engine answers")
        return Answering()

    monkeypatch.setattr(client, "open_client", open_client)


def up(file: Path, runtime: str) -> None:
    folder = file.parent.resolve()
    local = runtime == "local"
    state = Home.of("shop", folder) if local else Names(system="shop", folder=folder).state
    state.write("desired.json", {})


def test_what_the_file_names_is_opened(file: Path) -> None:
    assert open_runtime(file).name == "local"
    file.write_text(SYSTEM + COMPOSE)
    assert open_runtime(file).name == "compose"
    assert open_runtime(file, "local").name == "local"


@pytest.mark.parametrize(("answers", "expected"), [(True, "compose"), (False, "local")])
def test_a_service_without_a_command_wants_containers_where_there_are_any(
    file: Path, monkeypatch: pytest.MonkeyPatch, *, answers: bool, expected: str
) -> None:
    engine(monkeypatch, answers=answers)
    file.write_text(SYSTEM.replace("run: serve, ", ""))
    assert open_runtime(file).name == expected
    file.write_text(SYSTEM)
    assert open_runtime(file).name == "local"


def test_what_it_is_up_on_stays_its_door_whatever_the_file_says(file: Path) -> None:
    up(file, "compose")
    assert open_runtime(file).name == "compose"
    file.write_text("system: shop\nservices: [broken")
    assert open_runtime(file).name == "compose"


def test_it_is_not_started_twice(file: Path) -> None:
    up(file, "local")
    file.write_text(SYSTEM + COMPOSE)
    assert open_runtime(file).name == "local"
    with pytest.raises(RuntimeFailure, match="up on the local runtime") as failed:
        open_runtime(file, start=True)
    assert "seatrial down" in failed.value.cure
    assert open_runtime(file, "local", start=True).name == "local"


def test_a_runtime_that_is_not_there_yet_is_told(file: Path) -> None:
    file.write_text(SYSTEM + COMPOSE.replace("compose", "kubernetes"))
    with pytest.raises(RuntimeFailure, match="cannot run a system on kubernetes yet") as refused:
        open_runtime(file)
    assert "seatrial plan --render" in refused.value.cure


def test_a_cluster_gives_places_without_any_door(file: Path) -> None:
    file.write_text(
        SYSTEM + "environments:\n"
        "  rehearsal: {runtime: local}\n"
        "  production: {runtime: kubernetes, namespace: prod}\n"
        "  staging: {runtime: kubernetes}\n"
    )
    assert places(file, "production") == Cluster(namespace="prod")
    assert places(file, "staging") == Cluster(namespace="shop")
    assert getattr(places(file), "name", "") == "local"


def test_an_environment_that_is_not_there_is_told(file: Path) -> None:
    file.write_text(SYSTEM + "environments: {production: {runtime: kubernetes}}\n")
    with pytest.raises(Refused) as refused:
        places(file, "prodution")
    (problem,) = refused.value.problems
    assert problem.code == "ST1804"
    assert problem.cure == 'did you mean "production"?'


def test_beside_is_what_the_file_says_and_while_it_is_up_what_it_said(file: Path) -> None:
    file.write_text(SYSTEM + BESIDE)
    opened = open_runtime(file)
    theirs = Theirs(file=file.parent.resolve() / "compose.yaml", project="mine")
    assert isinstance(opened, BesideRuntime)
    assert opened.theirs == theirs
    up(file, "compose")
    opened.state.write("beside.json", {"file": str(theirs.file), "project": theirs.project})
    file.write_text("system: shop\nservices: [")
    found = open_runtime(file)
    assert isinstance(found, BesideRuntime)
    assert found.theirs == theirs


def test_processes_are_beside_no_containers(file: Path) -> None:
    file.write_text(SYSTEM + BESIDE)
    with pytest.raises(RuntimeFailure, match=r"runs beside compose\.yaml") as failed:
        open_runtime(file, "local", start=True)
    assert "--runtime compose" in failed.value.cure
