"""Places come from the file, the seed chooses, and each knows whom it makes the culprit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.app.plan import Plan, Refused, plan
from seatrial.capabilities.tracing.places import Kind, drawn, offered
from seatrial.contract.action import BreakEdge, Execute, SlowEdge, Stutter
from seatrial.runtimes.memory import MemoryRuntime
from seatrial.traces.diagnosis import Culprit

REFERENCE = Path(__file__).parents[4] / "examples/workflow-platform/seatrial.yaml"


@pytest.fixture
def planned(tmp_path: Path) -> Callable[..., Plan]:
    """The reference system with parts of its file replaced."""

    def make(*pairs: tuple[str, str]) -> Plan:
        text = REFERENCE.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        shutil.copytree(REFERENCE.parent / "gateway", tmp_path / "gateway", dirs_exist_ok=True)
        file = tmp_path / "seatrial.yaml"
        file.write_text(text, encoding="utf-8")
        return plan(file, MemoryRuntime(clock=lambda: 0.0))

    return make


def test_the_file_offers_links_statements_replicas_and_calls(
    planned: Callable[..., Plan],
) -> None:
    found = offered(planned().contexts["tracing"])
    pairs = {(each.service, each.peer) for each in found[Kind.LINKS]}
    assert pairs == {(one, two) for one in ("api", "worker") for two in ("database", "cache")}
    assert {(each.service, each.peer) for each in found[Kind.CALLS]} == pairs
    assert [each.operation for each in found[Kind.QUERIES]][:2] == [
        "INSERT workflows",
        "INSERT runs",
    ]
    assert [each.replica for each in found[Kind.REPLICAS]] == ["api-0", "api-1"]
    kinds = {
        kind: {type(one) for each in some for one in each.actions} for kind, some in found.items()
    }
    assert kinds == {
        Kind.LINKS: {SlowEdge},
        Kind.QUERIES: {Execute},
        Kind.REPLICAS: {Stutter},
        Kind.CALLS: {BreakEdge},
    }
    journeys = {each.service: each.journeys for each in found[Kind.LINKS]}
    assert journeys == {"api": ("run-a-workflow", "browse"), "worker": ("run-a-workflow",)}


def test_the_seed_alone_decides_which_are_drawn(planned: Callable[..., Plan]) -> None:
    first, again = (drawn(planned().contexts["tracing"]) for _ in range(2))
    assert first == again
    assert [len(each) for each in first.values()] == [3, 3, 2, 3]
    seeds = [
        drawn(planned(("tracing:\n", f"tracing:\n  seed: {seed}\n")).contexts["tracing"])
        for seed in range(2, 6)
    ]
    assert any(each != first for each in seeds)


def test_what_makes_a_statement_slow_ends_with_one_that_may_be_repeated(
    planned: Callable[..., Plan],
) -> None:
    place = offered(planned().contexts["tracing"])[Kind.QUERIES][2]
    (act,) = place.actions
    assert isinstance(act, Execute)
    assert "AFTER UPDATE ON runs FOR EACH ROW" in act.argv[-1]
    assert act.undo[-1] == "--command=DROP FUNCTION IF EXISTS seatrial_slow() CASCADE"


def test_without_statements_and_replicas_there_are_none(planned: Callable[..., Plan]) -> None:
    found = planned(
        ("    scale: 2\n", ""),
        ("  statements:\n", "  seed: 1\n"),
        ("    database: [INSERT", "  # ["),
    )
    assert [len(each) for each in drawn(found.contexts["tracing"]).values()] == [3, 0, 0, 3]


def test_a_store_that_has_no_triggers_is_refused(planned: Callable[..., Plan]) -> None:
    with pytest.raises(Refused) as refused:
        planned(("    database: [INSERT workflows,", "    cache: [INSERT workflows,"))
    assert "ST4103" in {each.code for each in refused.value.problems}


@pytest.mark.parametrize(
    ("told", "right"),
    [
        ({"service": "api", "operation": "INSERT runs", "peer": "database"}, True),
        ({"service": "api", "peer": "database"}, False),  # too wide: which statement?
        ({"service": "api", "operation": "INSERT runs", "peer": "cache"}, False),
    ],
)
def test_who_is_named_must_be_as_narrow_as_the_place(
    planned: Callable[..., Plan],
    told: dict[str, str],
    right: bool,  # noqa: FBT001
) -> None:
    place = offered(planned().contexts["tracing"])[Kind.QUERIES][1]
    assert place.is_right(Culprit(share=1.0, confidence=1.0, **told)) is right
