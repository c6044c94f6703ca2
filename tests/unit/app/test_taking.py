"""A copy takes its store's place: in which order, and what is left where it goes wrong."""

from __future__ import annotations

from typing import Any, cast

import pytest

from seatrial.app.backup import Backed
from seatrial.app.taking import Taken, ended, left, named, settled, standing, stands, taken
from seatrial.contract.runtime import Phase, ReplicaStatus, RuntimeFailure


class Store(Backed):
    """A store whose daemon and runtime note what they are told."""

    @property
    def said(self) -> list[str]:
        """What was done, in its order."""
        return cast("Any", self.runtime).said

    def _noted(self, what: str) -> None:
        cast("Any", self.runtime).noted(what)

    def told(self) -> dict[str, Any]:
        return cast("Any", self.runtime).told

    def take(self, name: str, aside: str = "") -> None:
        self._noted(f"take {name}" + (f" aside {aside}" if aside else ""))

    def leave(self) -> None:
        self._noted("leave")

    def exchange(self, name: str) -> None:
        self._noted(f"exchange {name}")

    def begin(self, kind: str = "") -> dict[str, Any]:
        self._noted(f"backup {kind}")
        return {}

    def followed(self, kind: str, _say: Any, _sleep: Any) -> dict[str, Any]:
        self._noted(f"followed {kind}")
        if cast("Any", self.runtime).ends:
            self.told()["taking"] = ""
        return {"result": cast("Any", self.runtime).result, "about": {"name": "yesterday"}}


class Noting:
    """The runtime, and what the daemon answers; `fails` is what does not end well."""

    def __init__(self, **result: Any) -> None:
        self.said: list[str] = []
        self.fails = ""
        self.phase = Phase.READY
        self.ends = False  # whether what is waited for ends the take
        self.told: dict[str, Any] = {"works": {}, "taking": "yesterday"}
        self.result = {"aside": "before-x", "taken": False, **result}

    def noted(self, what: str) -> None:
        self.said.append(what)
        if what == self.fails:
            raise RuntimeFailure(f"{what} failed")

    def stop(self, store: str) -> None:
        self.noted(f"stop {store}")

    def start(self, store: str) -> None:
        self.noted(f"start {store}")

    def status(self) -> tuple[ReplicaStatus, ...]:
        return (ReplicaStatus(workload="db", replica=0, phase=self.phase),)


def store(runtime: Noting) -> Store:
    return Store(store="db", runtime=cast("Any", runtime))


def take(one: Store) -> Taken:
    times = iter([10.0, 12.5])
    return taken(one, "yesterday", lambda _: None, lambda: next(times), lambda _: None)


def test_the_store_is_stopped_only_once_all_is_ready() -> None:
    one = store(Noting(archive="nobody answers"))
    assert take(one) == Taken(aside="before-x", away=2.5, unarchived="nobody answers")
    assert one.said == [
        "take yesterday",
        "followed take",
        "stop db",
        "exchange yesterday",
        "followed exchange",
        "start db",
    ]


@pytest.mark.parametrize("fails", ["stop db", "exchange yesterday", "followed exchange"])
def test_whatever_goes_wrong_it_is_not_left_stopped(fails: str) -> None:
    runtime = Noting()
    runtime.fails = fails
    with pytest.raises(RuntimeFailure, match=f"{fails} failed"):
        take(store(runtime))
    assert runtime.said[-1] == "start db"


def test_what_has_its_place_already_is_started_and_not_stopped() -> None:
    one = store(Noting(taken=True))
    take(one)
    assert one.said == ["take yesterday", "followed take", "start db"]


def test_what_the_daemon_does_already_is_waited_for_however_it_ends() -> None:
    runtime = Noting()
    runtime.told["works"] = {"backup": {"state": "running"}, "restore": {"state": "done"}}
    runtime.fails = "followed backup"
    take(store(runtime))
    assert runtime.said[:2] == ["followed backup", "take yesterday"]


def test_what_the_daemon_brings_to_its_end_meanwhile_is_not_begun_again() -> None:
    one = store(Noting())
    there = cast("Any", one.runtime).told
    there |= {"taken": True, "works": {"backup": {"state": "running"}}}
    assert not ended(one, "another", lambda _: None, lambda _: None)
    assert not ended(one, "yesterday", lambda _: None, lambda _: None), "it was another backup"
    cast("Any", one.runtime).ends = True
    assert ended(one, "yesterday", lambda _: None, lambda _: None)
    assert one.said == ["followed backup", "followed backup"]


def test_a_full_backup_ends_it_and_is_taken_once() -> None:
    runtime = Noting()
    settled(store(runtime), lambda _: None, lambda _: None)
    assert runtime.said == ["backup full", "followed backup"]
    runtime.told["taking"] = ""  # the daemon had taken it by itself
    runtime.said.clear()
    settled(store(runtime), lambda _: None, lambda _: None)
    assert runtime.said == []


def test_a_moment_gives_the_same_copy_each_time() -> None:
    assert named(1_795_821_300.0) == "at-20261127t231500"
    assert named(1_795_821_300.25) == "at-20261127t231500-250000"


def test_what_it_had_is_named_as_it_was_asked() -> None:
    one = store(Noting())
    taken(one, "yesterday", lambda _: None, lambda: 0.0, lambda _: None, aside="before")
    assert one.said[0] == "take yesterday aside before"


def test_whoever_lets_go_has_a_store_that_runs() -> None:
    one = store(Noting())
    assert left(one, lambda _: None, lambda _: None) == "yesterday"
    assert one.said == ["start db", "leave", "followed leave"]


# -- watched no more ---------------------------------------------------------------------------

COPY = {"name": "yesterday"}
ON = "`seatrial restore db --take yesterday`"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            {"taking": "yesterday", "taken": False, "works": {}, "copies": [COPY]},
            ("db has what it had", f"{ON} goes on", "`seatrial restore db --leave` lets go"),
        ),
        (
            {
                "taking": "yesterday",
                "taken": True,
                "works": {"take": {"state": "done", "result": {"aside": "before-x"}}},
                "copies": [],
            },
            (
                "db is what the copy yesterday was, and lacks a full backup",
                f"{ON} waits for it",
                "`seatrial restore db --take before-x` then goes back",
            ),
        ),
        (
            {"taking": "", "taken": False, "works": {}, "copies": [COPY]},
            ("db has what it had, and nothing takes its place", f"{ON} begins anew"),
        ),
        (
            {"taking": "", "taken": False, "works": {}, "copies": []},
            ("db is what the copy yesterday was", "`seatrial backup` names"),
        ),
        (None, ("does not answer, so that nobody knows", f"{ON} goes on with it")),
    ],
)
def test_who_watches_no_more_is_told_how_it_stands_and_what_goes_on(
    told: dict[str, Any] | None, words: tuple[str, ...]
) -> None:
    said = " ".join(standing(store(Noting()), "yesterday", told, runs=True))
    assert all(each in said for each in words), said
    assert "does not run" not in said


def test_what_the_daemon_goes_on_with_and_that_the_store_is_away_is_told() -> None:
    runtime = Noting()
    runtime.phase = Phase.EXITED
    runtime.told |= {
        "taken": False,
        "works": {"exchange": {"state": "running"}, "restore": {"state": "done"}},
        "copies": [COPY],
    }
    said = stands(store(runtime), "yesterday")
    assert said[-2:] == (
        "db-backups goes on with the exchange that it has begun",
        "db does not run yet: each of these starts it",
    )
    assert not any("restore that" in each for each in said)
