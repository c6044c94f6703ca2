"""An engine that only some files ask for: left out and told of where it is not installed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.contract.output import Origin, Workload
from seatrial.contract.runtime import Progress, RuntimeFailure
from seatrial.engines.grafana.engine import ENGINE
from seatrial.runtimes.local.install import home_of
from seatrial.runtimes.local.runtime import LocalRuntime

GRAFANA = Workload(
    name="grafana", origin=Origin.ENGINE, engine="grafana", argv=("grafana",), optional=True
)


def test_what_is_optional_is_told_and_what_is_needed_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEATRIAL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path))
    runtime = LocalRuntime("shop", tmp_path, cache=tmp_path / "cache")
    told: list[Progress] = []
    runtime.provide((GRAFANA,), told.append)
    assert [(each.subject, each.phase) for each in told] == [("grafana", "left out")]
    assert "seatrial engines install grafana" in told[0].detail
    assert "grafana" not in runtime.versions(("grafana",))
    with pytest.raises(RuntimeFailure, match="not installed: grafana"):
        runtime.provide((replace(GRAFANA, optional=False),), told.append)


def test_a_tool_is_needed_as_the_engine_itself_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEATRIAL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path))
    runtime = LocalRuntime("shop", tmp_path, cache=tmp_path / "cache")
    with_tool = replace(GRAFANA, tools=("pgbackrest",))
    with pytest.raises(RuntimeFailure, match="not installed: pgbackrest"):
        runtime.provide((with_tool,), lambda _: None)
    with pytest.raises(RuntimeFailure, match="not installed: grafana"):  # here it is not optional
        runtime.provide((GRAFANA, replace(with_tool, tools=("grafana",))), lambda _: None)


def test_its_own_files_are_found_by_their_mark(tmp_path: Path) -> None:
    program = tmp_path / "grafana-v12/bin/grafana"
    program.parent.mkdir(parents=True)
    program.touch()
    usual = tmp_path / "share/grafana"
    engine = replace(ENGINE, folders=(str(usual / "bin"),))
    assert home_of(program, engine) == tmp_path / "grafana-v12"  # nothing has the mark
    (usual / "conf").mkdir(parents=True)
    (usual / "conf/defaults.ini").touch()
    assert home_of(program, engine) == usual  # a script on PATH, the product elsewhere
    (tmp_path / "grafana-v12/conf").mkdir()
    (tmp_path / "grafana-v12/conf/defaults.ini").touch()
    assert home_of(program, engine) == tmp_path / "grafana-v12"
    assert home_of(program, replace(engine, mark="")) == tmp_path / "grafana-v12"
