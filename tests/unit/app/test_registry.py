from importlib.metadata import entry_points

import pytest

from seatrial.app import registry
from seatrial.contract.runtime import RuntimeFailure


def test_everything_installed_is_found_once_and_in_order() -> None:
    for group, found in (
        ("seatrial.capabilities", registry.capabilities()),
        ("seatrial.engines", registry.engines()),
    ):
        names = [each.name for each in found]
        assert names == sorted(set(names))
        assert set(names) == {each.name for each in entry_points(group=group)}


def test_no_two_capabilities_own_the_same_section() -> None:
    owned = [each.section for each in registry.capabilities() if each.section]
    assert sorted(owned) == sorted(registry.sections())
    loaded = {each.name: each.load() for each in entry_points(group="seatrial.sections")}
    assert {name: each.section for name, each in loaded.items()} == {name: name for name in owned}


def test_every_engine_says_where_it_is_from_and_how_it_is_tried() -> None:
    for engine in registry.engines():
        assert engine.programs, engine.name
        assert engine.version.argv[0] in engine.programs
        words = (*engine.start.prepare, *((engine.start.argv,) if engine.start.argv else ()))
        assert words, engine.name
        assert {each[0] for each in words} <= set(engine.programs), engine.name
        assert engine.docs.startswith("https://")
        assert engine.sources, engine.name


def test_a_capability_whose_key_was_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.capabilities.cache_clear()
    monkeypatch.setattr(
        registry, "sections", lambda: frozenset({"alerting", "backup", "continuity"})
    )
    try:
        with pytest.raises(RuntimeFailure, match="owns dashboards") as refused:
            registry.capabilities()
    finally:
        registry.capabilities.cache_clear()
    assert refused.value.cure == (
        "its package must name dashboards among its entry points seatrial.sections"
    )
