"""A store with a copy in another region: moved by plan, moved because home is lost, and back.

By the real command line, on real members, while rows are written.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # live.py, for every example

from live import Live, live, whole

from seatrial.contract.action import Action, Crash, CutEdge, Kill, Pause
from seatrial.contract.runtime import Phase
from seatrial.engines.postgres.sql import command

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("failover-regions")]
_DRILL, _DRAIN = "region-lost-database", "drain-ledger"
_HOME = ("database-members", *(f"database-etcd-{n}" for n in (1, 2, 3)), "database")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The example, up; nothing is left of it."""
    with live("failover-regions", tmp_path_factory.mktemp("regions")) as one:
        yield one


def _moved(one: Live, to: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        one.run("failover", "database", "--to", to, "--yes", "--json")
    )
    return told


def test_what_the_file_says_now_reaches_a_running_cluster(two: Live) -> None:
    file = two.folder / "seatrial.yaml"
    text = file.read_text(encoding="utf-8")

    def all_are(synchronous: bool) -> bool:  # noqa: FBT001 - as the file has it
        told = [
            json.loads(two.runtime.request("GET", each, "rest", "/config").body)["synchronous_mode"]
            for each in (_HOME[0], "database-members-us")
        ]
        return told == [synchronous] * 2

    assert all_are(True)  # noqa: FBT003
    file.write_text(text.replace("region: us", "region: us, synchronous: false"), encoding="utf-8")
    two.run("up")
    # a member tells what it knew when it looked last
    assert _until(lambda: all_are(False), 20)  # noqa: FBT003
    file.write_text(text, encoding="utf-8")
    two.run("up")
    assert _until(lambda: all_are(True), 20)  # noqa: FBT003


def test_by_plan_it_is_moved_and_returns_and_nothing_is_lost(two: Live) -> None:
    whole(two, "eu")
    there = _moved(two, "us")
    assert there["steps"] == ["fence", "catch up", "promote", "follow", "join"]
    assert (there["seen"]["lost"]["rows"], there["seen"]["double"]) == (0, [])
    assert there["seen"]["writes"]["acknowledged"] > 0
    whole(two, "us")
    again = two.tried("failover", "database", "--to", "us", "--yes")
    assert (again.returncode, "is in us already" in again.stderr) == (0, True), again
    done = two.tried("failback", "database", "--yes")
    assert done.returncode == 0, done
    assert "eu takes the writes" in done.stderr
    whole(two, "eu")


def test_whoever_was_killed_in_between_gives_the_same_order_again(two: Live) -> None:
    whole(two, "eu")
    with two.begun("failover", "database", "--to", "us", "--yes") as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "s: eu takes no writes any more" in line:
                break
        process.kill()
    two.run("failover", "database", "--to", "us", "--yes")
    whole(two, "us")
    two.run("failback", "database", "--yes")
    whole(two, "eu")


def test_its_region_is_lost_and_it_goes_on_in_the_other_and_returns(two: Live) -> None:
    whole(two, "eu")
    found = two.proven(_DRILL)
    own = {name: each["verdict"] for name, each in found.items() if name.endswith(_DRILL)}
    names = ("moved", "bounded", "sound", "single", "returned", "served")
    assert own == {f"{each}/{_DRILL}": "proven" for each in names}, found
    whole(two, "eu")


def test_without_its_fence_who_comes_back_is_a_second_primary(two: Live) -> None:
    whole(two, "eu")
    found = two.proven("--controls", f"single/{_DRILL}")
    assert [each["control"]["red"] for each in found.values()] == [True], found
    assert "took writes at once" in str(found)
    whole(two, "eu")


def test_users_are_led_away_by_the_page_and_no_request_fails(two: Live) -> None:
    whole(two, "eu")
    found = two.proven(_DRAIN)
    assert found[f"drained/{_DRAIN}"]["verdict"] == "proven", found
    assert _taking(two) == ("eu", {"none"})


@pytest.mark.long
@pytest.mark.parametrize("proof", [f"drained/{_DRAIN}", f"served/{_DRILL}"])
def test_a_front_that_asks_nobody_and_a_page_that_is_wrong_are_seen(two: Live, proof: str) -> None:
    whole(two, "eu")
    found = two.proven("--controls", proof)
    assert [each["control"]["red"] for each in found.values()] == [True], found
    whole(two, "eu")


def test_an_order_holds_over_a_crash_of_the_front_and_until_it_is_taken_back(two: Live) -> None:
    for _ in range(2):  # the same order again
        two.run("traffic", "ledger", "--drain", "eu", "--yes")
        assert _taking(two) == ("us", {"drain", "none"})
    with closing(two.runtime) as runtime:
        refused = runtime.request("PUT", "ledger-front", "status", "/regions?eu=none")
        assert refused.status == 403  # who shows no key gives no order
        runtime.undo(runtime.inject(Crash(workload="ledger-front")).id)
    two.run("up")
    assert _until(lambda: _taking(two) == ("us", {"drain", "none"}), 30), _taking(two)
    two.run("traffic", "--auto", "--yes")
    assert _taking(two) == ("eu", {"none"})


def _taking(one: Live) -> tuple[str, set[str]]:
    """Who takes users of the ledger, and which orders stand."""
    told = json.loads(one.tried("traffic", "--json").stdout or "{}").get("ledger")
    if told is None:
        return "", set()
    return told["takes"], {each["order"] for each in told["regions"].values()}


def test_more_than_the_rpo_is_lost_by_order_only_and_who_hangs_is_stopped(two: Live) -> None:
    whole(two, "eu")
    with closing(two.runtime) as runtime, ExitStack() as last, ExitStack() as undos:

        def inject(action: Action) -> None:
            undos.callback(runtime.undo, runtime.inject(action).id)

        inject(CutEdge(source="database-members-us", target="database"))
        time.sleep(15)  # longer than the RPO
        for each in _HOME[1:]:
            inject(Kill(workload=each))
        hung = runtime.inject(Pause(workload=_HOME[0])).id  # and would take writes afterwards
        last.callback(runtime.undo, hung)
        time.sleep(12)  # until the proxy in us has noticed
        refused = two.tried("failover", "database", "--to", "us", "--yes")
        assert refused.returncode == 2, refused
        assert "more than the RPO of 10 s" in refused.stderr
        done = two.tried("failover", "database", "--to", "us", "--accept-loss", "5m", "--yes")
        assert done.returncode == 0, done
        assert "us takes the writes" in done.stderr
        phases = {each.phase for each in runtime.status() if each.workload == _HOME[0]}
        assert not phases & {Phase.PAUSED, Phase.READY, Phase.UNREADY}
        undos.close()
        two.run("failback", "database", "--yes")  # which starts what was stopped
    whole(two, "eu")


def _leads(one: Live) -> set[int]:
    """Which servers at home take writes; their Patroni says so already while the fence asks."""
    asked = command("SELECT pg_is_in_recovery()")
    with closing(one.runtime) as runtime:
        told = {each: runtime.execute(_HOME[0], asked, replica=each).stdout for each in (0, 1)}
    return {each for each, said in told.items() if "f" in said.split()}


def _until(what: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not what() and time.monotonic() < deadline:
        time.sleep(0.5)
    return what()


def test_while_nothing_is_heard_of_the_other_region_only_who_lived_on_takes_over(two: Live) -> None:
    whole(two, "eu")
    (before,) = _leads(two)
    with closing(two.runtime) as runtime, ExitStack() as undos:
        silent = runtime.inject(Pause(workload="database-members-us"))
        undos.callback(runtime.undo, silent.id)
        crashed = runtime.inject(Kill(workload=_HOME[0], replica=before))
        assert _until(lambda: _leads(two) == {1 - before}, 60), "nobody took over at home"
        runtime.undo(crashed.id)
        # all of it comes back from nothing: the store may have moved meanwhile
        killed = [runtime.inject(Kill(workload=each)).id for each in _HOME[:-1]]
        for each in reversed(killed):
            runtime.undo(each)
        assert not _until(lambda: bool(_leads(two)), 40), "it leads, and has asked nobody"
        assert "takes writes nobody says: not promoted" in "\n".join(runtime.logs(_HOME[0], 400))
    whole(two, "eu")


def test_what_cannot_be_is_refused_in_a_sentence(two: Live) -> None:
    for order, told in (
        (("ledger", "--to", "uz"), "no region of ledger is called uz"),
        (("--drain", "eu", "--drain", "us"), "each region is drained"),
        (("database", "--auto"), "no service is called database"),
        (("--auto", "--to", "us"), "write one of --to, --drain and --auto"),
        (("--yes",), "write the order, too"),
    ):
        done = two.tried("traffic", *order)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    for words, told in (
        (("--to", "uz"), "no region or member of database is called uz"),
        (("--accept-loss", "1m"), "write --to, too"),
        (("--to", "us", "--accept-loss", "x"), "not a duration"),
    ):
        done = two.tried("failover", "database", *words)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
