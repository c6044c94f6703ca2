"""The runtime beside, on an engine that is only remembered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.contract.action import CutEdge, Kill
from seatrial.contract.output import Origin, Workload
from seatrial.contract.placement import Seat
from seatrial.contract.runtime import Desired, Progress, RuntimeFailure
from seatrial.contract.scenario import Ability
from seatrial.runtimes.compose.beside.project import Theirs
from seatrial.runtimes.compose.beside.runtime import BesideRuntime, kept

Container = Callable[..., dict[str, Any]]
FILE = Path("/srv/shop/compose.yaml")


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], BesideRuntime]:
    monkeypatch.setenv("SEATRIAL_HOME", str(tmp_path / "states"))

    def make(engine: Any) -> BesideRuntime:
        found = BesideRuntime("shop", tmp_path, Theirs(file=FILE), client=lambda: None)  # type: ignore[arg-type, return-value]
        found.__dict__["engine"] = engine
        return found

    return make


def test_a_system_that_is_up_otherwise_is_refused(
    container: Container, engine: Any, runtime: Callable[[Any], BesideRuntime], tmp_path: Path
) -> None:
    there = engine(container("web"))
    there.client = SimpleNamespace(reachable=lambda: None)
    one = runtime(there)
    one.state.write("desired.json", {})
    with pytest.raises(RuntimeFailure, match="is up without beside"):
        one.reserve(tmp_path / "seatrial.yaml")
    assert kept(one.state) is None


def test_what_another_version_left_of_theirs_is_undone_by_down(
    container: Container, engine: Any, runtime: Callable[[Any], BesideRuntime]
) -> None:
    there = engine(container("web", state={"Running": False}))
    there.volumes = there.networks = lambda _labels: ()
    one = runtime(there)
    one.state.write("desired.json", {"of": "another version"})
    entry = {
        "kind": "attached",
        "workload": "web",
        "act": "Kill",
        "containers": {"id-shop-web-1": {"back": "10.0.0.2"}},
    }
    one._faults.journal.open("one", "Kill web", entry)
    with pytest.raises(RuntimeFailure, match="another version"):
        one.undo_all()
    one.down(purge=False, progress=lambda _progress: None)
    assert there.done == ["start web-1"]
    assert not one.state.path.exists()


ENTRY = {
    "kind": "attached",
    "workload": "web",
    "act": "Kill",
    "containers": {"id-shop-web-1": {"back": "10.0.0.2"}},
}
SILENCE = {"kind": "request", "workload": "alertmanager", "undo": {"path": "/"}}


@pytest.mark.parametrize(
    ("act", "state", "done"),
    [
        ("Kill", {"Running": False}, "start web-1"),
        ("Pause", {"Paused": True}, "unpause web-1"),
    ],
)
def test_up_undoes_what_a_killed_drill_left_of_theirs_before_it_looks_at_them(
    container: Container,
    engine: Any,
    runtime: Callable[[Any], BesideRuntime],
    *,
    act: str,
    state: dict[str, bool],
    done: str,
) -> None:
    there = engine(container("web", state=state))
    there.client = SimpleNamespace(reachable=lambda: None)
    one = runtime(there)
    one._faults.journal.open("one", f"{act} web", {**ENTRY, "act": act})
    told: list[Progress] = []
    web = Workload(name="web", origin=Origin.SERVICE, argv=(), attached=True)
    with pytest.raises(AttributeError):  # this engine has no images: so far it came
        one.provide((web,), told.append)
    assert there.done == [done]
    assert [(each.phase, each.detail) for each in told] == [("undone", f"{act} web: undone")]
    assert one.undo_all() == ()


def test_theirs_is_undone_where_nothing_of_ours_is_left_and_what_lasts_is_not_forgotten(
    container: Container, engine: Any, runtime: Callable[[Any], BesideRuntime]
) -> None:
    there = engine(container("web", state={"Running": False}))
    one = runtime(there)
    one._faults.journal.open("one", "Kill web", ENTRY)
    one._faults.journal.open("two", "POST silence", SILENCE)
    said = one.undo_all()
    assert there.done == ["start web-1"]
    assert said[0].endswith("the next `up` undoes it")
    assert [each for each, _, _ in one._faults.journal.pending()] == ["two"]


def test_calls_between_theirs_are_not_cut_and_the_reason_is_told(
    container: Container, engine: Any, runtime: Callable[[Any], BesideRuntime]
) -> None:
    one = runtime(engine(container("web")))
    one.engine.api.info = lambda: {"MemoryLimit": True}
    one.engine.client.rootless = one.engine.client.desktop = False
    one.engine.client.security, one.engine.client.root = (), "/var/lib/docker"
    one.engine.client.tunnel = None
    one.engine.client.host = "unix:///none"
    found = one.abilities()
    assert not found[Ability.FAULT_PROXY].ok
    carrier = one._carrier(None)
    with pytest.raises(RuntimeFailure, match="past no fault proxy"):
        carrier.plan(CutEdge(source="web", target="db"))
    with pytest.raises(RuntimeFailure, match="nothing of this system runs here"):
        one.inject(Kill(workload="web"))


def test_who_is_called_from_there_is_on_their_networks_and_has_a_name_there(
    container: Container, engine: Any, runtime: Callable[[Any], BesideRuntime]
) -> None:
    there = engine(container("web", networks=("back",)), container("db", networks=("data",)))
    there.networks = lambda _labels=None: ()
    one = runtime(there)
    theirs = (
        Workload(name=name, origin=Origin.SERVICE, argv=(), attached=True) for name in ("web", "db")
    )
    jaeger = Workload(name="jaeger", origin=Origin.ENGINE, argv=("jaeger",), called_by=("web",))
    placed = one.place((Seat(workload="jaeger", ports={"otlp": 4318}),), ())
    assert placed.of("jaeger")[0].names == ("shop-jaeger",)
    assert str(placed.outside("jaeger", "otlp")) == "shop-jaeger:4318"
    desired = Desired(system="shop", root="/", placement=placed, workloads=(*theirs, jaeger))
    one._attached(desired.workloads)
    assert one._joins(desired)("jaeger") == {"back": "n-back"}
