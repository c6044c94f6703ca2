from pathlib import Path

import pytest

from seatrial.contract.output import Resources
from seatrial.runtimes.local import cgroups
from seatrial.runtimes.local.cgroups import Hierarchy, hierarchies, style, usable

V1 = """\
tmpfs /sys/fs/cgroup tmpfs rw,relatime,mode=755 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0
cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,name=systemd 0 0
"""
V2 = "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime,nsdelegate 0 0\n"
LONE = "cgroup /sys/fs/cgroup/cpuacct cgroup rw,relatime,cpuacct 0 0\n"
HYBRID = V1 + "cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0\n"
NONE = "proc /proc proc rw 0 0\n\nshort line\n"


@pytest.mark.parametrize(
    ("mounts", "expected"), [(V1, "v1"), (V2, "v2"), (HYBRID, "hybrid"), (NONE, "none")]
)
def test_a_machines_style_is_told_from_its_mounts(mounts: str, expected: str) -> None:
    assert style(hierarchies(mounts)) == expected


def test_controllers_that_share_a_mount_are_each_found() -> None:
    assert [(each.controller, str(each.path)) for each in hierarchies(V1)] == [
        ("cpu", "/sys/fs/cgroup/cpu,cpuacct"),
        ("memory", "/sys/fs/cgroup/memory"),
    ]


def test_a_hybrid_machine_limits_where_the_controller_is(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("cpu pids\n")
    unified = Hierarchy(2, tmp_path)
    memory = Hierarchy(1, Path("/sys/fs/cgroup/memory"), "memory")
    assert usable((unified, memory), "memory") == memory
    assert usable((unified, memory), "cpu") == unified
    assert usable((unified,), "memory") is None
    assert usable((Hierarchy(2, tmp_path / "gone"),), "cpu") is None


@pytest.mark.parametrize(
    ("version", "controller", "value", "expected"),
    [
        (1, "memory", 64 << 20, {"memory.limit_in_bytes": "67108864"}),
        (1, "memory", None, {"memory.limit_in_bytes": "-1"}),
        (2, "memory", None, {"memory.max": "max", "memory.swap.max": "max"}),
        (1, "cpuacct", None, {}),
        (2, "memory", 64 << 20, {"memory.max": "67108864", "memory.swap.max": "0"}),
        (1, "cpu", 0.5, {"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "50000"}),
        (2, "cpu", 1.5, {"cpu.max": "150000 100000"}),
    ],
)
def test_a_limit_is_written_as_each_version_wants_it(
    version: int, controller: str, value: float | None, expected: dict[str, str]
) -> None:
    assert dict(cgroups._limits(version, controller, value)) == expected


@pytest.mark.parametrize(
    ("mounts", "joined"),
    [
        (V1, ["memory"]),  # who counts time there would be weighed against the whole machine
        (V1.replace("cpu,cpuacct", "cpu") + LONE, ["memory", "cpuacct"]),
        (HYBRID, ["memory", "unified"]),
        (NONE, []),
    ],
    ids=["v1", "v1 apart", "hybrid", "none"],
)
def test_without_a_limit_only_what_counts_is_joined(
    monkeypatch: pytest.MonkeyPatch, mounts: str, joined: list[str]
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_args, **_words: mounts)
    found = [each.hierarchy.path.name for each in cgroups._wanted("tiny/127.0.0.9", Resources())]
    assert found == joined


def writable() -> bool:
    found = usable(hierarchies(Path("/proc/mounts").read_text()), "memory")
    if found is None:
        return False
    probe = found.path / "seatrial-probe"
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not writable(), reason="no memory controller may be written here")
def test_a_group_is_made_with_its_limit_and_removed_without_a_trace() -> None:
    name = "unit-test-groups"
    try:
        first = cgroups.create(f"{name}/api.0", Resources(memory=64 << 20, cpu=0.5))
        again = cgroups.create(f"{name}/api.0", Resources(memory=32 << 20, cpu=0.5))
        assert first == again
        limits = [
            path.read_text().strip()
            for group in first
            for path in (Path(group, "memory.limit_in_bytes"), Path(group, "memory.max"))
            if path.exists()
        ]
        assert limits == [str(32 << 20)]
    finally:
        assert cgroups.remove(name) == []
    assert first
    assert not any(Path(group).exists() or Path(group).parent.exists() for group in first)
