"""An `up` that is broken off: the next one goes on from there. And who is told what, meanwhile."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("local-broken-off")]
STUCK = """\
services:
  stuck:
    owner: web
    run: sleep 600
    ports: {http: 8001}
    health: {ready: /}
"""
FIRST = {"back", "aside", "sink", "prometheus"}  # none of these waits for another


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_what_was_ready_when_up_was_broken_off_stays_as_it_is(
    tiny: Any, number: signal.Signals
) -> None:
    tiny.edit("services:\n", STUCK)
    with tiny.begin("up") as process:
        ready: set[str] = set()
        while not ready >= FIRST:
            line = process.stdout.readline()
            assert line, ready
            if line.startswith("  ok "):
                ready.add(line.split()[1])
        process.send_signal(number)
        process.communicate(timeout=300)
    before = tiny.pids()
    tiny.edit(STUCK, "services:\n")
    said = tiny.run("up")
    assert tiny.unready() == []
    after = tiny.pids()
    kept = {name for name in after if name.rpartition(".")[0] in FIRST}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert "spec differs" not in said
    assert "0 of 11 workloads changed" in tiny.run("up")


def test_what_runs_without_its_manager_is_no_absence(
    tiny: Any, eventually: Callable[..., Any]
) -> None:
    tiny.run("up")
    os.kill(tiny.supervisor(), signal.SIGKILL)
    eventually(lambda: tiny.runtime.orphans().count)
    for command, code in (("prove", 3), ("diff", 0), ("status", 1)):
        said = " ".join(tiny.run(command, code=code).split())
        assert "the process manager (supervisord) is gone, and " in said, command
        assert " of tiny still run" in said, command
        assert "`seatrial up` starts everything anew" in said, command
        assert "it does not run" not in said, command


def test_a_hands_text_is_named_kept_and_never_lost(tiny: Any) -> None:
    tiny.run("up")
    path = tiny.folder / ".seatrial/rendered/prometheus/prometheus.yml"
    shown = ".seatrial/rendered/prometheus/prometheus.yml"
    ours = path.read_text()
    for number, copy in (("1", f"{shown}.edited"), ("2", f"{shown}.edited.2")):
        path.write_text(f"{ours}# by hand, {number}\n")
        assert f"edited  {shown} was edited by hand" in tiny.run("diff")
        assert f"edited  {shown} was edited by hand" in tiny.run("up")
        assert f"edited  {shown} replaced" in (said := tiny.run("up", "--overwrite"))
        assert f"is kept as {copy}\n" in said
        assert path.read_text() == ours
        assert (tiny.folder / copy).read_text() == f"{ours}# by hand, {number}\n"
    path.unlink()
    assert "schema.json" not in (said := tiny.run("diff"))
    assert ".seatrial/ lacks 1 file" in said
    assert "nothing that runs would change" in said
    assert "wrote   1 file that .seatrial/ lacked" in tiny.run("up")


def test_a_workload_that_there_is_not_is_bad_input(tiny: Any) -> None:
    tiny.run("up")
    for words in (("up", "--restart", "asied"), ("status", "--logs", "asied")):
        assert 'did you mean "aside"?' in tiny.run(*words, code=2)
    before = tiny.pids()
    tiny.edit("run: python3 app.py ${self.address} ${self.ports.http} ${back.url}", "run: pythn3")
    said = tiny.run("up", code=2)
    assert "seatrial.yaml:9:10 error ST1806 " in said
    assert 'did you mean "python3"?' in said
    assert tiny.pids() == before
