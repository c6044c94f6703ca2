"""Backups: what the file says, what is planned of it, what a timeline must show of a restore."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.backup import judges, policy, rows
from seatrial.capabilities.backup.watching import RESTORED, watch
from seatrial.contract.scenario import Judge, Judgement, State
from seatrial.contract.timeline import Observation, Timeline
from seatrial.runtimes.local.runtime import LocalRuntime
from seatrial.system.load import load
from seatrial.system.problem import Problem

ROWS = {"before": 40, "lost": 0, "after": 30, "beyond": 0, "open": 1, "gap": 0.03}
GOOD: dict[str, Any] = {
    "error": "",
    "step": "rows",
    "restored": 3.0,
    "replayed": 1.5,
    "size": 1000,
    "archive_timeout": "720",
    "mode": "on",
    "pushed": 0.5,
    "invariants": {"laid": "t", "sound": "t"},
    "rows": ROWS,
}
Found = Callable[[str], "tuple[Problem, ...]"]


@pytest.fixture
def local(tmp_path: Path) -> Callable[[str], Plan]:
    """Plan a text on the local runtime."""

    def make(text: str) -> Plan:
        file = tmp_path / "seatrial.yaml"
        file.write_text(text, encoding="utf-8")
        return plan(file, LocalRuntime("shop", tmp_path))

    return make


def judged(judge: Judge, told: dict[str, Any] | None, *, over: bool = True) -> Judgement:
    seen = [Observation(at=10.0, source="drill", kind="step", subject="inject")]
    if told is not None:
        seen.append(
            Observation(at=11.0, source="x", kind=RESTORED, subject="db", text=json.dumps(told))
        )
    return judge(Timeline().adding(seen), 60.0, over)


# -- policy ------------------------------------------------------------------------------------


def test_four_fifths_of_the_rpo_are_the_servers() -> None:
    assert policy.archive_timeout(900.0) == 720
    assert policy.archive_timeout(1.0) == 1


def test_the_reference_system_declares_one(reference: Plan) -> None:
    system = reference.system
    assert policy.declared(system) == ("database",)
    found = policy.of(system, "database")
    assert found.keep.seconds == 14 * 86400
    assert found.schedule.full.seconds == 7 * 86400
    assert policy.rpo(system, "database") == system.targets.rpo.seconds


def test_the_server_archives_and_the_daemon_stands_in_its_place(reference: Plan) -> None:
    by_name = {each.name: each for each in reference.workloads}
    store, daemon = by_name["database"], by_name["database-backups"]
    assert {"archive_mode=on", "archive_timeout=720"} <= set(store.argv)
    (token,) = (each for each in daemon.files if each.path == "orders")
    assert (token.secret, token.text) == (True, "${secret.database-backups-orders}\n")
    assert daemon.secrets == ("database-backups-orders",)
    assert "--orders=${self.dir}/orders" in daemon.argv
    assert store.tools == ("pgbackrest",)
    assert {each.name for each in store.volumes} == {"data", "repository"}
    assert all(each.durable for each in store.volumes)
    assert (daemon.shares, daemon.after) == ("database", ("database",))
    plan = json.loads(next(each.text for each in daemon.files if each.path == "plan.json"))
    assert plan["schedule"] == {"full": 604800, "differential": 86400, "incremental": 21600}
    assert set(plan["invariants"]) == set(reference.system.stores["database"].invariants)
    # the cache has none: its server and everything around it is as it was
    assert by_name["cache"].tools == ()
    assert "cache-backups" not in by_name


def test_each_key_stands_in_the_readme() -> None:
    text = (Path(policy.__file__).parent / "README.md").read_text()
    keys = [*policy.Logged.model_fields, *(f"schedule.{x}" for x in policy.Schedule.model_fields)]
    missing = [each for each in keys if f"backup.{each}" not in text]
    assert missing == []


# -- rows --------------------------------------------------------------------------------------


def test_rows_are_counted_against_the_moment() -> None:
    def row(sent: float, acknowledged: float | None, *, there: bool) -> dict[str, Any]:
        return {"sent": sent, "acknowledged": acknowledged, "there": there}

    found = rows.counted(
        [
            row(1.0, 1.1, there=True),
            row(2.0, 2.25, there=False),  # lost
            row(2.9, 3.1, there=True),  # sent before, acknowledged after: may be there
            row(2.95, None, there=False),  # never acknowledged: nobody knows
            row(3.5, 3.6, there=True),  # beyond
            row(4.0, 4.1, there=False),
        ],
        3.0,
        3.0,
    )
    assert found == rows.Rows(before=2, lost=1, after=2, beyond=1, open=2, gap=1.25)
    assert rows.counted([], 3.0, 3.0) == rows.Rows()


# -- judges ------------------------------------------------------------------------------------


def test_a_restore_to_the_moment_is_met_with_its_figures() -> None:
    told = judged(judges.exact("db", 14400), GOOD)
    assert told.state is State.MET
    figures = {each.name: each.value for each in told.figures}
    assert figures["restore"] == 4.5
    assert figures["size"] == 1000


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"rows": {**ROWS, "lost": 1}}, State.BROKEN),
        ({"rows": {**ROWS, "beyond": 1}}, State.BROKEN),
        ({"rows": {**ROWS, "before": 0}}, State.BLIND),
        ({"rows": {**ROWS, "after": 0}}, State.BLIND),
        ({"restored": 14400.0}, State.BROKEN),
    ],
)
def test_a_restore_that_is_not_exact_is_not_met(change: dict[str, Any], state: State) -> None:
    assert judged(judges.exact("db", 14400), {**GOOD, **change}).state is state


def without(*keys: str, **more: Any) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key not in keys} | more


def test_what_could_not_be_restored_is_broken_and_what_was_not_tried_is_blind() -> None:
    broken = without("rows", "invariants", error="checksum", step="restore")
    told = judged(judges.exact("db", 14400), broken)
    assert (told.state, told.reason) == (State.BROKEN, "restore failed: checksum")
    for step in ("", "backup", "write", "archive", "invariants"):
        untried = without("rows", "invariants", "pushed", error="no psql", step=step)
        assert judged(judges.exact("db", 14400), untried).state is State.BLIND, step
    ended = {**broken, "error": "it was broken off"}
    assert judged(judges.exact("db", 14400), ended).state is State.BLIND
    assert judged(judges.whole("db", ("sound",)), broken).state is State.BLIND


def test_the_rpo_is_what_an_open_segment_and_its_way_cost() -> None:
    judge = judges.archived("db", 900)
    assert judged(judge, GOOD).state is State.MET
    assert judged(judge, {**GOOD, "pushed": 181.0}).state is State.BROKEN
    assert judged(judge, {**GOOD, "mode": "off"}).state is State.BROKEN
    assert judged(judge, {**GOOD, "archive_timeout": "0"}).state is State.BROKEN
    stopped = without("pushed", "rows", error="no segment", step="archive")
    assert judged(judge, stopped).reason == "archive failed: no segment"
    assert judged(judge, stopped).state is State.BROKEN
    for step in ("", "backup", "write"):
        untried = without("pushed", "rows", error="no psql", step=step)
        assert judged(judge, untried).state is State.BLIND, step
    # the log was archived, whatever became of the restore
    assert judged(judge, without("rows", error="checksum", step="restore")).state is State.MET


def test_each_invariant_must_have_been_asked_and_hold() -> None:
    judge = judges.whole("db", ("sound",))
    assert judged(judge, GOOD).state is State.MET
    wrong = judged(judge, {**GOOD, "invariants": {"laid": "f", "sound": "t"}})
    assert (wrong.state, wrong.reason) == (State.BROKEN, "in the copy does not hold: laid: f")
    failed = {**GOOD, "invariants": {"laid": "t", "sound": "no table"}}
    assert judged(judge, failed).state is State.BROKEN
    assert judged(judge, {**GOOD, "invariants": {"laid": "t"}}).state is State.BLIND


@pytest.mark.parametrize(
    "judge", [judges.exact("db", 1e9), judges.archived("db", 900), judges.whole("db", ())]
)
def test_a_drill_that_has_not_ended_says_nothing(judge: Judge) -> None:
    assert judged(judge, None, over=False).state is State.PENDING
    assert judged(judge, None).state is State.BLIND


def test_only_the_drill_that_was_begun_now_counts() -> None:
    seen = watch("db").parse
    running = {"ended": None, "state": "running"}
    assert seen(1.0, json.dumps(running).encode()) == ()
    earlier = {
        "began": 5.0, "ended": 6.0, "error": "", "steps": [{"name": "rows", "at": 5.5}],
        "result": {**without("rows", "error", "step"), "target": 3.0, "rows": []},
    }  # fmt: skip
    (told,) = seen(20.0, json.dumps(earlier).encode())
    inject = Observation(at=10.0, source="drill", kind="step", subject="inject")
    timeline = Timeline().adding((inject, told))
    told_by = judges.archived("db", 900)(timeline, 60.0, True)  # noqa: FBT003 - Judge
    assert told_by.state is State.BLIND


# -- check -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("store", "code", "words"),
    [
        ("backup: {kep: 3d}", "ST7101", "unknown key stores.database.backup.kep"),
        ("backup: {keep: 3}", "ST1305", "stores.database.backup.keep is 3, without a unit"),
        ("backup: {schedule: {full: 1s}}", "ST7101", "write 1h to 90d"),
        ("backup: {}, durable: false", "ST7103", "is not durable"),
        ("backup: {keep: 2d}", "ST7104", "keeps backups for 2d and takes a full one every 7d"),
    ],
)
def test_what_is_wrong_with_a_backup_is_told_at_its_place(
    problems: Found, shop: str, store: str, code: str, words: str
) -> None:
    text = shop.replace("owner: data}", f"owner: data, {store}}}")
    (found,) = [each for each in problems(text) if each.code.startswith(("ST13", "ST71"))]
    assert (found.code, found.place is not None) == (code, True)
    assert words in f"{found.summary}; {found.cure}"
    assert found.cure


EXCEPTED = (
    "exceptions:\n  - {requirement: %s, subject: %s, reason: x, owner: web, until: 2099-12-31}\n"
)


@pytest.mark.parametrize(
    ("store", "more", "told"),
    [
        ("", "promises: [R20]\n", 1),
        ("", "", 0),
        ("", "promises: [R01]\n", 0),
        (", durable: false", "promises: [R20]\n", 0),
        (", backup: {}", "promises: [R20]\n", 0),
        ("", f"promises: [R20]\n{EXCEPTED % ('R20.1', 'database')}", 0),
        ("", f"promises: [R20]\n{EXCEPTED % ('R20', 'shop')}", 0),
        ("", f"promises: [R20]\n{EXCEPTED % ('R20.3', 'database')}", 1),
        ("", f"promises: [R20]\n{EXCEPTED % ('R20', 'api')}", 1),
    ],
)
def test_a_store_without_a_backup_is_told_where_backups_are_promised(
    problems: Found, shop: str, store: str, more: str, told: int
) -> None:
    text = shop.replace("owner: data}", f"owner: data{store}}}") + more
    found = [each for each in problems(text) if each.code == "ST7105"]
    assert len(found) == told
    assert all("write backup: {} to it, or except R20.1" in each.cure for each in found)


@pytest.mark.parametrize(
    ("backup", "code", "cure"),
    [("", "ST7105", "except R20.1 for it"), (", backup: {}", "ST7102", "delete stores.database")],
)
def test_a_product_that_cannot_be_backed_up_is_told(
    tmp_path: Path, shop: str, backup: str, code: str, cure: str
) -> None:
    file = tmp_path / "seatrial.yaml"
    text = shop.replace(
        'postgres, version: "15", owner: data', f'mariadb, version: "11", owner: data{backup}'
    )
    file.write_text(f"{text}promises: [R20]\n")
    system = load(file).system
    assert system is not None
    (found,) = policy.problems(system)
    assert (found.code, found.cure.startswith(cure)) == (code, True)


def test_every_default_is_taken_by_an_empty_backup(problems: Found, shop: str) -> None:
    text = shop.replace("owner: data}", "owner: data, backup: {}}")
    assert [each for each in problems(text) if each.code.startswith("ST71")] == []


@pytest.mark.parametrize("store", ["owner: data}", "owner: data, backup: {keep: 14d}}"])
def test_a_system_pays_only_for_what_it_declares_and_promises(
    local: Callable[[str], Plan], shop: str, store: str
) -> None:
    text = shop.replace("owner: data}", store)
    declared = "backup" in store
    there = {each.name for each in local(text).workloads}
    assert ("database-backups" in there) is declared
    unpromised = {each.name for each in local(f"{text}promises: [R01]\n").workloads}
    assert "database-backups" not in unpromised
