"""A store's primary crashes, is lost, hangs: another takes over, and nothing acknowledged is lost.

Each by the real command line, on real members, with the defect that must turn it red.
"""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from live import Live

from seatrial.app.plan import plan
from seatrial.contract.action import Execute
from seatrial.engines.patroni import hands
from seatrial.engines.postgres.sql import command

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("failover")]
_DRILLS = tuple(f"primary-{each}-database" for each in ("crash", "lost", "hung"))
_UNDECIDED, _MEMBERS = "undecided-database", "database-members"


def _leader(one: Live) -> str:
    """Once there is one, and a standby that has each acknowledged write."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        done = one.tried("failover", "--json")
        members = json.loads(done.stdout)["database"] if done.stdout else []
        roles = {each["role"]: each["name"] for each in members}
        if not done.returncode and roles.keys() == {"primary", "synchronous standby"}:
            return str(roles["primary"])
        time.sleep(1)
    raise AssertionError(done.stdout + done.stderr)


def test_the_members_are_as_a_store_that_is_alone_and_tell_what_alerts_ask(failing: Live) -> None:
    told = failing.runtime.execute(_MEMBERS, command("SHOW data_checksums"))
    assert "on" in told.stdout, told
    planned = plan(failing.folder / "seatrial.yaml", failing.runtime)
    asked = {
        name
        for each in planned.workloads
        for file in each.files
        for name in re.findall(r"\bpatroni_\w+", file.text)
    }
    metrics = failing.runtime.request("GET", _MEMBERS, "rest", "/metrics").body.decode()
    assert len(asked) > 2
    assert {each for each in asked if f"\n{each}{{" not in metrics} == set(), metrics


def test_who_does_not_show_the_password_may_ask_and_changes_nothing(failing: Live) -> None:
    ask = failing.runtime.request
    assert ask("GET", _MEMBERS, "rest", "/config").status == 200
    for method, path in (("PATCH", "/config"), ("POST", "/restart"), ("POST", "/switchover")):
        for headers in ((), (("authorization", "Basic c2VhdHJpYWw6d3Jvbmc="),)):
            assert ask(method, _MEMBERS, "rest", path, "{}", headers=headers).status == 401


@pytest.mark.parametrize("drill", _DRILLS)
def test_another_takes_over_and_nothing_is_lost(failing: Live, drill: str) -> None:
    before = _leader(failing)
    found = failing.proven(drill)
    own = {name: each["verdict"] for name, each in found.items() if name.endswith(drill)}
    names = ("kept", "resumed", "single", "sound")
    assert own == {f"{each}/{drill}": "proven" for each in names}, found
    assert _leader(failing) != before


def test_a_primary_that_crashed_stays_down_also_where_its_standby_says_nothing(
    failing: Live,
) -> None:
    """Its Patroni would start it again at once then: nobody is seen who could take over."""
    primary = int(_leader(failing).rpartition("-")[-1])
    runtime = failing.runtime
    with ExitStack() as undos:
        for replica, argv, undo in (
            (1 - primary, hands.HANG, hands.GO_ON),
            (primary, hands.CRASH, hands.UNCRASH),
        ):
            fault = runtime.inject(
                Execute(workload=_MEMBERS, argv=argv, undo=undo, replica=replica)
            )
            undos.callback(runtime.undo, fault.id)
        time.sleep(15)  # Patroni has looked three times
        assert runtime.execute(_MEMBERS, command("SELECT 1"), replica=primary).status != 0
        assert runtime.execute(_MEMBERS, command("SELECT 1"), replica=1 - primary).status == 0
    _leader(failing)


def test_without_a_majority_the_primary_stays(failing: Live) -> None:
    before = _leader(failing)
    found = failing.proven(_UNDECIDED)
    own = {name: each["verdict"] for name, each in found.items() if name.endswith(_UNDECIDED)}
    assert own == {f"{each}/{_UNDECIDED}": "proven" for each in ("resumed", "single")}, found
    assert _leader(failing) == before


def test_what_leads_to_the_primary_is_back_in_time_or_red(failing: Live) -> None:
    before, drill = _leader(failing), "proxy-crash-database"
    found = failing.proven(drill)
    own = {name: each["verdict"] for name, each in found.items() if name.endswith(drill)}
    assert own == {f"{each}/{drill}": "proven" for each in ("resumed", "single")}, found
    found = failing.proven("--controls", f"resumed/{drill}")
    assert [each["control"]["red"] for each in found.values()] == [True], found
    assert _leader(failing) == before


def test_a_primary_that_alone_loses_its_way_to_etcd_stays_or_red(failing: Live) -> None:
    before, drill = _leader(failing), "primary-cut-database"
    found = failing.proven(drill)
    own = {name: each for name, each in found.items() if name.endswith(drill)}
    assert {name: each["verdict"] for name, each in own.items()} == {
        f"{each}/{drill}": "proven" for each in ("resumed", "single")
    }, found
    assert all(f"{before} alone did not reach etcd" in str(each) for each in own.values()), own
    assert _leader(failing) == before
    found = failing.proven("--controls", f"resumed/{drill}")
    assert [each["control"]["red"] for each in found.values()] == [True], found
    assert f"took them instead of {before}" in str(found)


def test_acknowledged_writes_that_no_standby_got_are_missed(failing: Live) -> None:
    found = failing.proven("--controls", "kept/primary-lost-database")
    assert {name: each["control"]["red"] for name, each in found.items()} == {
        "kept/primary-lost-database": True
    }, found
    assert "acknowledged writes are gone" in str(found)


def test_a_planned_switch_makes_the_other_one_the_primary(failing: Live) -> None:
    before = _leader(failing)
    told = json.loads(failing.run("failover", "database", "--yes", "--json"))
    assert (told["from"], told["seen"]["lost"]["rows"]) == (before, 0)
    assert told["seen"]["writes"]["acknowledged"] > 0
    assert _leader(failing) == told["to"] != before


def test_of_two_orders_at_once_one_is_carried_out(failing: Live) -> None:
    before = _leader(failing)
    with ThreadPoolExecutor(2) as pool:
        orders = [pool.submit(failing.tried, "failover", "database", "--yes") for _ in range(2)]
        done = sorted((each.result() for each in orders), key=lambda each: each.returncode)
    assert done[0].returncode == 0, done
    assert all("Traceback" not in each.stderr for each in done), done
    assert _leader(failing) != before


def test_a_switch_goes_on_without_who_ordered_it(failing: Live) -> None:
    before = _leader(failing)
    with failing.begun("failover", "database", "--yes") as process:
        assert process.stderr is not None
        while "checked: it streams" not in process.stderr.readline():
            assert process.poll() is None
        time.sleep(1)  # the order follows what would be done; to carry it out takes longer
        process.kill()
    deadline = time.monotonic() + 60
    while _leader(failing) == before:
        assert time.monotonic() < deadline
        time.sleep(1)


def test_a_standby_is_copied_anew(failing: Live) -> None:
    leader = _leader(failing)
    other = next(f"{_MEMBERS}-{n}" for n in (0, 1) if f"{_MEMBERS}-{n}" != leader)
    assert (
        "copied from the primary"
        in failing.tried("failover", "database", "--rebuild", other, "--dry-run").stderr
    )
    done = failing.tried("failover", "database", "--rebuild", other, "--yes")
    assert (done.returncode, f"{other} follows the primary" in done.stderr) == (0, True), done
    assert failing.tried("failover", "database", "--rebuild", leader, "--yes").returncode == 2
    assert _leader(failing) == leader


def test_what_cannot_be_is_refused_in_a_sentence(failing: Live) -> None:
    leader = _leader(failing)
    for words, told in (
        (("database", "--to", leader), f"{leader} is the primary of database already"),
        (
            ("database", "--to", "database-members-9"),
            "no member of database is called database-members-9",
        ),
        (("databas",), 'did you mean "database"'),
    ):
        done = failing.tried("failover", *words)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
