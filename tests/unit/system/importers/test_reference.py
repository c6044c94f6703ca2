"""The reference system's compose.yaml against the file that was written by hand for it."""

from __future__ import annotations

from pathlib import Path

from seatrial.system.importers.compose import sketch
from seatrial.system.importers.derive import Choices, derive
from seatrial.system.importers.sketch import Sketch
from seatrial.system.importers.write import text
from seatrial.system.load import load, loads

REFERENCE = Path(__file__).parents[4] / "examples/workflow-platform"
SECTIONS = ("alerting", "backup", "continuity", "detection", "logs", "tracing")


def test_it_comes_as_close_as_the_source_allows() -> None:
    content = (REFERENCE / "compose.yaml").read_text(encoding="utf-8")
    found = sketch({"compose.yaml": content}, environ={})
    assert isinstance(found, Sketch)
    draft = derive(found, Choices(owner="platform"))
    ours = loads(text(draft.document, draft.remarks)).system
    theirs = load(REFERENCE / "seatrial.yaml", sections=SECTIONS).system
    assert ours is not None
    assert theirs is not None
    assert ours.name == theirs.name
    assert list(ours.services) == list(theirs.services)
    for name, service in theirs.services.items():
        mine = ours.services[name]
        assert mine.build == service.build
        assert mine.exposed == service.exposed
        assert mine.scale == service.scale
        assert set(service.needs) <= set(mine.needs)
        assert set(service.ports.values()) <= set(mine.ports.values())
        assert mine.health is not None
        assert mine.health.live == "/livez"
        for key in ("DATABASE_URL", "REDIS_URL"):
            assert mine.environment.get(key) == service.environment.get(key)
    assert ours.services["worker"].run == theirs.services["worker"].run
    assert {
        name: (each.engine, each.version, each.durable) for name, each in ours.stores.items()
    } == {name: (each.engine, each.version, each.durable) for name, each in theirs.stores.items()}
