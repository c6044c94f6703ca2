"""A store of two members: who is the primary, how one is lost, what a copy of it answers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from rig import FILE as PLAIN
from rig import STORE, Rig

from seatrial.capabilities.backup.rows import summary
from seatrial.capabilities.backup.watching import RESTORED
from seatrial.contract.action import Kill
from seatrial.contract.runtime import RuntimeFailure
from seatrial.contract.scenario import Expectation, Judgement
from seatrial.contract.timeline import Observation, Timeline
from seatrial.engines.patroni.config import REST
from seatrial.engines.postgres.sql import command

MEMBERS, DAEMON = f"{STORE}-members", f"{STORE}-backups"
FILE = PLAIN.replace("backup: {", "failover: {}\n    backup: {").replace("R20]", "R20, R21]")


def until(rig: Rig, what: Callable[[], bool], within: float = 150.0) -> None:
    end = time.monotonic() + within
    while not what():
        assert time.monotonic() < end, rig.runtime.logs(MEMBERS, 20)
        time.sleep(0.3)


def sql(rig: Rig, *statements: str, on: int) -> str:
    """What a member answers; nothing where it does not."""
    words = (*command(*statements), "--tuples-only", "--no-align")
    return rig.runtime.execute(MEMBERS, words, replica=on).stdout.strip()


def leads(rig: Rig, replica: int) -> bool:
    return sql(rig, "SELECT pg_is_in_recovery()", on=replica) == "f"


def may(rig: Rig, replica: int) -> bool:
    """Whether it may take over; the primary's server says "sync" before the cluster agrees."""
    with suppress(RuntimeFailure):
        return rig.runtime.request("GET", MEMBERS, REST, "/sync", replica=replica).status == 200
    return False


def whole(rig: Rig) -> int:
    """The primary, once the other one has each acknowledged write."""
    until(rig, lambda: any(leads(rig, each) and may(rig, 1 - each) for each in (0, 1)))
    return 0 if leads(rig, 0) else 1


@contextmanager
def lost(rig: Rig, replica: int) -> Iterator[int]:
    """That member is gone with its machine; gives who has taken over."""
    injected = rig.runtime.inject(Kill(workload=MEMBERS, replica=replica))
    try:
        until(rig, lambda: leads(rig, 1 - replica))
        yield 1 - replica
    finally:
        rig.runtime.undo(injected.id)
        whole(rig)


def now(rig: Rig, on: int) -> float:
    return float(sql(rig, "SELECT extract(epoch FROM clock_timestamp())", on=on))


def copied(rig: Rig, moment: float, query: str) -> str:
    """What a copy of that moment answers; nothing is left of it."""
    rig.backed.restore(moment, "copied")
    work = rig.followed("restore")
    assert not work["error"], work
    assert work["result"]["invariants"]["nobody owes"] == "t"
    host, port = rig.backed.told()["address"].split(":")
    asks = 'PGPASSWORD=$(cat password) psql -h "$0" -p "$1" -U app -d app -Atc "$2"'
    told = rig.runtime.execute(DAEMON, ("sh", "-c", asks, host, port, query))
    rig.backed.remove("copied")
    assert not rig.followed("removal")["error"]
    return told.stdout.strip()


def expectations(rig: Rig, scenario: str) -> dict[str, Expectation]:
    found = rig.planned.expectations(rig.planned.scenarios())
    return {each.name.partition("/")[0]: each for each in found if each.scenario == scenario}


def drilled(rig: Rig) -> dict[str, Any]:
    """How the drill that was begun has ended."""
    rig.followed("drill")
    told = rig.runtime.request("GET", rig.daemon_name, "http", "/works/drill").body
    return dict(json.loads(told))


def judged(one: Expectation, told: dict[str, Any]) -> Judgement:
    began = Observation(at=told["began"] - 1, source="drill", kind="step", subject="inject")
    text = json.dumps(summary(told))
    seen = Observation(at=told["began"], source="x", kind=RESTORED, subject=STORE, text=text)
    return one.judge(Timeline().adding((began, seen)), told["ended"], True)  # noqa: FBT003 - Judge
