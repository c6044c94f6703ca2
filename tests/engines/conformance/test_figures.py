"""What each replica uses, and what befalls it, as seen from beside it: on every runtime."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from seatrial.capabilities.metrics.containers import NAME
from seatrial.contract.action import Crash, ExhaustMemory, Kill
from seatrial.contract.runtime import RuntimeFailure
from seatrial.contract.scenario import Ability

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("conformance")]
Whole = Callable[[], None]
LIMIT = 96 << 20


def figures(rig: Any, workload: str, replica: int = 0) -> dict[str, float]:
    """Every figure of a replica; those that cannot be told are `untold FIGURE`."""
    found = rig.opened.status()
    (one,) = (each for each in found if (each.workload, each.replica) == (workload, replica))
    text = rig.get(NAME, f"/container?target={one.address}:8000")[1]
    return {
        f"untold {each.labels['figure']}" if each.labels else each.name: each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
    }


def until(ask: Callable[[], Any], what: str) -> None:
    end = time.monotonic() + 60
    while not ask():
        assert time.monotonic() < end, f"did not happen: {what}"
        time.sleep(0.2)


def able(rig: Any) -> None:
    found = rig.opened.abilities()[Ability.MEMORY_LIMIT]
    if not found.ok:
        pytest.skip(found.reason)


def test_each_replica_has_its_own_figures(rig: Any, whole: Whole) -> None:
    able(rig)
    for workload, replica, limit in (("back", 0, LIMIT), ("back", 1, LIMIT), ("front", 0, 0)):
        found = figures(rig, workload, replica)
        assert found["container_spec_memory_limit_bytes"] == limit
        assert 1 << 20 < found["container_memory_working_set_bytes"] < LIMIT
        assert found["container_cpu_usage_seconds_total"] > 0
        assert abs(found["container_start_time_seconds"] - time.time()) < 3600
        network = (
            "untold network" if rig.kind == "local" else "container_network_receive_bytes_total"
        )
        assert found[network] > 0
    whole()


def test_time_that_is_used_is_counted_where_it_was_used(rig: Any) -> None:
    able(rig)
    before = {each: figures(rig, "back", each) for each in (0, 1)}
    for _ in range(50):
        rig.get("back")  # replica 0
    used = {
        each: figures(rig, "back", each)["container_cpu_usage_seconds_total"]
        - before[each]["container_cpu_usage_seconds_total"]
        for each in (0, 1)
    }
    assert used[0] > used[1] >= 0


def test_a_restart_is_counted_for_who_restarted(rig: Any, whole: Whole) -> None:
    able(rig)
    before = {each: figures(rig, "back", each)["container_restarts_total"] for each in (0, 1)}
    rig.opened.undo(rig.opened.inject(Crash(workload="back", replica=1)).id)
    until(lambda: figures(rig, "back", 1)["container_restarts_total"] == before[1] + 1, "a restart")
    assert figures(rig, "back", 0)["container_restarts_total"] == before[0]
    whole()


def test_a_kill_for_want_of_memory_is_counted(rig: Any, whole: Whole) -> None:
    able(rig)
    before = figures(rig, "back", 1)["container_oom_events_total"]
    injected = rig.opened.inject(ExhaustMemory(workload="back", replica=1))

    def counted() -> bool:
        try:
            return figures(rig, "back", 1).get("container_oom_events_total", 0) > before
        except (RuntimeFailure, AssertionError):
            return False

    until(counted, "a kill that is counted")
    rig.opened.undo(injected.id)
    until(lambda: rig.unready() == [], "all of it ready")
    whole()


def test_who_does_not_run_has_no_figures(rig: Any, whole: Whole) -> None:
    able(rig)
    injected = rig.opened.inject(Kill(workload="stubborn"))
    address = next(e.address for e in rig.opened.status() if e.workload == "stubborn")
    assert rig.get(NAME, f"/container?target={address}")[0] == 404
    assert rig.get(NAME, "/container?target=nobody.example:80")[0] == 400
    rig.opened.undo(injected.id)
    whole()
