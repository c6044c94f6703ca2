"""The machine's process table and control groups, read where they are shown to us."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from seatrial.daemons.containers import groups, processes
from seatrial.daemons.containers.ledger import Life

_DEPTH = 8  # of folders of groups: deeper than any engine or service manager nests them
_ACCOUNTS = ("memory", "cpuacct", "cpu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """One that runs: the key of its groups, its first process, and when that began."""

    key: str
    pid: int
    began: float


class Machine:
    """A machine, by its file systems below `root`.

    `below` is the folder of groups that are made by name; "": an engine makes them, and names them
    by containers' ids.
    """

    def __init__(self, root: Path, below: str) -> None:
        self._proc = root / "proc"
        self._groups = root / "sys/fs/cgroup"
        self._below = below
        self._known: dict[str, Replica] = {}
        self._folders: dict[tuple[Path, str], Path] = {}
        self._ticks = os.sysconf("SC_CLK_TCK")
        # once: it moves with the clock, and a process's beginning must not
        self._boot = groups.table(_text(self._proc / "stat")).get("btime", 0)

    @property
    def lasting(self) -> bool:
        """Whether groups outlive their processes, which then have no network of their own."""
        return bool(self._below)

    def blind(self) -> str:
        """Why nothing can be told of any container; "" where something can."""
        if not self._roots():
            return "no control groups are mounted"
        if self._below:
            if not any((each / self._below).is_dir() for each in self._roots().values()):
                return "its processes have no control groups: these need root"
            return ""
        if not _text(self._proc / "1/cgroup"):
            return "the machine hides its processes"
        return ""

    # -- who runs ------------------------------------------------------------------------------

    def look(self, hosts: Iterable[str]) -> Mapping[str, Replica | None]:
        """The replica at each address, or None; the table is read only where somebody is missed."""
        wanted = tuple(hosts)
        known = {each: self._still(each) for each in wanted}
        if any(each is None for each in known.values()):
            self._known = dict(self._scanned())
            known = {each: self._known.get(each) for each in wanted}
        return known

    def _still(self, host: str) -> Replica | None:
        one = self._known.get(host)
        if one is None or self._key(one.pid) != one.key or self._began(one.pid) != one.began:
            return None
        return one

    def _scanned(self) -> Iterator[tuple[str, Replica]]:
        first: dict[str, Replica] = {}
        for each in self._proc.iterdir():
            key = self._key(int(each.name)) if each.name.isdigit() else ""
            if key:
                one = Replica(key=key, pid=int(each.name), began=self._began(int(each.name)))
                if one.began and (key not in first or _order(one) < _order(first[key])):
                    first[key] = one
        # the latest first: of two in one network its owner began before the other, and wins
        for one in sorted(first.values(), key=_order, reverse=True):
            if self._below:
                yield one.key, one
                continue
            for address in processes.addresses(_text(self._proc / f"{one.pid}/net/fib_trie")):
                yield address, one

    def _key(self, pid: int) -> str:
        return processes.key(_text(self._proc / f"{pid}/cgroup"), self._below)

    def _began(self, pid: int) -> float:
        return processes.began(_text(self._proc / f"{pid}/stat"), self._boot, self._ticks)

    def killed(self) -> int:
        """How many processes the machine has killed for want of memory."""
        return groups.table(_text(self._proc / "vmstat")).get("oom_kill", 0)

    def life(self, one: Replica | None) -> Life | None:
        """What restarts and kills are told by."""
        if one is None:
            return None
        found = groups.kills(self._reader("memory", one.key), self._reader("", one.key))
        return Life(began=one.began, kills=found)

    # -- what it uses --------------------------------------------------------------------------

    def memory(self, one: Replica) -> groups.Memory | None:
        """None where its group does not tell."""
        return groups.memory(self._reader("memory", one.key), self._reader("", one.key))

    def cpu(self, one: Replica) -> float | None:
        """Seconds of processor time; None where its group does not tell."""
        return groups.cpu(self._reader("cpuacct", one.key), self._reader("", one.key))

    def quota(self, one: Replica) -> groups.Quota | None:
        """What its quota held back; None where none is kept."""
        return groups.quota(self._reader("cpu", one.key), self._reader("", one.key))

    def traffic(self, one: Replica) -> processes.Traffic | None:
        """What passed its network; None where it has none of its own."""
        if self._below:
            return None
        return processes.traffic(_text(self._proc / f"{one.pid}/net/dev"))

    def _reader(self, account: str, key: str) -> groups.Read:
        root = self._roots().get(account)
        folder = self._folder(root, key) if root is not None else None
        return lambda name: _text(folder / name) if folder is not None else ""

    def _roots(self) -> Mapping[str, Path]:
        """Version 1's hierarchies by account, version 2's under ""."""
        found = {each: self._groups / each for each in _ACCOUNTS}
        found = {each: path for each, path in found.items() if path.is_dir()}
        for path in (self._groups, self._groups / "unified"):
            if (path / "cgroup.controllers").exists():
                found.setdefault("", path)
        return found

    def _folder(self, root: Path, key: str) -> Path | None:
        if self._below:
            return root / self._below / key
        known = self._folders.get((root, key))
        if known is None or not known.is_dir():
            known = next(_named(root, key), None)
            if known is None:
                return None
            self._folders[root, key] = known
        return known


def _named(root: Path, key: str) -> Iterator[Path]:
    """The folders below a root whose name holds the key."""
    base = len(root.parts)
    for path, folders, _ in os.walk(root):
        for each in folders:
            if key in each:
                yield Path(path, each)
        if len(Path(path).parts) - base >= _DEPTH:
            folders.clear()


def _order(one: Replica) -> tuple[float, int]:
    return one.began, one.pid


def _text(path: Path) -> str:
    """A file of the kernel's; empty where it is gone, or is not ours to read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
