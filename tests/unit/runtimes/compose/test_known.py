"""Which image a workload has, from what was remembered; nothing is brought."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import ImageNotFound

from seatrial.contract.output import Origin, Workload
from seatrial.contract.runtime import Progress, RuntimeFailure
from seatrial.runtimes.compose import images
from seatrial.runtimes.compose.images import Image, Source
from seatrial.runtimes.compose.known import Known
from seatrial.runtimes.compose.names import Names
from seatrial.runtimes.shared.state import State


def test_a_service_that_is_called_helper_keeps_its_own_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ensured(workloads: tuple[Workload, ...], **_more: Any) -> dict[str, Image]:
        return {
            each.name: Image(
                reference=each.origin.value,
                id=each.origin.value,
                version="",
                source=Source.YOURS,
                size=0,
            )
            for each in workloads
        }

    monkeypatch.setattr(images, "ensure", ensured)
    api = SimpleNamespace(inspect_image=lambda _id: {"Config": {}})
    known = Known(
        SimpleNamespace(api=api, client=None),  # type: ignore[arg-type]
        Names(system="shop", folder=tmp_path),
        State(tmp_path / "state"),
        None,
    )
    service = Workload(name="helper", origin=Origin.SERVICE, argv=())
    known.provide((service,), lambda _progress: None)
    assert known.of(service).id == Origin.SERVICE.value
    assert known.helper().id == Origin.DAEMON.value


def test_what_is_optional_and_cannot_be_had_is_told_and_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ensured(workloads: tuple[Workload, ...], **_more: Any) -> dict[str, Image]:
        if any(each.engine == "grafana" for each in workloads):
            raise RuntimeFailure("no registry is reached")
        return {
            each.name: Image(reference="r", id="i", version="1", source=Source.BUILT, size=0)
            for each in workloads
        }

    monkeypatch.setattr(images, "ensure", ensured)
    known = Known(
        SimpleNamespace(api=None, client=None),  # type: ignore[arg-type]
        Names(system="shop", folder=tmp_path),
        State(tmp_path / "state"),
        None,
    )
    needed = Workload(name="prometheus", origin=Origin.ENGINE, engine="prometheus", argv=())
    wanted = Workload(
        name="grafana", origin=Origin.ENGINE, engine="grafana", argv=(), optional=True
    )
    told: list[Progress] = []
    known.provide((needed, wanted), told.append)
    assert [(each.subject, each.phase, each.detail) for each in told] == [
        ("grafana", "left out", "it cannot be had: no registry is reached")
    ]
    assert known.version("prometheus") == "1"
    assert not known.version("grafana")
    needed_too = replace(wanted, optional=False)
    with pytest.raises(RuntimeFailure):
        known.provide((needed, needed_too), told.append)


def test_an_image_that_went_away_is_not_brought_by_who_only_looks(tmp_path: Path) -> None:
    def gone(_id: str) -> Any:
        raise ImageNotFound("gone")

    state = State(tmp_path / "state")
    kept = Image(reference="r", id="i", version="", source=Source.YOURS, size=0)
    state.write("images.json", {"api": asdict(kept)})
    known = Known(
        SimpleNamespace(api=SimpleNamespace(inspect_image=gone)),  # type: ignore[arg-type]
        Names(system="shop", folder=tmp_path),
        state,
        None,
    )
    with pytest.raises(RuntimeFailure, match="the image of api is not on") as caught:
        known.of(Workload(name="api", origin=Origin.SERVICE, argv=()))
    assert "seatrial up" in caught.value.cure
