"""The runtime beside, on an engine that is only remembered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.contract.action import CutEdge, Kill
from seatrial.contract.runtime import RuntimeFailure
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


def test_calls_between_theirs_are_not_cut_and_the_reason_is_told(
    container: Container, engine: Any, runtime: Callable[[Any], BesideRuntime]
) -> None:
    one = runtime(engine(container("web")))
    one.engine.api.info = lambda: {"MemoryLimit": True}
    one.engine.client.rootless = one.engine.client.desktop = False
    one.engine.client.tunnel = None
    one.engine.client.host = "unix:///none"
    found = one.abilities()
    assert not found[Ability.FAULT_PROXY].ok
    carrier = one._carrier(None)
    with pytest.raises(RuntimeFailure, match="past no fault proxy"):
        carrier.plan(CutEdge(source="web", target="db"))
    with pytest.raises(RuntimeFailure, match="nothing of this system runs here"):
        one.inject(Kill(workload="web"))
