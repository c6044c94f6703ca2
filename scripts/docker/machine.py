"""What the engine adds to the machine, written down before the start and taken away after it."""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.docker import bridge, firewall
from scripts.docker.place import NETWORKS, Place

from seatrial.contract.runtime import RuntimeFailure

_FORWARD = Path("/proc/sys/net/ipv4/ip_forward")
_GROUPS = Path("/sys/fs/cgroup")
_NO_TABLE = "Table does not exist"
_IPTABLES_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The machine as it was: rules by table, bridges, whether it forwards between networks."""

    rules: Mapping[str, str]
    bridges: tuple[str, ...]
    forward: str


def note(place: Place, env: Mapping[str, str]) -> None:
    """Write down what is there, durably. What an engine that died left noted stays the truth.

    Raises RuntimeFailure where the packet filter cannot be read.
    """
    if _noted(place) is not None:
        return
    now = Before(
        rules={table: _rules(table, env) for table in firewall.TABLES},
        bridges=bridge.bridges(),
        forward=_FORWARD.read_text(encoding="ascii").strip(),
    )
    beside = place.before.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(asdict(now), file)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(place.before)


def prepare(place: Place) -> None:
    """The engine's own bridge; and forwarding, which an older engine answers by closing FORWARD."""
    bridge.add(place.bridge)
    _FORWARD.write_text("1", encoding="ascii")


def restore(place: Place, env: Mapping[str, str]) -> None:
    """Take away what was added since `note`. Harmless when repeated, or when nothing was noted.

    Raises RuntimeFailure where that cannot be seen or done; the note stays for another attempt.
    """
    was = _noted(place)
    if was is None:
        return
    shared = _another()
    marks = (place.bridge, NETWORKS[:6])
    for table in firewall.TABLES:
        for each in firewall.undo(was.rules[table], _rules(table, env), marks, shared=shared):
            _iptables(table, each, env)
        left = firewall.undo(was.rules[table], _rules(table, env), marks, shared=shared)
        if left:
            raise RuntimeFailure(
                f"rules of the engine are left in the packet filter's table {table}",
                f"look at `iptables -t {table} -S`, then run `scripts/docker.sh stop` again",
                tuple(" ".join(each) for each in left),
            )
    for name in (place.bridge, *(() if shared else bridge.bridges())):
        if name not in was.bridges:
            bridge.delete(name)
    if not shared:
        _FORWARD.write_text(was.forward, encoding="ascii")
    for group in groups(place):
        _remove_group(group)
    place.before.unlink()


def _another() -> bool:
    """Whether an engine runs that is not ours: ours has ended when this is asked."""
    for name in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            if name.read_text(encoding="utf-8", errors="replace").strip() == "dockerd":
                return True
    return False


def groups(place: Place) -> tuple[Path, ...]:
    """The cgroup of the engine's containers, in each hierarchy."""
    found = (_GROUPS / place.group, *_GROUPS.glob(f"*/{place.group}"))
    return tuple(each for each in found if each.is_dir())


def contained(place: Place) -> Iterator[int]:
    """Every process in a container of the engine."""
    for group in groups(place):
        for file in group.rglob("cgroup.procs"):
            with contextlib.suppress(OSError):
                yield from map(int, file.read_text(encoding="ascii").split())


def _remove_group(group: Path) -> None:
    below = [each for each in group.rglob("*") if each.is_dir()]
    for each in (*sorted(below, reverse=True), group):
        with contextlib.suppress(OSError):
            each.rmdir()


def _noted(place: Place) -> Before | None:
    try:
        document = json.loads(place.before.read_text(encoding="utf-8"))
        return Before(
            rules=document["rules"],
            bridges=tuple(document["bridges"]),
            forward=document["forward"],
        )
    except (OSError, ValueError, KeyError):
        return None


def _rules(table: str, env: Mapping[str, str]) -> str:
    """The rules of a table: none where the kernel has no such table."""
    done = _iptables(table, ("-S",), env)
    if done.returncode and _NO_TABLE not in done.stderr:
        # taken for "no rules", another's would be taken for the engine's, or the engine's stay
        raise RuntimeFailure(
            f"the packet filter's table {table} cannot be read",
            f"see what `iptables -t {table} -S` says",
            tuple(done.stderr.splitlines()),
        )
    return "" if done.returncode else done.stdout


def _iptables(
    table: str, words: tuple[str, ...], env: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            ["iptables", "--wait", "-t", table, *words],
            env=dict(env),
            check=False,
            capture_output=True,
            text=True,
            timeout=_IPTABLES_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RuntimeFailure(f"iptables could not be run: {error}", "run it again") from error
