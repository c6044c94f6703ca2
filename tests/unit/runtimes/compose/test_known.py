"""Which image a workload has, from what was remembered; nothing is brought."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.contract.output import Origin, Workload
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
