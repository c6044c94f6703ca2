"""Limits through control groups, version 1, 2 or both, where they may be written.

Formats: the kernel's documentation of cgroup v1 (memory, cpu) and cgroup v2.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seatrial.contract.output import Resources

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
            found += [
                Hierarchy(1, Path(folder), each)
                for each in ("memory", "cpu", "pids")
                if each in options.split(",")
            ]
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


def _wanted(name: str, resources: Resources) -> Iterator[tuple[Hierarchy, Path, str, float]]:
    """(hierarchy, group, controller, limit) of each limit that this machine can set."""
    try:
        found = hierarchies(Path("/proc/mounts").read_text(encoding="utf-8"))
    except OSError:
        return
    for controller, value in (("memory", resources.memory), ("cpu", resources.cpu)):
        hierarchy = usable(found, controller)
        if value is not None and hierarchy is not None:
            yield hierarchy, hierarchy.path / "seatrial" / name, controller, value


def made(name: str, resources: Resources) -> tuple[str, ...]:
    """The folders that a process must join, of those that `create` made. Changes nothing."""
    groups = (str(group) for _, group, _, _ in _wanted(name, resources) if group.is_dir())
    return tuple(dict.fromkeys(groups))


def create(name: str, resources: Resources) -> tuple[str, ...]:
    """Make a group with its limits in each hierarchy needed; the folders a process must join.

    A machine where a group cannot be written gets none: the ability says so.
    """
    joined: dict[str, None] = {}
    for hierarchy, group, controller, value in _wanted(name, resources):
        try:
            group.mkdir(parents=True, exist_ok=True)
            if hierarchy.version == 2:  # noqa: PLR2004 - the version
                for parent in (hierarchy.path, hierarchy.path / "seatrial", group.parent):
                    _write(parent / "cgroup.subtree_control", f"+{controller}")
            for file, text in _limits(hierarchy.version, controller, value):
                _write(group / file, text)
        except OSError:
            continue
        joined[str(group)] = None
    return tuple(joined)


def _limits(version: int, controller: str, value: float) -> tuple[tuple[str, str], ...]:
    if controller == "memory":
        if version == 1:
            return (("memory.limit_in_bytes", str(int(value))),)
        return (("memory.max", str(int(value))), ("memory.swap.max", "0"))
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
        root = hierarchy.path / "seatrial" / prefix
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
