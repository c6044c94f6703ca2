"""`up` and what it keeps: one system, many commands."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("local-up")]


def test_all_is_ready_when_up_returns(up: Any) -> None:
    assert up.unready() == []
    assert up.front() == (200, "hello hello")
    assert "ready" in up.run("status")


def test_a_second_up_keeps_everything(up: Any) -> None:
    before = up.pids()
    assert "0 of 11 workloads changed" in up.run("up")
    assert up.pids() == before


def changed(up: Any, before: dict[str, int]) -> set[str]:
    now = up.pids()
    assert now.keys() == before.keys()
    return {name for name in now if now[name] != before[name]}


def test_an_edited_environment_restarts_only_its_service(up: Any) -> None:
    before = up.pids()
    up.edit(
        "{GREETING: hello}\n    health: {ready: /readyz}\n    limits",
        "{GREETING: hi}\n    health: {ready: /readyz}\n    limits",
    )
    assert "1 of 11 workloads changed" in up.run("up")
    assert changed(up, before) == {"back.0"}
    assert up.front() == (200, "hello hi")


def edges(up: Any) -> set[str]:
    url = f"http://{up.address('fault-proxy')}:8474/proxies"
    return set(httpx.get(url, trust_env=False).raise_for_status().json())


def test_an_edge_comes_and_goes_without_an_interruption_of_the_others(up: Any) -> None:
    text = up.file.read_text()
    before = up.pids()
    assert edges(up) == {"front.back.0.http"}
    up.edit("needs: [back]", "needs: [back, aside]")
    up.run("up")
    assert edges(up) == {"front.back.0.http", "front.aside.0.http", "front.aside.1.http"}
    assert up.pids()["fault-proxy.0"] == before["fault-proxy.0"]
    up.file.write_text(text)
    up.run("up")
    assert edges(up) == {"front.back.0.http"}
    assert up.pids()["fault-proxy.0"] == before["fault-proxy.0"]
    assert up.unready() == []


def test_a_seatrial_that_is_installed_elsewhere_begins_all_anew(up: Any) -> None:
    before = up.pids()
    elsewhere = up.begin("up", python="python3")  # another path, as of another environment
    with elsewhere as process:
        said, _ = process.communicate(timeout=300)
    assert "11 of 11 workloads changed" in said, said
    assert (changed(up, before), up.unready()) == (set(before), [])
    assert "11 of 11 workloads changed" in up.run("up")
    assert up.unready() == []


def test_what_replicas_write_and_how_they_are_started_is_not_for_other_users(up: Any) -> None:
    assert up.run("status", "--logs", "alertmanager")
    logs = [each for each in up.home.logs.iterdir() if each.stat().st_size]
    assert logs != []
    for each in (*logs, *up.home.path.glob("supervisord.*")):
        assert each.stat().st_mode & 0o037 == 0, each  # its group may read: who reads logs, if any
        assert each.stat().st_gid == os.getegid(), each
    for folder in (up.home.logs, up.home.spec("back", 0).parent, up.home.holds):
        assert folder.stat().st_mode & 0o077 == 0, folder
    if os.geteuid() != 0:
        return
    folders = [each for each in up.home.path.iterdir() if each.is_dir()]
    assert {up.home.logs, up.home.holds} < set(folders)
    for each in (up.home.path, *folders):
        done = subprocess.run(
            ("ls", str(each)),
            user=65534,
            group=65534,
            extra_groups=(),
            capture_output=True,
            check=False,
        )
        assert b"denied" in done.stderr, each


def limit(up: Any) -> str:
    (found,) = {
        path.read_text().strip()
        for pattern in ("memory.limit_in_bytes", "memory.max")
        for path in up.limits("back", pattern)
    }
    return found


def test_an_edited_limit_is_shown_by_diff_and_applied_by_up(up: Any) -> None:
    if not up.limited("back"):
        pytest.skip("limits cannot be set here")
    before = up.pids()
    assert limit(up) == str(96 << 20)
    up.edit("96MiB", "112MiB")
    assert "back" in up.run("diff")
    assert limit(up) == str(96 << 20)
    up.run("up")
    assert limit(up) == str(112 << 20)
    assert changed(up, before) == {"back.0"}


def test_a_replica_that_was_killed_by_hand_comes_back_by_itself(
    up: Any, eventually: Callable[..., Any]
) -> None:
    before = up.pids()
    os.kill(before["aside.1"], signal.SIGKILL)
    eventually(lambda: up.pids()["aside.1"] not in {before["aside.1"], None})
    eventually(lambda: not up.unready())
    assert changed(up, before) == {"aside.1"}


def test_a_service_that_left_the_file_is_gone_and_the_rest_stays(up: Any) -> None:
    before = up.pids()
    text = up.file.read_text()
    begin, end = text.index("  aside:"), text.index("promises:")
    up.file.write_text(text[:begin] + text[end:])
    up.run("up")
    left = up.pids()
    assert not any(name.startswith("aside") for name in left)
    for name in ("front.0", "back.0"):
        assert left[name] == before[name]
    up.file.write_text(text)
    up.run("up")
    assert up.unready() == []


def test_a_second_command_is_told_who_is_at_work(up: Any) -> None:
    with up.python(
        "import time\nwith runtime.locked('prove'):\n print('held', flush=True)\n time.sleep(600)"
    ) as holder:
        try:
            assert holder.stdout.readline() == "held\n"
            for command in ("up", "down"):
                said = up.run(command, code=3)
                assert f"`seatrial prove` (pid {holder.pid}) is at work" in said.replace("\n", " ")
        finally:
            holder.kill()
    assert up.unready() == []


def test_purge_is_refused_where_nobody_can_be_asked(up: Any) -> None:
    before = up.pids()
    assert "confirm it with --yes" in up.run("down", "--purge", code=2)
    assert up.pids() == before


def test_a_service_that_never_becomes_ready_is_named_with_its_last_lines(up: Any) -> None:
    text = up.file.read_text()
    script = 'python3 -c "import sys; sys.exit(str(6 * 7) + chr(33))"'
    up.edit("run: python3 app.py ${self.address} ${self.ports.http} ${back.url}", f"run: {script}")
    try:
        said = up.run("up", code=3)
        assert "front" in said
        assert "42!" in said
    finally:
        up.file.write_text(text)
    up.run("up")
    assert up.unready() == []


def speaks(greeting: str) -> bool:
    for each in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if (
                each.name.isdigit()
                and f"GREETING={greeting}\0".encode() in (each / "environ").read_bytes()
            ):
                return True
    return False


def test_an_edit_taken_back_after_a_killed_up_is_taken_back(
    up: Any, eventually: Callable[..., Any]
) -> None:
    """What was applied last is not what runs: `up` was killed before it could say so."""
    text = up.file.read_text()
    at = text.index("GREETING: hello", text.index("  aside:"))
    up.file.write_text(text[:at] + text[at:].replace("GREETING: hello", "GREETING: bonjour", 1))
    with up.begin("up") as process:
        eventually(lambda: speaks("bonjour"))
        process.kill()
    up.file.write_text(text)
    up.run("up")
    answer = httpx.get(f"http://{up.address('aside')}:8000/", trust_env=False)
    assert answer.text == "hello"
    assert up.unready() == []


def test_two_systems_side_by_side_share_nothing(up: Any, tiny: Any) -> None:
    tiny.run("up")
    both = [{each.address for each in one.runtime.status()} for one in (up, tiny)]
    assert both[0].isdisjoint(both[1])
    assert tiny.front() == (200, "hello hello")
    before = up.pids()
    tiny.run("down", "--purge", "--yes")
    assert up.pids() == before
    assert up.unready() == []
