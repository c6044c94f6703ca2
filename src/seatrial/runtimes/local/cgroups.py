"""Limits and figures through control groups, version 1, 2 or both, where they may be written.

Every replica gets groups that count its memory and its CPU, limited or not. A CPU controller is
joined only for a limit: among all processes of a machine its group would weigh as one of them.
Formats: the kernel's documentation of cgroup v1 (memory, cpu, cpuacct) and cgroup v2.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seatrial.contract.output import Resources

_FOLDER = "seatrial"  # of all our groups, in each hierarchy
_PERIOD = 100_000  # microseconds of the CPU quota's period, the kernel's default


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A mounted hierarchy: its version, folder, and (version 1) its controller."""

    version: int
    path: Path
    controller: str = ""


def hierarchies(mounts: str) -> tuple[Hierarchy, ...]:
    """The hierarchies of /proc/mounts; a hybrid machine has both versions."""
    found: list[Hierarchy] = []
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 4:  # noqa: PLR2004 - device, folder, type, options
            continue
        _, folder, kind, options = fields[:4]
        if kind == "cgroup2":
            found.append(Hierarchy(2, Path(folder)))
        elif kind == "cgroup":
            words = options.split(",")
            # where both are one hierarchy, who counts is also weighed
            wanted = ("memory", "cpu", "pids", *(("cpuacct",) if "cpu" not in words else ()))
            found += [Hierarchy(1, Path(folder), each) for each in wanted if each in words]
    return tuple(found)


def style(found: tuple[Hierarchy, ...]) -> str:
    """`v1`, `v2`, `hybrid` or `none`, in words for a person."""
    versions = {each.version for each in found}
    return {frozenset(): "none", frozenset({1}): "v1", frozenset({2}): "v2"}.get(
        frozenset(versions), "hybrid"
    )


def usable(found: tuple[Hierarchy, ...], controller: str) -> Hierarchy | None:
    """The hierarchy in which a controller can be set: version 1's own, else version 2."""
    for each in found:
        if each.version == 1 and each.controller == controller:
            return each
    for each in found:
        if each.version == 2:  # noqa: PLR2004 - the version
            try:
                names = (each.path / "cgroup.controllers").read_text(encoding="ascii").split()
            except OSError:
                continue
            if controller in names:
                return each
    return None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A group in a hierarchy, for a controller ("": what version 2 counts without any)."""

    hierarchy: Hierarchy
    group: Path
    controller: str
    limit: float | None


def below(name: str) -> str:
    """The folder, in each hierarchy, of the groups whose names begin with this."""
    return f"{_FOLDER}/{name}"


def _wanted(name: str, resources: Resources) -> Iterator[_Wanted]:
    """Each group that this machine can make."""
    try:
        found = hierarchies(Path("/proc/mounts").read_text(encoding="utf-8"))
    except OSError:
        return
    memory, cpu = usable(found, "memory"), usable(found, "cpu")
    if memory is not None:
        yield _Wanted(memory, memory.path / below(name), "memory", resources.memory)
    if cpu is not None and resources.cpu is not None:
        yield _Wanted(cpu, cpu.path / below(name), "cpu", resources.cpu)
    counting = usable(found, "cpuacct") or next((e for e in found if e.version == 2), None)  # noqa: PLR2004 - the version
    if counting is not None:
        yield _Wanted(counting, counting.path / below(name), counting.controller, None)


def made(name: str, resources: Resources) -> tuple[str, ...]:
    """The folders that a process must join, of those that `create` made. Changes nothing."""
    groups = (str(each.group) for each in _wanted(name, resources) if each.group.is_dir())
    return tuple(dict.fromkeys(groups))


def create(name: str, resources: Resources) -> tuple[str, ...]:
    """Make a group with its limits in each hierarchy needed; the folders a process must join.

    A machine where a group cannot be written gets none: the ability says so.
    """
    joined: dict[str, None] = {}
    for each in _wanted(name, resources):
        root, version = each.hierarchy.path, each.hierarchy.version
        try:
            each.group.mkdir(parents=True, exist_ok=True)
            if version == 2 and each.controller:  # noqa: PLR2004 - the version
                for parent in (root, root / _FOLDER, each.group.parent):
                    _write(parent / "cgroup.subtree_control", f"+{each.controller}")
            for file, text in _limits(version, each.controller, each.limit):
                _write(each.group / file, text)
        except OSError:
            continue
        joined[str(each.group)] = None
    return tuple(joined)


def _limits(version: int, controller: str, value: float | None) -> tuple[tuple[str, str], ...]:
    """What is written into a group; without a limit, what takes away one that was there before."""
    if controller == "memory":
        if version == 1:
            return (("memory.limit_in_bytes", "-1" if value is None else str(int(value))),)
        most = "max" if value is None else str(int(value))
        return (("memory.max", most), ("memory.swap.max", "max" if value is None else "0"))
    if value is None:
        return ()
    quota = str(int(value * _PERIOD))
    if version == 1:
        return (("cpu.cfs_period_us", str(_PERIOD)), ("cpu.cfs_quota_us", quota))
    return (("cpu.max", f"{quota} {_PERIOD}"),)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="ascii")


def remove(prefix: str) -> list[str]:
    """Remove every group under `seatrial/<prefix>`; those that could not be removed."""
    try:
        found = hierarchies(Path("/proc/mounts").read_text(encoding="utf-8"))
    except OSError:
        return []
    left: list[str] = []
    for hierarchy in found:
        root = hierarchy.path / below(prefix)
        if not root.is_dir():
            continue
        for group in sorted((each for each in root.rglob("*") if each.is_dir()), reverse=True):
            _rmdir(group, left)
        _rmdir(root, left)
        try:
            root.parent.rmdir()
        except OSError:
            continue  # another system is still there
    return left


def _rmdir(group: Path, left: list[str]) -> None:
    try:
        group.rmdir()
    except OSError:
        left.append(str(group))
