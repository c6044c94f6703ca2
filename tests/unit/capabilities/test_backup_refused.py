"""That another region refuses the log is told in time: what is planned, how it is judged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.backup.refused.judges import noticed
from seatrial.contract.action import AlterFile
from seatrial.contract.scenario import State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.runtimes.local.runtime import LocalRuntime

TEXT = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web"}}
regions: {eu: {home: true}, us: {}}
services: {front: {owner: web, image: example/front, ports: {http: 80}, needs: [db, queue]}}
stores:
  db: {engine: postgres, version: "15", owner: web, backup: {also_in: us}}
  queue: {engine: redis, version: "7", owner: web, backup: {also_in: us}}
promises: [R01, R20]
environments: {rehearsal: {runtime: local}}
"""
JUDGE = noticed("ArchivingStuck", "db-backups", 300.0)


@pytest.fixture
def local(tmp_path: Path) -> Callable[[str], Plan]:
    def make(text: str) -> Plan:
        file = tmp_path / "seatrial.yaml"
        file.write_text(text, encoding="utf-8")
        return plan(file, LocalRuntime("shop", tmp_path))

    return make


def planned(found: Plan) -> list[str]:
    return [each.name for each in found.scenarios() if each.name.startswith("key-expired-")]


def test_it_is_of_a_log_that_is_kept_in_another_region(local: Callable[[str], Plan]) -> None:
    assert planned(local(TEXT)) == ["key-expired-db-in-us"]
    assert (
        planned(
            local(
                TEXT.replace(
                    '"15", owner: web, backup: {also_in: us}', '"15", owner: web, backup: {}'
                )
            )
        )
        == []
    )


@pytest.mark.parametrize("more", ["", "failover: {}, ", "failover: {region: us}, "])
def test_the_servers_alone_have_another_key_and_the_place_stays(
    local: Callable[[str], Plan], more: str
) -> None:
    promises = "[R01, R20, R21]" if more else "[R01, R20]"
    text = TEXT.replace("{engine: postgres, ", f"{{engine: postgres, {more}")
    found = local(text.replace("[R01, R20]", promises))
    (scenario,) = (each for each in found.scenarios() if each.name == "key-expired-db-in-us")
    altered = next(x for x in scenario.injections[0].actions if isinstance(x, AlterFile))
    (before,) = (
        file.text
        for each in found.workloads
        if each.name == altered.workload
        for file in each.files
        if file.path == altered.path
    )
    differs = [
        pair
        for pair in zip(before.splitlines(), altered.text.splitlines(), strict=True)
        if pair[0] != pair[1]
    ]
    assert [new for _, new in differs] == ["repo2-s3-key-secret=expired"], differs


def alert(at: float, state: str, *, service: str = "db-backups") -> Observation:
    labels = {"alertname": "ArchivingStuck", "service": service}
    return Observation(
        at=at,
        source="prometheus",
        kind="alert",
        subject="ArchivingStuck",
        text=state,
        labels=labels,
    )


def judged(*seen: Observation, now: float, over: bool = False) -> State:
    inject = Observation(at=10.0, source="drill", kind="step", subject="inject")
    return JUDGE(Timeline().adding((inject, *seen)), now, over).state


def test_an_alert_in_time_is_met_and_a_late_one_is_broken() -> None:
    assert judged(alert(40.0, "pending"), alert(160.0, "firing"), now=161.0) is State.MET
    assert judged(alert(320.0, "firing"), now=321.0) is State.BROKEN


def test_one_that_waits_and_one_of_another_workload_tell_nothing() -> None:
    seen = (alert(40.0, "pending"), alert(160.0, "firing", service="queue-backups"))
    assert judged(*seen, now=200.0) is State.PENDING
    assert judged(*seen, now=311.0) is State.BROKEN


def test_one_that_was_there_before_shows_nothing() -> None:
    seen = (alert(5.0, "firing"), alert(160.0, "firing"))
    assert judged(*seen, now=200.0, over=True) is State.BLIND


def test_nothing_that_was_injected_is_unknown() -> None:
    assert JUDGE(Timeline(), 5.0, False).state is State.PENDING  # noqa: FBT003 - Judge
    assert JUDGE(Timeline(), 5.0, True).state is State.BLIND  # noqa: FBT003 - Judge
