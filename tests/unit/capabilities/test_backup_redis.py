"""Backups of Redis: what the file says, what is planned of it, what a timeline must show."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.backup import policy, rows
from seatrial.capabilities.backup.snapshots import exact, taken
from seatrial.capabilities.backup.watching import RESTORED
from seatrial.contract.scenario import Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.daemons.backups.work import BROKEN_OFF
from seatrial.runtimes.local.runtime import LocalRuntime
from seatrial.system.problem import Problem

Found = Callable[[str], "tuple[Problem, ...]"]
GOOD: dict[str, Any] = {
    "error": "",
    "step": "rows",
    "restored": 0.5,
    "loaded": 1.5,
    "size": 1000,
    "took": 8.0,
    "every": 735.0,
    "target": 500.0,
    "moment": 440.0,
    "rows": {"before": 40, "lost": 0, "after": 30, "beyond": 0, "open": 1, "gap": 2.0},
    "invariants": {"laid": "t", "sound": "t"},
}


@pytest.fixture
def queue(shop: str) -> str:
    """The shop with a durable Redis in place of its database."""
    return shop.replace(
        'database: {engine: postgres, version: "15", owner: data}',
        'database: {engine: redis, version: "7", owner: data, backup: {}}',
    )


@pytest.fixture
def local(tmp_path: Path) -> Callable[[str], Plan]:
    """Plan a text on the local runtime."""

    def make(text: str) -> Plan:
        file = tmp_path / "seatrial.yaml"
        file.write_text(text, encoding="utf-8")
        return plan(file, LocalRuntime("shop", tmp_path))

    return make


def judged(judge: Judge, told: dict[str, Any]) -> Judgement:
    inject = Observation(at=10.0, source="drill", kind="step", subject="inject")
    seen = Observation(at=11.0, source="x", kind=RESTORED, subject="db", text=json.dumps(told))
    return judge(Timeline().adding((inject, seen)), 60.0, True)  # noqa: FBT003 - Judge


def without(*keys: str, **more: Any) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key not in keys} | more


# -- policy ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("backup", "every"),
    [("{}", 720.0), ("{rpo: 1h}", 2880.0), ("{schedule: {full: 5m}}", 300.0), ("{rpo: 70s}", 60.0)],
)
def test_a_snapshot_is_due_after_four_fifths_of_the_rpo(
    local: Callable[[str], Plan], queue: str, backup: str, every: float
) -> None:
    system = local(queue.replace("backup: {}", f"backup: {backup}")).system
    assert policy.schedule(system, "database") == {"full": every}


@pytest.mark.parametrize(
    ("store", "code", "words"),
    [
        ("backup: {schedule: {full: 20m}}", "ST7106", "every 1200 s, and 900 s may be lost"),
        ("backup: {rpo: 45s}", "ST7106", "every 60 s, and 45 s may be lost"),
        ("backup: {keep: 1d, schedule: {full: 2d}, rpo: 24h}", "ST7104", "every 2d"),
        (
            "backup: {schedule: {incremental: 1h}}",
            "ST7101",
            "unknown key stores.database.backup.schedule.incremental",
        ),
        ("backup: {schedule: {full: 30s}}", "ST7101", "write 1m to 7d"),
        ("backup: {}, durable: false", "ST7103", "is not durable"),
        (
            "backup: {}, invariants: {open: 'GET \"a'}",
            "ST7107",
            "invariant open is no command of Redis",
        ),
    ],
)
def test_what_is_wrong_with_it_is_told_at_its_place(
    problems: Found, queue: str, store: str, code: str, words: str
) -> None:
    text = queue.replace("backup: {}", store)
    found = {each.code: each for each in problems(text) if each.code.startswith("ST71")}
    assert found[code].place is not None
    assert words in f"{found[code].summary}; {found[code].cure}"
    assert found[code].cure


def test_the_keys_that_there_are_are_those_of_the_product(problems: Found, queue: str) -> None:
    text = queue.replace("backup: {}", "backup: {kep: 3d}")
    (found,) = (each for each in problems(text) if each.code == "ST7101")
    assert found.cure == "there are keep, schedule.full, schedule.verify, rpo, also_in"


# -- what is planned ---------------------------------------------------------------------------


def test_the_daemon_reaches_the_servers_folder_and_that_stays_as_it_is(
    local: Callable[[str], Plan], queue: str
) -> None:
    planned = local(queue)
    bare = {each.name: each for each in local(queue.replace(", backup: {}", "")).workloads}
    there = {each.name: each for each in planned.workloads}
    assert there["database"] == bare["database"]
    daemon = there["database-backups"]
    assert (daemon.shares, daemon.after, daemon.tools) == (
        "database",
        ("database",),
        ("redis",),
    )
    assert [each.durable for each in daemon.volumes if each.name == "repository"] == [True]
    plan = json.loads(next(each.text for each in daemon.files if each.path == "plan.json"))
    assert (plan["product"], plan["schedule"], plan["keep"]) == ("redis", {"full": 720}, 1209600)
    assert plan["server"]["password"] == ""
    assert (plan["data"], plan["mark"]) == ("${self.shared}/data", "seatrial.history")
    (settings,) = (each for each in daemon.files if each.path == "copy.conf")
    assert ("requirepass" in settings.text, settings.secret) == (False, False)


def test_a_password_is_the_daemons_where_the_store_has_one(
    local: Callable[[str], Plan], queue: str
) -> None:
    text = queue.replace(
        "image: shop/api:1",
        'image: shop/api:1\n    environment: {PASSWORD: "${database.password}"}',
    )
    (daemon,) = (each for each in local(text).workloads if each.name == "database-backups")
    secret = {each.path: each for each in daemon.files if each.secret}
    assert set(secret) == {"copy.conf", "password", "orders"}
    assert secret["copy.conf"].text.startswith("requirepass ${secret.database}\n")
    assert "database" in daemon.secrets


def test_each_expectation_has_its_control(local: Callable[[str], Plan], queue: str) -> None:
    planned = local(queue)
    found = {
        each.name: each
        for each in planned.expectations(planned.scenarios())
        if each.scenario == "restore-database"
    }
    assert set(found) == {f"{name}/restore-database" for name in ("exact", "taken", "whole")}
    where = {name: each.control.actions[0] for name, each in found.items()}
    # whoever plants them has Python and reaches the server: its own image need have no shell
    assert {getattr(each, "workload", "") for each in where.values()} == {"database-backups"}


# -- judges ------------------------------------------------------------------------------------


def test_rows_are_counted_around_a_moment_that_is_known_to_the_second() -> None:
    def row(sent: float, *, there: bool) -> dict[str, Any]:
        return {"sent": sent, "acknowledged": sent + 0.1, "there": there}

    told = {
        "error": "",
        "steps": [{"name": "rows"}],
        "result": {
            "target": 50.0,
            "moment_between": [9.0, 11.0],
            "rows": [
                row(8.0, there=True),
                row(8.5, there=False),  # lost
                row(9.5, there=True),
                row(10.5, there=False),
                row(11.5, there=True),  # beyond
                row(12.0, there=False),
            ],
        },
    }
    found = rows.summary(told)["rows"]
    assert (found["before"], found["lost"], found["after"], found["beyond"]) == (2, 1, 2, 1)
    assert found["open"] == 2


def test_a_snapshot_that_is_as_it_was_is_met_and_tells_how_far_before_it_lies() -> None:
    told = judged(exact("db", 14400), GOOD)
    assert told.state is State.MET
    assert "60 s before the moment that was asked for" in told.reason
    assert {each.name: each.value for each in told.figures}["restore"] == 2.0


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"rows": {**GOOD["rows"], "lost": 1}}, State.BROKEN),
        ({"rows": {**GOOD["rows"], "beyond": 1}}, State.BROKEN),
        ({"moment": 500.5}, State.BROKEN),  # after what was asked for
        ({"loaded": 14400.0}, State.BROKEN),
        ({"rows": {**GOOD["rows"], "before": 0}}, State.BLIND),
        ({"rows": {**GOOD["rows"], "after": 0}}, State.BLIND),
    ],
)
def test_one_that_is_not_is_not(change: dict[str, Any], state: State) -> None:
    assert judged(exact("db", 14400), {**GOOD, **change}).state is state


@pytest.mark.parametrize("step", ["restore", "load", "rows"])
def test_what_could_not_be_restored_is_broken(step: str) -> None:
    failed = without("rows", error="checksum", step=step)
    told = judged(exact("db", 14400), failed)
    assert (told.state, told.reason) == (State.BROKEN, f"{step} failed: checksum")
    ended = {**failed, "error": BROKEN_OFF}
    assert judged(exact("db", 14400), ended).state is State.BLIND


@pytest.mark.parametrize("step", ["", "backup", "take", "invariants"])
def test_what_was_not_tried_is_blind(step: str) -> None:
    failed = without("rows", error="away", step=step)
    assert judged(exact("db", 14400), failed).state is State.BLIND


def test_the_rpo_is_what_lies_between_two_and_how_long_one_takes() -> None:
    judge = taken("db", 900)
    assert judged(judge, GOOD).state is State.MET
    assert judged(judge, {**GOOD, "took": 165.5}).state is State.BROKEN
    assert judged(judge, {**GOOD, "every": 893.0}).state is State.BROKEN
    failed = without("took", "rows", error="NOPERM", step="take")
    told = judged(judge, failed)
    assert (told.state, told.reason) == (State.BROKEN, "take failed: NOPERM")
    assert judged(judge, {**failed, "error": BROKEN_OFF}).state is State.BLIND
    assert judged(judge, {**failed, "step": "backup"}).state is State.BLIND
    # it was taken, whatever became of the restore
    assert judged(judge, without("rows", error="x", step="restore")).state is State.MET
