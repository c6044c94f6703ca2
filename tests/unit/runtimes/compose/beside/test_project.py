"""Which containers are meant, by labels alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from seatrial.contract.output import Origin, Workload
from seatrial.contract.placement import Seat
from seatrial.contract.runtime import Phase, RuntimeFailure
from seatrial.runtimes.compose.beside import project
from seatrial.runtimes.compose.beside.attached import Attached, phase_of, places
from seatrial.runtimes.compose.beside.project import Theirs

FILE = Path("/srv/shop/compose.yaml")
Container = Callable[..., dict[str, Any]]


def attached(there: Any, names: tuple[str, ...] = ("web",)) -> Attached:
    workloads = (
        Workload(name=each, origin=Origin.SERVICE, argv=(), attached=True, ports={"http": 80})
        for each in names
    )
    return Attached(there, Theirs(file=FILE), workloads)


def test_the_project_that_runs_from_the_file_is_found_whatever_it_is_called(
    container: Container, engine: Any
) -> None:
    other = container("web", labels={project.PROJECT: "else", project.FILES: "/srv/else.yaml"})
    both = f"{FILE},/srv/shop/compose.override.yaml"
    mine = container("web", labels={project.PROJECT: "mine", project.FILES: both})
    name, found = project.find(engine(other, mine), Theirs(file=FILE))
    assert (name, len(found)) == ("mine", 1)


def test_replicas_are_in_order_and_what_was_run_once_is_none(
    container: Container, engine: Any
) -> None:
    there = (
        container("web", 10),
        container("web", 2),
        container("web", 1, labels={project.ONE_OFF: "True"}),
    )
    _, found = project.find(engine(*there), Theirs(file=FILE))
    assert [each.number for each in project.of_service(found, "web")] == [2, 10]


@pytest.mark.parametrize(
    ("theirs", "projects", "told"),
    [
        (Theirs(file=FILE), (), ("there is no compose file", "environments.rehearsal.beside")),
        (Theirs(file=FILE, project="x"), (), ("no container of the compose project x", "up -d")),
        (
            Theirs(file=FILE),
            ("a", "b"),
            ("2 compose projects run from", "environments.rehearsal.project: a"),
        ),
    ],
)
def test_a_project_that_is_not_clear_is_told(
    container: Container,
    engine: Any,
    theirs: Theirs,
    projects: tuple[str, ...],
    told: tuple[str, str],
) -> None:
    there = (
        container("web", number, labels={project.PROJECT: each})
        for number, each in enumerate(projects)
    )
    with pytest.raises(RuntimeFailure) as failed:
        project.find(engine(*there), theirs)
    assert told[0] in failed.value.summary
    assert told[1] in failed.value.cure


def test_a_project_that_does_not_run_is_told_with_those_that_do(
    container: Container, engine: Any, tmp_path: Path
) -> None:
    file = tmp_path / "compose.yaml"
    file.touch()
    with pytest.raises(RuntimeFailure, match=r"nothing runs from .*; there are containers of shop"):
        project.find(engine(container("web")), Theirs(file=file))


def test_names_are_compared_in_our_letters_and_must_be_clear(container: Container) -> None:
    found = project.members([container("Web_Shop")])
    assert project.of_service(found, "web-shop") == found
    twice = project.members([container("Web_Shop"), container("web.shop")])
    with pytest.raises(RuntimeFailure, match=r"may be Web_Shop or web\.shop"):
        project.of_service(twice, "web-shop")


def test_who_shares_anothers_network_is_met_there(container: Container) -> None:
    web = container("web", networks=("back", "front"))
    side = container("side", networks=(), mode=f"container:{web['Id']}")
    found = project.members([web, side])
    one = project.of_service(found, "side")[0]
    assert project.host(one, found) == "shop-web-1"
    assert project.networks(one, found) == {"back": "n-back", "front": "n-front"}


def test_as_few_networks_are_joined_as_may_be(container: Container, engine: Any) -> None:
    there = (
        container("web", networks=("front", "back")),
        container("api", networks=("back",)),
        container("db", networks=("data",)),
    )
    found = attached(engine(*there), ("web", "api", "db"))
    assert found.joins(("api", "db", "web")) == {"back": "n-back", "data": "n-data"}
    assert found.joins(()) == {}


def test_places_are_names_and_what_is_not_there_has_the_one_it_would_get(
    container: Container, engine: Any
) -> None:
    seats = (
        Seat(workload="web", ports={"http": 80}, attached=True),
        Seat(workload="api", ports={"http": 80}, replicas=2, attached=True),
    )
    there = engine(container("web", 1, name="the-web"), container("web", 2))
    found = places(there, Theirs(file=FILE), seats)
    assert [each.address for each in found] == ["the-web", "shop-web-2", "shop-api-1", "shop-api-2"]
    assert next(each.address for each in places(None, Theirs(file=FILE), seats)) == "shop-web-1"


def test_a_place_has_every_name_and_those_variables_that_are_asked_for(
    container: Container, engine: Any
) -> None:
    web = container("web")
    web["NetworkSettings"]["Networks"]["back"]["Aliases"] = ["web", "shop-web-1", "id-shop", "www"]
    web["Config"]["Env"] = ["ENDPOINT=http://here:4318?a=b", "PASSWORD=hidden", "BARE"]
    seats = (
        Seat(workload="web", ports={}, attached=True, asks=("ENDPOINT", "OTHER")),
        Seat(workload="api", ports={}, attached=True, asks=("ENDPOINT",)),
    )
    there, absent = places(engine(web), Theirs(file=FILE), seats)
    assert there.names == ("web", "www")
    assert there.found == {"ENDPOINT": "http://here:4318?a=b"}
    assert (absent.names, absent.found) == (("api",), {})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": {"Running": False, "ExitCode": 3}}, "it ended with status 3"),
        ({"state": {"Restarting": True, "ExitCode": 1}}, "it ends again and again"),
        ({"state": {"Paused": True}}, "it is frozen"),
        ({"state": {"Health": {"Status": "starting"}}, "RestartCount": 9}, "restarted 9 times"),
    ],
)
def test_what_does_not_run_is_told_with_its_last_words(
    container: Container, engine: Any, change: Any, reason: str
) -> None:
    with pytest.raises(RuntimeFailure) as failed:
        attached(engine(container("web", **change))).check()
    assert reason in failed.value.summary
    assert failed.value.logs == ("last words",)


def ago(seconds: float) -> str:
    """An instant as the engine writes it."""
    then = datetime.now(UTC) - timedelta(seconds=seconds)
    return then.isoformat().replace("+00:00", "123Z")


def test_what_ends_again_and_again_is_found_also_while_it_runs(
    container: Container, engine: Any
) -> None:
    there = engine(container("web", state={"StartedAt": ago(0)}))
    looked = there.containers

    def looks(labels: dict[str, str]) -> tuple[dict[str, Any], ...]:
        found: tuple[dict[str, Any], ...] = looked(labels)
        there.there["id-shop-web-1"] = container("web", state={"StartedAt": ago(0)})
        return found

    there.containers = looks
    with pytest.raises(RuntimeFailure, match="it ended just now, and was started anew"):
        attached(there).check()


def test_what_was_started_just_now_and_stays_is_taken(container: Container, engine: Any) -> None:
    attached(engine(container("web", state={"StartedAt": ago(9.8)}))).check()


@pytest.mark.parametrize("mode", ["host", "none", "bridge"])
def test_what_nobody_can_meet_is_told(container: Container, engine: Any, mode: str) -> None:
    there = engine(container("web", mode=mode, networks=(mode,)))
    with pytest.raises(RuntimeFailure, match=f"its network is {mode}"):
        attached(there).check()


def test_what_the_project_lacks_is_told_with_what_it_has(container: Container, engine: Any) -> None:
    with pytest.raises(RuntimeFailure, match="no container of api; it has those of web") as failed:
        attached(engine(container("web")), ("api",)).check()
    assert "docker compose" in failed.value.cure


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        ({}, Phase.READY),
        ({"Paused": True}, Phase.PAUSED),
        ({"Running": False}, Phase.HELD),
        ({"Health": {"Status": "unhealthy", "FailingStreak": 3}}, Phase.UNREADY),
        ({"Health": {"Status": "unhealthy", "FailingStreak": 0}}, Phase.READY),  # was frozen
        ({"Health": {"Status": "healthy"}}, Phase.READY),
    ],
)
def test_a_phase_is_what_the_engine_says(container: Container, state: Any, phase: Phase) -> None:
    (one,) = project.members([container("web", state=state)])
    assert phase_of(one, frozenset({one.id}))[0] is phase


def test_of_theirs_those_lines_are_read_that_lie_where_ours_do(
    container: Container, engine: Any
) -> None:
    def kept(service: str, driver: str, number: int = 1) -> dict[str, Any]:
        return container(service, number, HostConfig={"LogConfig": {"Type": driver}})

    there = engine(kept("web", "json-file", 2), kept("web", "json-file"), kept("api", "syslog"))
    found = attached(there, ("web", "api")).written()
    assert [(each.workload, each.replica) for each in found] == [("web", 0), ("web", 1)]
