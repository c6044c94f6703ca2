"""What every runtime must do, asked through the contract: one suite, each runtime."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from seatrial.contract.action import (
    AlterFile,
    BreakEdge,
    Crash,
    CutEdge,
    Disconnect,
    ExhaustMemory,
    FillDisk,
    Halt,
    Kill,
    LosePackets,
    Pause,
    Request,
    ResetEdge,
    RollingRestart,
    SlowEdge,
    Stutter,
    WriteLines,
)
from seatrial.contract.output import File
from seatrial.contract.runtime import Change, RuntimeFailure
from seatrial.contract.scenario import Ability

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("conformance")]
Whole = Callable[[], None]


def until(ask: Callable[[], Any], what: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not ask():
        assert time.monotonic() < end, f"did not happen: {what}"
        time.sleep(0.1)


def test_all_is_ready_each_at_its_own_address(rig: Any, whole: Whole) -> None:
    whole()
    found = rig.opened.status()
    assert len(found) == len({each.address for each in found}) == 6
    assert all(each.pid and each.since and each.memory for each in found)
    assert rig.opened.abilities()[Ability.FAULT_PROXY].ok


def test_a_second_apply_changes_nothing(rig: Any) -> None:
    before = rig.pids()
    rig.reopen()
    assert rig.apply() == {}
    assert rig.pids() == before


def test_what_differs_is_replaced_and_the_rest_left_alone(rig: Any, whole: Whole) -> None:
    before = rig.pids()
    changed = {"back": {"env": {"SECRET": "${secret.word}", "VERSION": "two"}}}
    runtime = rig.opened
    (planned,) = (
        each
        for each in runtime.diff(rig.desired(runtime, changed))
        if each.change is not Change.KEEP
    )
    assert (planned.workload, planned.change) == ("back", Change.RESTART)
    assert rig.apply(changed) == {"back": Change.RESTART}
    assert rig.get("back")[1].endswith(" two")
    after = rig.pids()
    assert {name for name in after if after[name] != before[name]} == {"back.0", "back.1"}
    assert rig.apply() == {"back": Change.RESTART}  # rolled back
    whole()


def test_a_file_that_differs_is_read_again_without_a_restart(rig: Any, whole: Whole) -> None:
    before = rig.pids()
    text = File(path="conf/greeting", text="good day", why="said")
    assert rig.apply({"front": {"files": (text,)}}) == {"front": Change.RELOAD}
    until(lambda: rig.get("front")[1].startswith("good day"), "the new greeting")
    assert rig.apply() == {"front": Change.RELOAD}
    until(lambda: rig.get("front")[1].startswith("hello"), "the old greeting")
    assert rig.pids() == before
    whole()


def test_a_rollout_that_cannot_begin_says_why_and_is_rolled_back(rig: Any, whole: Whole) -> None:
    broken = {"SECRET": "${secret.word}", "VERSION": "three", "BROKEN": "yes"}
    with pytest.raises(RuntimeFailure) as failed:
        rig.apply({"stubborn": {"env": broken}})
    assert "stubborn" in failed.value.summary
    assert any("it cannot begin" in line for line in failed.value.logs)
    assert rig.phases("stubborn") != ["ready"]
    # a container is replaced, so that of the one that could not begin nothing is left to restart;
    # but Podman, which tries again without a pause, may be trying just then
    tries = rig.kind == "compose" and rig.opened.engine.client.podman
    expected = {Change.START} if rig.kind == "compose" else {Change.RESTART}
    changes = rig.apply()
    assert set(changes) == {"stubborn"}
    assert changes["stubborn"] in (expected | {Change.RESTART} if tries else expected)
    whole()


def test_what_is_no_longer_wanted_goes(rig: Any, whole: Whole) -> None:
    assert rig.apply(without="stubborn") == {"stubborn": Change.REMOVE}
    assert rig.phases("stubborn") == []
    assert rig.apply() == {"stubborn": Change.START}
    whole()


def test_it_is_stopped_though_it_will_not_hear_and_started_again(rig: Any, whole: Whole) -> None:
    rig.opened.stop("stubborn")
    assert rig.phases("stubborn")[0] in {"exited", "absent"}
    rig.opened.start("stubborn")
    whole()


def test_commands_run_as_the_workload_would_whether_it_runs_or_not(rig: Any) -> None:
    script = "import os, sys; print(sys.stdin.read(), os.environ['VERSION'], sys.argv[1])"
    words = ("python3", "-c", script, "${self.ports.http}")
    for stopped in (False, True):
        if stopped:
            rig.opened.stop("back")
        done = rig.opened.execute("back", words, stdin="told")
        assert (done.status, done.stdout) == (0, "told one 8000\n"), done
    failed = rig.opened.execute("back", ("python3", "-c", "import sys; sys.exit('no')"))
    assert (failed.status, failed.stderr) == (1, "no\n")
    rig.opened.start("back")


def test_a_file_that_is_put_is_the_workloads_own_whether_it_runs_or_not(rig: Any) -> None:
    script = "import os, sys; os.utime(sys.argv[1]); print(open(sys.argv[1]).read())"
    words = ("python3", "-c", script, "${self.dir}/put/here")
    for stopped in (False, True):
        if stopped:
            rig.opened.stop("back")
        rig.opened.put("back", "put/here", f"stopped: {stopped}")
        done = rig.opened.execute("back", words)
        assert (done.status, done.stdout) == (0, f"stopped: {stopped}\n"), done
    rig.opened.start("back")


def test_logs_are_the_last_lines_of_all_replicas(rig: Any) -> None:
    found = rig.opened.logs("back", 5)
    assert {"greeting hello of back 0", "greeting hello of back 1"} <= set(found)
    assert len(rig.opened.logs("back", 1)) <= 2


def test_a_volume_is_set_aside_and_begins_empty(rig: Any) -> None:
    rig.get("stubborn", "/keep?something")
    assert rig.get("stubborn", "/kept") == (200, "something")
    rig.opened.stop("stubborn")
    rig.opened.empty("stubborn", "data", f"aside-{time.time_ns()}")
    rig.opened.start("stubborn")
    assert rig.get("stubborn", "/kept") == (200, "nothing")


def test_data_outlives_down_until_it_is_purged(rig: Any, whole: Whole) -> None:
    rig.get("stubborn", "/keep?something")
    rig.down(purge=False)
    assert rig.opened.status() == ()
    rig.apply()
    assert rig.get("stubborn", "/kept") == (200, "something")
    whole()


FAULTS = {
    "kill": Kill(workload="back"),
    "kill-one": Kill(workload="back", replica=1),
    "pause": Pause(workload="back"),
    "stutter": Stutter(workload="back", still=0.3, awake=0.3),
    "crash": Crash(workload="back"),
    "halt": Halt(workload="back"),
    "rolling": RollingRestart(workload="back"),
    "cut": CutEdge(source="front", target="back"),
    "slow": SlowEdge(source="front", target="back", latency=3.0),
    "reset": ResetEdge(source="front", target="back"),
    "break": BreakEdge(source="front", target="back", after=64),
    "disconnect": Disconnect(workload="back"),
    "loss": LosePackets(workload="back", share=1.0),
    "disk": FillDisk(workload="back", volume="small"),
    "memory": ExhaustMemory(workload="back"),
    "file": AlterFile(workload="back", path="conf/greeting", text="altered"),
    "lines": WriteLines(workload="back", lines=("written in its name",)),
    "request": Request(
        workload="back",
        port="http",
        method="GET",
        path="/keep?asked",
        undo=Request(workload="back", port="http", method="GET", path="/keep?taken-back"),
    ),
}
LASTING = Request(
    workload="stubborn",
    port="http",
    method="GET",
    path="/keep?asked",
    undo=Request(workload="stubborn", port="http", method="GET", path="/keep?taken-back"),
)
BREAKING = {"kill": "held", "pause": "paused", "halt": "", "cut": "", "slow": "", "reset": ""}
BREAKING |= {"disconnect": "unready", "loss": "unready"}
NEEDS = {
    "disk": Ability.SIZED_VOLUME,
    "memory": Ability.MEMORY_LIMIT,
    "disconnect": Ability.NETWORK,
    "loss": Ability.PACKET_LOSS,
    "lines": Ability.WRITE_LINES,
}


def through(rig: Any) -> None:
    """TCP sends what was lost again only after a while, and a call ends before that."""
    until(lambda: rig.get("front")[0] == 200, "calls that go through again")


def able(rig: Any, fault: str) -> None:
    need = NEEDS.get(fault)
    found = rig.opened.abilities()[need] if need else None
    if found is not None and not found.ok:
        pytest.skip(found.reason)


def by_turns(rig: Any, fault: str) -> None:
    """What comes and goes as long as the fault lasts."""
    if fault == "stutter":
        for phase in ("paused", "ready", "paused"):
            until(lambda phase=phase: phase in rig.phases("back"), phase)
    if fault == "break":
        until(lambda: rig.front() != 200, "a call that breaks")


def seen(rig: Any, fault: str, before: dict[str, int | None], killed: dict[str, int]) -> None:
    """The fault is there, by what a user of the system or its owner would see.

    `before` are the processes, `killed` what the kernel had killed for want of memory.
    """
    if fault in BREAKING:
        assert rig.front() != 200
        if BREAKING[fault]:
            assert rig.phases("back") == [BREAKING[fault]] * 2
    by_turns(rig, fault)
    if fault == "kill-one":
        assert rig.phases("back") == ["ready", "held"]
    if fault in {"crash", "rolling"}:
        after = rig.pids()
        assert all(after[each] not in {None, before[each]} for each in ("back.0", "back.1"))
    if fault == "disk":
        assert rig.get("back", "/write?100000")[0] == 502
    if fault == "file":
        until(lambda: rig.get("back")[1].startswith("altered"), "the altered file")
    if fault == "memory":
        until(lambda: rig.killed_for_memory("back") != killed, "a kill for want of memory")
        until(lambda: len(rig.inside("back")) > 2, "what goes on to exhaust it")
    if fault == "request":
        assert rig.get("back", "/kept") == (200, "asked")
    if fault == "lines":
        text = FAULTS[fault].lines[0]
        until(lambda: rig.opened.logs("back", 50).count(text) == 2, "a line of each replica")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen_and_undone_twice(rig: Any, whole: Whole, fault: str) -> None:
    able(rig, fault)
    before, killed = rig.pids(), rig.killed_for_memory("back")
    inside = rig.inside("back")
    injected = rig.opened.inject(FAULTS[fault])
    seen(rig, fault, before, killed)
    rig.opened.undo(injected.id)
    rig.opened.undo(injected.id)
    if fault == "request":
        assert rig.get("back", "/kept") == (200, "taken-back")
    until(lambda: rig.unready() == [], "all of it ready")  # whom the kernel killed comes back
    assert rig.inside("back") == inside
    until(lambda: rig.get("back", "/write?100000")[0] == 200, "room on the disk")
    through(rig)
    whole()


def test_what_has_read_its_files_again_comes_back_from_a_crash(rig: Any, whole: Whole) -> None:
    """An engine takes a signal that it is asked to send for an order to end."""
    rig.opened.undo(rig.opened.inject(FAULTS["file"]).id)
    before = rig.pids()
    rig.opened.undo(rig.opened.inject(FAULTS["crash"]).id)
    assert rig.pids() != before
    whole()


@pytest.mark.parametrize("fault", [*BREAKING, "stutter", "disk", "memory", "file"])
def test_a_fault_outlives_a_killed_seatrial_and_its_undo_is_known(
    rig: Any, whole: Whole, fault: str
) -> None:
    able(rig, fault)
    killed, inside = rig.killed_for_memory("back"), rig.inside("back")
    rig.killed(repr(FAULTS[fault]))
    if fault != "stutter":  # nobody keeps the beat: it stands still, or goes on
        seen(rig, fault, {}, killed)
    undone(rig, whole, inside)


def undone(rig: Any, whole: Whole, inside: list[str]) -> None:
    """Somebody else undoes the one fault that there is, and all is as it was."""
    (said,) = rig.opened.undo_all()
    assert said.endswith("undone")
    until(lambda: rig.unready() == [], "all of it ready")
    until(lambda: rig.get("back", "/write?100000")[0] == 200, "room on the disk")
    assert rig.inside("back") == inside
    through(rig)
    whole()


def test_killed_before_anything_is_journalled_nothing_was_done(rig: Any, whole: Whole) -> None:
    before = rig.pids()
    rig.killed(repr(FAULTS["kill"]), "before")
    assert rig.opened.undo_all() == ()
    assert rig.pids() == before
    whole()


# What the act of a fault, and its undo, calls several times: after the first the other half of it,
# another replica or another direction, is still to be done.
_ENGINE = "seatrial.runtimes.compose.engine:Engine"
_EDGES = "seatrial.runtimes.shared.edges:_call"
_PACKETS = "seatrial.runtimes.compose.faults.packets:_run"
_LOCAL = "seatrial.runtimes.local"
HALFWAY = {
    "local": {
        "kill": f"{_LOCAL}.processes:kill",
        "pause": f"{_LOCAL}.processes:send",
        "crash": f"{_LOCAL}.processes:send",  # stopped, that its children stay its own
        "halt": f"{_LOCAL}.supervisor:Supervisor.stop",
        "rolling": f"{_LOCAL}.supervisor:Supervisor.stop",
        "cut": _EDGES,
        "disk": "os:statvfs",
        "memory": "subprocess:Popen",
        "file": f"{_LOCAL}.fleet:Fleet.reload",
    },
    "compose": {
        "kill": f"{_ENGINE}.signal",
        "pause": f"{_ENGINE}.pause",
        "crash": "seatrial.runtimes.compose.faults.crash:crash",
        "halt": f"{_ENGINE}.stop",
        "rolling": f"{_ENGINE}.stop",
        "cut": _EDGES,
        "disk": "docker:APIClient.start",  # its helper has just begun
        "memory": "docker:APIClient.exec_start",
        "file": f"{_ENGINE}.put",
        "disconnect": "docker:APIClient.disconnect_container_from_network",
        "loss": _PACKETS,
    },
}
UNDOING = {
    "local": {
        "kill": "pathlib:Path.unlink",
        "pause": f"{_LOCAL}.processes:send",
        "halt": f"{_LOCAL}.supervisor:Supervisor.start",
        "cut": _EDGES,
        "disk": "pathlib:Path.unlink",
        "memory": "os:kill",
        "file": f"{_LOCAL}.fleet:Fleet.reload",
    },
    "compose": {
        "kill": f"{_ENGINE}.start",
        "pause": f"{_ENGINE}.unpause",
        "halt": f"{_ENGINE}.start",
        "cut": _EDGES,
        "disk": "docker:APIClient.start",
        "memory": "docker:APIClient.exec_start",
        "file": f"{_ENGINE}.put",
        "disconnect": "docker:APIClient.connect_container_to_network",
        "loss": _PACKETS,
    },
}


@pytest.mark.parametrize("fault", [*HALFWAY["compose"], "slow", "request"])
def test_killed_between_the_journal_and_the_act(rig: Any, whole: Whole, fault: str) -> None:
    able(rig, fault)
    inside = rig.inside("back")
    rig.killed(repr(FAULTS[fault]), "planned")
    undone(rig, whole, inside)


@pytest.mark.parametrize("fault", HALFWAY["compose"])
def test_killed_in_the_middle_of_the_act(rig: Any, whole: Whole, fault: str) -> None:
    able(rig, fault)
    inside = rig.inside("back")
    rig.killed(repr(FAULTS[fault]), "halfway", HALFWAY[rig.kind][fault])
    undone(rig, whole, inside)


@pytest.mark.parametrize("fault", UNDOING["compose"])
def test_killed_in_the_middle_of_the_undo(rig: Any, whole: Whole, fault: str) -> None:
    able(rig, fault)
    inside = rig.inside("back")
    rig.killed(repr(FAULTS[fault]), "undoing", UNDOING[rig.kind][fault])
    undone(rig, whole, inside)


@pytest.mark.parametrize("action", [Halt, RollingRestart])
def test_killed_while_something_is_being_stopped(rig: Any, whole: Whole, action: Any) -> None:
    """It does not hear of it, so that the runtime kills it a second later, whoever asked for it."""
    rig.killed(repr(action(workload="stubborn")), "ending")
    (said,) = rig.opened.undo_all()
    assert said.endswith("undone")
    pids = rig.pids()
    time.sleep(1.5)  # longer than its grace: nobody may be about to kill it any more
    assert rig.pids() == pids
    whole()


@pytest.mark.parametrize("answers", [True, False], ids=["asked", "nobody to ask"])
def test_what_a_request_left_in_durable_data_is_undone_over_down_and_up(
    rig: Any, whole: Whole, *, answers: bool
) -> None:
    rig.killed(repr(LASTING))
    assert rig.get("stubborn", "/kept") == (200, "asked")
    if not answers:
        rig.killed(repr(Kill(workload="stubborn")))
    rig.down(purge=False)
    rig.apply()
    assert rig.get("stubborn", "/kept") == (200, "taken-back")
    whole()


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (Kill(workload="nobody"), "there is no workload nobody"),
        (Kill(workload="back", replica=7), "has no replica 7"),
        (FillDisk(workload="back", volume="data"), "has no size limit"),
        (FillDisk(workload="back", volume="none"), "has no volume none"),
        (ExhaustMemory(workload="front"), "has no memory limit"),
        (ExhaustMemory(workload="back", replica=2), "back has no replica 2, it has 2"),
        (Pause(workload="back", replica=-1), "back has no replica -1, it has 2"),
        (CutEdge(source="back", target="front"), "no edge from back to front"),
        (AlterFile(workload="back", path="none", text=""), "has no file none"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_stays(
    rig: Any, whole: Whole, action: Any, reason: str
) -> None:
    with pytest.raises(RuntimeFailure) as failed:
        rig.opened.inject(action)
    assert reason in failed.value.summary
    whole()


def test_one_command_at_a_time(rig: Any) -> None:
    with (
        rig.opened.locked("first"),
        pytest.raises(RuntimeFailure, match="seatrial first"),
        rig.opened.locked("second"),
    ):
        pass
