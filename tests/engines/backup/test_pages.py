"""The pages of backup and restore, made and followed on a real PostgreSQL, as `prove` does it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rig import DAEMON, STORE, Rig, first_backup, rigged

from seatrial.contract.action import FOLLOWED, Follow
from seatrial.contract.scenario import Control, Expectation, Scenario, State
from seatrial.drills import run as drills
from seatrial.drills.run import Drill

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup")]

PAGES = (f"backup-{STORE}", f"restore-{STORE}")
QUEUE = """\
seatrial: 1
system: backed
teams: {web: {chat: "#web"}}
services:
  front: {owner: web, image: example/front, ports: {http: 80}, needs: [queue]}
stores:
  queue: {engine: redis, version: "7", owner: web, backup: {}}
promises: [R18, R20]
environments: {rehearsal: {runtime: local}}
"""


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEATRIAL_KEYS", str(tmp_path / "keys"))


def _proof(rig: Rig, page: str) -> tuple[Scenario, Expectation]:
    scenarios = rig.planned.scenarios()
    (scenario,) = [each for each in scenarios if each.name == f"follow-{page}"]
    found = rig.planned.expectations(scenarios)
    (expectation,) = [each for each in found if each.name == f"followed/{page}"]
    return scenario, expectation


def _drilled(rig: Rig, page: str, control: Control | None = None) -> Drill:
    scenario, expectation = _proof(rig, page)
    return drills.run(
        scenario, (expectation,), rig.runtime, clock=time.time, sleep=time.sleep, control=control
    )


def _copies(rig: Rig) -> list[str]:
    """But for what the daemon keeps there, which is hidden."""
    return sorted(each.name for each in rig.copies.glob("[!.]*"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_followed_to_its_end_and_leaves_nothing(rig: Rig, page: str) -> None:
    held = len(rig.backed.told()["backups"])
    drill = _drilled(rig, page)
    (outcome,) = drill.outcomes
    assert outcome.judgement.state is State.MET, outcome.judgement.reason
    assert not drill.stuck
    assert _copies(rig) == []
    added = len(rig.backed.told()["backups"]) - held
    assert added == (1 if page.startswith("backup") else 0)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_whose_command_is_gone_turns_red_and_is_as_it_was(rig: Rig, page: str) -> None:
    drill = _drilled(rig, page, _proof(rig, page)[1].control)
    (outcome,) = drill.outcomes
    assert outcome.judgement.state is State.BROKEN, outcome.judgement.reason
    assert "no command 'no-such-command'" in outcome.judgement.reason
    assert _copies(rig) == []
    assert not list(rig.runtime.home.path.glob("misprint-*"))


def test_what_does_not_hold_in_the_copy_is_red(rig: Rig) -> None:
    rig.sql("INSERT INTO accounts VALUES (-1)")
    try:
        time.sleep(1.1)  # the moment on the page is of whole seconds
        (outcome,) = _drilled(rig, PAGES[1]).outcomes
    finally:
        rig.sql("DELETE FROM accounts WHERE balance < 0")
    assert outcome.judgement.state is State.BROKEN
    assert "ended with 1" in outcome.judgement.reason
    assert _copies(rig) == []


def test_a_copy_of_the_users_own_is_left_alone(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drills, "STEADY_WITHIN", 1.0)
    rig.backed.restore(time.time() - 1, "mine")
    assert not rig.followed("restore")["error"]
    try:
        drill = _drilled(rig, PAGES[1])
        assert drill.outcomes[0].judgement.state is State.BLIND
        assert "the copy mine is there" in drill.aborted
        assert not drill.timeline.of(kind=FOLLOWED)
        assert [each["name"] for each in rig.backed.told()["copies"]] == ["mine"]
    finally:
        rig.backed.remove("mine")
        rig.followed("removal")


_KILLED = """
from pathlib import Path
from seatrial.contract.action import Follow
from seatrial.runtimes.local import LocalRuntime
LocalRuntime("backed", Path({folder!r})).inject({action!r})
"""


def test_whoever_follows_is_killed_and_undo_removes_what_it_began(rig: Rig) -> None:
    scenario, _ = _proof(rig, PAGES[1])
    (action,) = scenario.injections[0].actions
    assert isinstance(action, Follow)
    program = _KILLED.format(folder=str(rig.planned.folder), action=action)
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        until = time.monotonic() + 90
        while not [each for each in _copies(rig) if each.startswith("followed-")]:
            assert process.poll() is None, "it ended before it restored anything"
            assert time.monotonic() < until
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    said = rig.run("undo")
    assert f"Follow {DAEMON} {PAGES[1]}: undone" in said
    assert _copies(rig) == []
    assert "nothing" in rig.run("undo")


def test_what_was_said_is_kept_with_what_was_typed(rig: Rig) -> None:
    drill = _drilled(rig, PAGES[1])
    told = [json.loads(each.text) for each in drill.timeline.of(kind=FOLLOWED)]
    typed = [each["command"].split()[1] for each in told]
    assert typed == ["docs", "deletions", "backup", "restore", "restore", "restore"]
    assert "ok   nobody owes" in told[4]["said"]


def test_the_pages_of_another_product_are_followed_too(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with rigged(tmp_path_factory.mktemp("queued"), QUEUE, "queue") as queue:
        first_backup(queue)
        for page in ("backup-queue", "restore-queue"):
            (outcome,) = _drilled(queue, page).outcomes
            assert outcome.judgement.state is State.MET, outcome.judgement.reason
        assert queue.backed.told()["copies"] == []
