"""What the kernel's files say of a container, in every version of control groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from seatrial.daemons.containers import groups, processes

ID, INNER = "a" * 64, "b" * 64
NOTHING: Mapping[str, str] = {}
V1 = {
    "memory.usage_in_bytes": "1000\n",
    "memory.limit_in_bytes": "2000\n",
    "memory.stat": "cache 5\ntotal_inactive_file 300\n",
    "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
    "cpuacct.usage": "1500000000\n",
    "cpu.stat": "nr_periods 10\nnr_throttled 4\nthrottled_time 2000000000\n",
}
V2 = {
    "memory.current": "1000\n",
    "memory.max": "2000\n",
    "memory.stat": "anon 5\ninactive_file 300\n",
    "memory.events": "low 0\noom 3\noom_kill 2\noom_group_kill 0\n",
    "cpu.stat": "usage_usec 1500000\nnr_periods 10\nnr_throttled 4\nthrottled_usec 2000000\n",
}


def read(files: Mapping[str, str]) -> Callable[[str], str]:
    return lambda name: files.get(name, "")


@pytest.mark.parametrize(
    ("first", "second"),
    [(V1, NOTHING), (NOTHING, V2), (V1, {"cpu.stat": "usage_usec 9\n"})],
    ids=["v1", "v2", "hybrid"],
)
def test_each_version_tells_the_same(first: Mapping[str, str], second: Mapping[str, str]) -> None:
    found = read(first), read(second)
    assert groups.memory(*found) == groups.Memory(usage=1000, working_set=700, limit=2000)
    assert groups.kills(*found) == 2
    assert groups.cpu(*found) == 1.5
    assert groups.quota(*found) == groups.Quota(periods=10, throttled=4, seconds=2.0)


@pytest.mark.parametrize("limit", ["9223372036854771712\n", "max\n"])
def test_no_limit_is_told_as_none(limit: str) -> None:
    first = {**V1, "memory.limit_in_bytes": limit}
    second = {**V2, "memory.max": limit}
    for found in (
        groups.memory(read(first), read({})),
        groups.memory(read({}), read(second)),
    ):
        assert found is not None
        assert found.limit == 0


def test_what_no_group_tells_is_not_made_up() -> None:
    nobody = read({}), read({})
    assert groups.memory(*nobody) is None
    assert groups.kills(*nobody) is None
    assert groups.cpu(*nobody) is None
    assert groups.quota(*nobody) is None
    # version 2 counts time without a controller, and then keeps no quota
    assert groups.quota(read({}), read({"cpu.stat": "usage_usec 9\n"})) is None


@pytest.mark.parametrize(
    ("text", "below", "key"),
    [
        (f"4:memory:/docker/{ID}\n0::/\n", "", ID),
        (f"0::/system.slice/docker-{ID}.scope\n", "", ID),
        (f"0::/../docker-{ID}.scope\n", "", ID),
        (f"0::/machine.slice/libpod-{ID}.scope/container\n", "", ID),
        (f"4:memory:/docker/{ID}/docker/{INNER}\n", "", INNER),
        ("4:memory:/user.slice\n0::/init.scope\n", "", ""),
        ("4:memory:/seatrial/tiny-1/127.0.3.4\n0::/\n", "seatrial/tiny-1", "127.0.3.4"),
        ("0::/seatrial/tiny-1/127.0.3.4\n", "seatrial/tiny-1", "127.0.3.4"),
        ("0::/seatrial/tiny-12/127.0.3.4\n", "seatrial/tiny-1", ""),
        ("", "", ""),
    ],
)
def test_a_process_is_known_by_its_groups(text: str, below: str, key: str) -> None:
    assert processes.key(text, below) == key


def test_a_process_began_when_the_machine_did_and_its_ticks_later() -> None:
    stat = f"7 (a) b (c) S {' '.join(['0'] * 18)} 250 0 0\n"
    assert processes.began(stat, 1000.0, 100) == 1002.5
    assert processes.began("", 1000.0, 100) == 0.0


def test_a_namespace_is_known_by_its_own_addresses() -> None:
    trie = """\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 10.64.0.0
        /20 link UNICAST
Local:
     +-- 10.64.0.0/20 2 0 2
        |-- 10.64.3.7
           /32 host LOCAL
        |-- 10.64.15.255
           /32 link BROADCAST
        |-- 127.0.0.1
           /32 host LOCAL
"""
    assert processes.addresses(trie) == {"10.64.3.7"}


def test_traffic_is_that_of_all_interfaces_but_loopback() -> None:
    head = "Inter-|   Receive  |  Transmit\n face |bytes packets\n"
    lo = "    lo: 9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0\n"
    one = "  eth0: 100 2 0 3 0 0 0 0 50 4 0 5 0 0 0 0\n"
    assert processes.traffic(head + lo) is None
    assert processes.traffic(head + lo + one + one.replace("0:", "1:", 1)) == processes.Traffic(
        received=200, sent=100, received_dropped=6, sent_dropped=10
    )


def test_counters_are_lines_of_a_word_and_a_number() -> None:
    text = "cpu  1 2 3\nbtime 77\noom_kill 4\nodd x\n"
    assert groups.table(text) == {"cpu": 1, "btime": 77, "oom_kill": 4}
