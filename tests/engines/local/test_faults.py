"""Each fault is seen, and undone after seatrial itself was killed at any moment.

The moments between two steps are in `tests/engines/conformance`, for every runtime.
"""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from seatrial.runtimes.shared.journal import Journal

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("local-faults")]

_INJECT = (
    "import os, signal\n"
    "action = eval(ARGUMENTS[0])\n"
    "print('injecting', flush=True)\n"
    "runtime.inject(action)\n"
    "os.kill(os.getpid(), signal.SIGKILL)\n"
)
_ALERTMANAGER = "AlterFile(workload='alertmanager', path='alertmanager.yml', text={!r})"
_SILENCE = (
    '{"matchers":[{"name":"alertname","value":"Nobody","isRegex":false,"isEqual":true}],'
    '"startsAt":"${now+0}","endsAt":"${now+3600}","createdBy":"a test","comment":"${injection}"}'
)
_UNDO = (
    "Request(workload='alertmanager', port='http', method='DELETE', "
    "path='/api/v2/silence/${answer.silenceID}')"
)
FAULTS = {
    "kill": "Kill(workload='back')",
    "kill-one": "Kill(workload='aside', replica=1)",
    "pause": "Pause(workload='back')",
    "crash": "Crash(workload='back')",
    "rolling": "RollingRestart(workload='aside')",
    "cut": "CutEdge(source='front', target='back')",
    "slow": "SlowEdge(source='front', target='back', latency=10.0)",
    "reset": "ResetEdge(source='front', target='back')",
    "memory": "ExhaustMemory(workload='back')",
    "file": _ALERTMANAGER.format("# altered\nroute: {receiver: none}\nreceivers: [{name: none}]\n"),
    "silence": "Request(workload='alertmanager', port='http', method='POST', "
    f"path='/api/v2/silences', body={_SILENCE!r}, undo={_UNDO})",
}
BREAKING = ("kill", "pause", "cut", "slow", "reset")


def toxics(up: Any) -> bytes:
    return httpx.get(f"http://{up.address('fault-proxy')}:8474/proxies", trust_env=False).content


def silences(up: Any) -> list[str]:
    url = f"http://{up.address('alertmanager')}:9093/api/v2/silences"
    found = httpx.get(url, trust_env=False).json()
    return [each["id"] for each in found if each["status"]["state"] != "expired"]


def rendered(up: Any) -> str:
    return str((up.home.replica("alertmanager", 0) / "alertmanager.yml").read_text())


def hogs(up: Any) -> list[str]:
    found = []
    for each in Path("/proc").iterdir():
        try:
            environment = (each / "environ").read_bytes() if each.name.isdigit() else b""
        except OSError:
            continue
        if f"SEATRIAL_HOG=seatrial-hog-{up.home.path.name}-".encode() in environment:
            found.append(each.name)
    return found


def whole(up: Any) -> None:
    """Nothing of any fault is in place, by every sign of it."""
    assert up.unready() == []
    assert up.front() == (200, "hello hello")
    assert list(up.home.holds.glob("*")) == []
    assert b"seatrial-" not in toxics(up)
    assert hogs(up) == []
    assert "# altered" not in rendered(up)
    assert silences(up) == []
    assert Journal(up.home.path / "journal.jsonl").pending() == []


def skip_without_limits(up: Any, fault: str) -> None:
    if fault == "memory" and not up.limited("back"):
        pytest.skip("memory cannot be limited on this machine")


def inject(up: Any, fault: str) -> "subprocess.Popen[str]":
    process: subprocess.Popen[str] = up.python(_INJECT, FAULTS[fault])
    assert process.stdout is not None
    assert process.stdout.readline() == "injecting\n"
    return process


def ended(process: "subprocess.Popen[str]") -> None:
    assert process.wait(300) == -signal.SIGKILL
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_outlives_a_killed_seatrial_and_undo_restores(
    up: Any, fault: str, eventually: Callable[..., Any]
) -> None:
    skip_without_limits(up, fault)
    text = rendered(up)
    before = up.pids()
    ended(inject(up, fault))
    if fault in BREAKING:
        assert up.front()[0] == 502
    if fault == "memory":
        eventually(lambda: limit_was_hit(up))
    if fault == "file":
        assert rendered(up).startswith("# altered")
    if fault == "silence":
        assert len(silences(up)) == 1
    if fault == "kill-one":
        assert [each.split(":")[0] for each in up.unready()] == ["aside"]
        assert up.pids()["aside.0"] == before["aside.0"]
    if fault in {"crash", "rolling"}:
        assert up.pids() != before
    assert "undone" in up.run("undo")
    whole(up)
    assert rendered(up) == text


def limit_was_hit(up: Any) -> bool:
    for path in up.limits("back", "memory.*"):
        if path.name == "memory.failcnt" and int(path.read_text()) > 0:
            return True
        if path.name == "memory.events" and "\nmax 0\n" not in path.read_text():
            return True
    return False


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("fault", FAULTS)
def test_killed_at_any_moment_undo_restores(up: Any, fault: str, seed: int) -> None:
    skip_without_limits(up, fault)
    process = inject(up, fault)
    time.sleep(random.Random(f"{fault}{seed}").uniform(0, 0.25))  # noqa: S311 - a moment
    process.kill()
    ended(process)
    up.run("undo")
    whole(up)


def test_faults_on_top_of_each_other_are_undone_together(up: Any) -> None:
    for fault in ("cut", "kill-one", "pause"):
        ended(inject(up, fault))
    assert up.front()[0] == 502
    said = up.run("undo")
    assert said.count("undone") == 3
    assert said.index("Pause") < said.index("Kill") < said.index("CutEdge")
    whole(up)


def test_the_next_up_undoes_what_is_left(up: Any) -> None:
    ended(inject(up, "kill"))
    assert "undone" in up.run("up")
    whole(up)


def test_down_and_up_with_a_fault_in_place(up: Any) -> None:
    for fault in ("kill", "cut", "silence"):
        ended(inject(up, fault))
    assert "/api/v2/silences: undone" in up.run("down")
    assert not (up.home.path / "journal.jsonl").exists()
    up.run("up")
    whole(up)


def test_what_lasts_is_undone_by_the_next_up_when_nobody_could_be_asked(up: Any) -> None:
    """As after a reboot: all is dead, but Alertmanager's data is durable."""
    for fault in ("kill", "silence"):
        ended(inject(up, fault))
    os.kill(up.supervisor(), signal.SIGKILL)
    assert "nobody answers; the next `up` undoes it" in up.run("down")
    up.run("down")  # a second one does not forget it
    said = up.run("up")
    assert "/api/v2/silences: undone" in said
    assert "Kill back: nothing runs any more" in said
    whole(up)


def test_what_cannot_be_broken_is_refused_before_anything_is_done(up: Any) -> None:
    for action, reason in (
        ("Kill(workload='nobody')", "there is no workload nobody"),
        ("RollingRestart(workload='nobody')", "there is no workload nobody"),
        ("Pause(workload='aside', replica=2)", "aside has no replica 2, it has 2"),
        ("CutEdge(source='back', target='front')", "there is no edge from back to front"),
        ("ExhaustMemory(workload='front')", "front has no memory limit"),
        ("FillDisk(workload='prometheus', volume='data')", "has no size limit"),
        ("AlterFile(workload='back', path='none', text='')", "back has no file none"),
    ):
        script = (
            "from seatrial.contract.runtime import RuntimeFailure\n"
            "try: runtime.inject(eval(ARGUMENTS[0]))\n"
            "except RuntimeFailure as failed: print(failed.summary)\n"
        )
        with up.python(script, action) as process:
            said, _ = process.communicate(timeout=300)
        assert reason in said, (action, said)
    whole(up)


_HALFWAY = (
    "from seatrial.contract.runtime import RuntimeFailure\n"
    "from seatrial.runtimes.shared import edges\n"
    "call, said = edges._call, []\n"
    "def refuse(send, method, path, body=None):\n"
    "    if method == 'POST' and len(said) == 1:\n"
    "        raise eval(ARGUMENTS[0])\n"
    "    said.append(method) if method == 'POST' else None\n"
    "    return call(send, method, path, body)\n"
    "edges._call = refuse\n"
    "try: runtime.inject(CutEdge(source='front', target='back'))\n"
    "except (RuntimeFailure, KeyboardInterrupt) as failed: print(repr(failed), said)\n"
)


@pytest.mark.parametrize("failure", ["RuntimeFailure('refused')", "KeyboardInterrupt()"])
def test_what_fails_halfway_is_undone_before_anybody_hears_of_it(up: Any, failure: str) -> None:
    with up.python(_HALFWAY, failure) as process:
        said, _ = process.communicate(timeout=300)
    assert failure.split("(", maxsplit=1)[0] in said
    assert "['POST']" in said  # the first toxic was in place
    whole(up)
    assert "nothing to undo" in up.run("undo")


def test_a_fault_proxy_that_crashed_comes_back_with_every_edge(
    up: Any, eventually: Callable[..., Any]
) -> None:
    before = up.pids()["fault-proxy.0"]
    os.kill(before, signal.SIGKILL)
    eventually(lambda: up.pids()["fault-proxy.0"] not in {None, before}, "a new fault proxy")
    eventually(lambda: not up.unready(), "a fault proxy that answers")
    assert up.front() == (200, "hello hello")


_SILENCE = (
    "import json, os, signal\n"
    "from seatrial.capabilities.alerting.notification import _silence\n"
    "from seatrial.contract.runtime import RuntimeFailure\n"
    "send = runtime.request\n"
    "def lost(*arguments, **more):\n"
    "    answer = send(*arguments, **more)\n"
    "    if arguments[0] == 'POST':\n"
    "        if ARGUMENTS[0] == 'killed': os.kill(os.getpid(), signal.SIGKILL)\n"
    "        assert answer.status == 200, answer\n"
    "        print('accepted', flush=True)\n"
    "        raise RuntimeFailure('timed out')\n"
    "    return answer\n"
    "if ARGUMENTS[0] != 'whole': runtime.request = lost\n"
    "try: print(runtime.inject(_silence({'service': 'back'})).id)\n"
    "except RuntimeFailure as failed: print(failed.summary)\n"
)


def silenced(up: Any) -> list[str]:
    """Who is silenced now, by the comments."""
    url = f"http://{up.address('alertmanager')}:9093/api/v2/silences"
    found = httpx.get(url, trust_env=False).raise_for_status().json()
    return [each["comment"] for each in found if each["status"]["state"] != "expired"]


def test_a_silence_is_forgotten_neither_by_a_kill_nor_by_a_lost_answer(up: Any) -> None:
    with up.python(_SILENCE, "killed") as process:
        ended(process)
    assert len(silenced(up)) == 1
    # another's silence with the same words stays
    with up.python(_SILENCE, "whole") as process:
        assert process.stdout is not None
        identity = process.stdout.read().strip()
    first, second = silenced(up)
    assert first != second
    with up.python("runtime.undo(ARGUMENTS[0])", identity) as process:
        assert process.wait(300) == 0
    assert len(silenced(up)) == 1
    assert "undone" in up.run("undo")
    assert silenced(up) == []
    with up.python(_SILENCE, "lost") as process:
        said, _ = process.communicate(timeout=300)
    assert said == "accepted\ntimed out\n"
    assert silenced(up) == []
    whole(up)


def test_an_undo_that_is_refused_is_said_and_tried_again(up: Any) -> None:
    path = {"kept": "/api/v2/alerts", "refused": "/api/v2/alerts", "gone": "/api/v2/nothing"}
    for undo, body in (("kept", "[]"), ("refused", "{"), ("gone", "[]")):
        script = (
            "from seatrial.contract.runtime import RuntimeFailure\n"
            "def post(path, body, undo=None):\n"
            "    return Request(workload='alertmanager', port='http', method='POST', path=path,\n"
            "        body=body, undo=undo)\n"
            "one = runtime.inject(post('/api/v2/alerts', '[]', post(*ARGUMENTS)))\n"
            "try: runtime.undo(one.id)\n"
            "except RuntimeFailure as failed: print(failed.summary)\n"
        )
        with up.python(script, path[undo], body) as process:
            said, _ = process.communicate(timeout=300)
        assert ("refused to undo" in said) is (undo == "refused"), said
        journal = Journal(up.home.path / "journal.jsonl")
        pending = journal.pending()
        assert len(pending) == (undo == "refused")
        for identity, _, _ in pending:
            assert "refused to undo" in up.run("undo", code=3)
            journal.close(identity)
    whole(up)
