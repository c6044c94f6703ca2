"""A machine of files: what is found on it, in each version of control groups."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from seatrial.daemons.containers.desk import Desk
from seatrial.daemons.containers.door import reply
from seatrial.daemons.containers.ledger import Seen
from seatrial.daemons.containers.machine import Machine

ID, OTHER = "a" * 64, "b" * 64
HOST = "10.64.0.7"
V2 = {
    "memory.current": "1000",
    "memory.max": "max",
    "memory.stat": "inactive_file 1",
    "memory.events": "oom_kill 0",
    "cpu.stat": "usage_usec 5000000",
}
V1 = {
    "memory/{}/memory.usage_in_bytes": "1000",
    "memory/{}/memory.limit_in_bytes": "2000",
    "memory/{}/memory.oom_control": "oom_kill 0",
    "cpuacct/{}/cpuacct.usage": "5000000000",
    "cpu/{}/cpu.stat": "nr_periods 2\nnr_throttled 1\nthrottled_time 1000000000",
}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def process(root: Path, pid: int, groups: str, *, began: int = 500, host: str = HOST) -> None:
    write(root / f"proc/{pid}/cgroup", groups)
    write(root / f"proc/{pid}/stat", f"{pid} (app) S {'0 ' * 18}{began} 0\n")
    write(root / f"proc/{pid}/net/fib_trie", f"     |-- {host}\n        /32 host LOCAL\n")
    write(root / f"proc/{pid}/net/dev", "  eth0: 7 1 0 0 0 0 0 0 8 1 0 0 0 0 0 0\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path / "proc/stat", "btime 1000\n")
    write(tmp_path / "proc/vmstat", "oom_kill 0\n")
    write(tmp_path / "proc/1/cgroup", "0::/init.scope\n")
    write(tmp_path / "proc/1/stat", "")
    return tmp_path


@pytest.fixture
def second(root: Path) -> Path:
    """Version 2, under a service manager, seen from another container's group namespace."""
    write(root / "sys/fs/cgroup/cgroup.controllers", "memory cpu")
    for name, text in V2.items():
        write(root / f"sys/fs/cgroup/system.slice/docker-{ID}.scope/{name}", text)
    process(root, 70, f"0::/../docker-{ID}.scope\n")
    process(root, 71, f"0::/../docker-{ID}.scope\n", began=900)
    return root


def test_a_container_is_found_by_its_address(second: Path) -> None:
    machine = Machine(second, "")
    assert machine.blind() == ""
    found = machine.look((HOST, "10.64.0.8"))
    assert found["10.64.0.8"] is None
    one = found[HOST]
    assert one is not None
    assert (one.key, one.pid) == (ID, 70)
    assert one.began == pytest.approx(1000, abs=100)
    memory, traffic = machine.memory(one), machine.traffic(one)
    assert memory is not None
    assert (memory.working_set, memory.limit) == (999, 0)
    assert machine.cpu(one) == 5.0
    assert machine.quota(one) is None
    assert traffic is not None
    assert (traffic.received, traffic.sent) == (7, 8)


def test_version_one_tells_by_its_own_hierarchies(root: Path) -> None:
    for name, text in V1.items():
        write(root / "sys/fs/cgroup" / name.format(f"docker/{ID}"), text)
    process(root, 70, f"4:memory:/docker/{ID}\n0::/\n")
    machine = Machine(root, "")
    one = machine.look((HOST,))[HOST]
    assert one is not None
    memory, quota = machine.memory(one), machine.quota(one)
    assert memory is not None
    assert quota is not None
    assert (memory.limit, quota.throttled, machine.cpu(one)) == (2000, 1, 5.0)


def test_of_two_in_one_network_the_first_is_meant(second: Path) -> None:
    process(second, 80, f"0::/../docker-{OTHER}.scope\n", began=700)
    one = Machine(second, "").look((HOST,))[HOST]
    assert one is not None
    assert one.key == ID


def test_groups_that_are_made_by_name_need_no_engine(root: Path) -> None:
    write(root / "sys/fs/cgroup/memory/seatrial/tiny-1/127.0.3.4/memory.usage_in_bytes", "5")
    process(root, 70, "4:memory:/seatrial/tiny-1/127.0.3.4\n")
    machine = Machine(root, "seatrial/tiny-1")
    one = machine.look(("127.0.3.4",))["127.0.3.4"]
    assert machine.blind() == ""
    assert one is not None
    assert machine.memory(one) is not None
    assert machine.traffic(one) is None  # the machine's own is nobody's


def test_who_sees_nothing_says_why(root: Path) -> None:
    assert "no control groups" in Machine(root, "").blind()
    write(root / "sys/fs/cgroup/memory/memory.usage_in_bytes", "5")
    assert "need root" in Machine(root, "seatrial/tiny-1").blind()
    assert Machine(root, "").blind() == ""
    write(root / "proc/1/cgroup", "")
    assert "hides" in Machine(root, "").blind()


def test_a_restart_and_a_kill_are_seen_by_whoever_looks_on(second: Path) -> None:
    desk = Desk(Machine(second, ""))
    assert desk.one(HOST) is not None
    desk.look()
    assert (desk.seen[HOST].restarts, desk.seen[HOST].kills) == (0, 0)
    for pid in (70, 71):
        write(second / f"proc/{pid}/cgroup", "0::/init.scope\n")
    write(second / "proc/vmstat", "oom_kill 1\n")
    desk.look()
    assert desk.one(HOST) is None
    process(second, 90, f"0::/../docker-{ID}.scope\n", began=2000)
    desk.look()
    assert (desk.seen[HOST].restarts, desk.seen[HOST].kills) == (1, 1)


def test_nobody_makes_it_watch_without_end(second: Path) -> None:
    desk = Desk(Machine(second, ""))
    for each in range(1100):
        desk.seen[f"10.0.{each // 256}.{each % 256}"] = Seen()
    assert desk.one("10.9.9.9") is None
    assert "10.9.9.9" not in desk.seen


def test_a_page_has_every_figure_and_says_which_is_not_to_be_had(second: Path) -> None:
    status, text = Desk(Machine(second, "")).answer(f"/container?target={HOST}:8000")
    found = {each.name: each for each in text_string_to_metric_families(text)}
    assert status == 200
    assert found["container_memory_working_set_bytes"].samples[0].value == 999
    assert found["container_cpu_usage_seconds"].samples[0].value == 5.0
    assert found["container_restarts"].type == "counter"
    (unknown,) = found["container_figure_unknown"].samples
    assert unknown.labels == {"figure": "throttling", "reason": "its control group does not tell"}


def test_each_question_has_its_answer(second: Path, root: Path) -> None:
    desk = Desk(Machine(second, ""))
    for target, status in {
        "/readyz": 200,
        "/metrics": 200,
        "/container?target=10.0.0.1": 404,
        "/container": 400,
        "/container?target=no%20name": 400,
        "/elsewhere": 404,
    }.items():
        assert desk.answer(target)[0] == status, target
    write(root / "proc/1/cgroup", "")
    assert "hides its processes" in desk.answer(f"/container?target={HOST}")[1]


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n", 200),
        (b"POST /metrics HTTP/1.1\r\n\r\n", 405),
        (b"GET /metrics HTTP/1.1\r\n", 400),
        (b"\xff\xfe\r\n\r\n", 400),
        (b"", 400),
    ],
)
def test_only_a_whole_question_is_answered(head: bytes, status: int) -> None:
    assert reply(head, lambda _target: (200, "told"))[0] == status
