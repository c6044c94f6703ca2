"""Lose a share of a container's packets, by the packet filter of its own network namespace.

Programs: nsenter(1), iptables(8) with the match `statistic`. The rules are our own, told by their
comment, and are taken away one by one. iptables is the engine's: it is run in the environment in
which the engine runs it.
"""

import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.client import Client
from seatrial.runtimes.compose.engine import Engine

_MARK = "seatrial-loss"
_CHAINS = (("INPUT", "-i"), ("OUTPUT", "-o"))
_SECONDS = 20
_MOST = 10  # times that an act was repeated, by whoever was broken off
_UNIX = "unix://"
_SBIN = "/usr/sbin:/sbin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Init:
    """A container's first process, as the engine's machine numbers it; 0 while it does not run."""

    workload: str
    pid: int
    container: str


def lacking(client: Client) -> str:
    """Why no packet can be lost here, or empty."""
    if os.geteuid() != 0:
        return "it needs root on the engine's own machine"
    if client.rootless or client.desktop or client.tunnel is not None:
        return f"the containers of {client.title} have no processes that this machine's root sees"
    environment = _environment(client)
    for program in ("nsenter", "iptables"):
        if shutil.which(program, path=environment["PATH"]) is None:
            return f"the program {program} is not there"
    return ""


def lose(init: Init, share: float, engine: Engine) -> None:
    """Drop this share of what arrives and of what leaves, loopback aside."""
    for rule in rules(share):
        _run(init, ("-A", *rule), engine)


def keep(init: Init, share: float, engine: Engine) -> None:
    """Take the rules away, however often they were made. Raises RuntimeFailure where one stays."""
    for rule in rules(share):
        for _ in range(_MOST):
            if not _run(init, ("-D", *rule), engine, must=False):
                break
        if _run(init, ("-C", *rule), engine, must=False):
            raise RuntimeFailure(
                f"packets of {init.workload} are still lost: iptables keeps {' '.join(rule)}",
                "restart the container: its rules go with its network",
            )


def rules(share: float) -> Iterator[tuple[str, ...]]:
    """The rules, one for each direction. Pure."""
    for chain, interface in _CHAINS:
        # fmt: off
        yield (
            chain, "!", interface, "lo",
            "-m", "statistic", "--mode", "random", "--probability", f"{share:.4f}",
            "-m", "comment", "--comment", _MARK, "-j", "DROP",
        )
        # fmt: on


def _run(init: Init, words: tuple[str, ...], engine: Engine, *, must: bool = True) -> bool:
    """Whether iptables did it in the container's network. Raises RuntimeFailure where it `must`."""
    groups = ""
    if init.pid > 1:
        with suppress(OSError):
            groups = Path(f"/proc/{init.pid}/cgroup").read_text(encoding="ascii", errors="replace")
    if not init.container or init.container not in groups:
        if must:
            raise RuntimeFailure(
                f"no packet of {init.workload} can be lost: its process is not on this machine",
                "run seatrial on the engine's own machine, as root",
            )
        return False
    environment = _environment(engine.client)
    program = shutil.which("iptables", path=environment["PATH"]) or "iptables"
    nsenter = shutil.which("nsenter", path=environment["PATH"]) or "nsenter"
    try:
        done = subprocess.run(
            (nsenter, f"--net=/proc/{init.pid}/ns/net", program, "-w", *words),
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RuntimeFailure(f"iptables could not be run: {error}") from error
    if done.returncode and must:
        raise RuntimeFailure(
            f"iptables refused to lose packets of {init.workload}: {done.stderr.strip()[-200:]}",
            "the machine's kernel may lack the match `statistic` (xt_statistic)",
        )
    return done.returncode == 0


def _environment(client: Client) -> Mapping[str, str]:
    """That of the engine's process, where it can be seen, else ours."""
    found = dict(os.environ)
    with suppress(OSError, ValueError):
        raw = Path(f"/proc/{_serving(client.host)}/environ").read_bytes()
        pairs = (each.partition("=") for each in raw.decode(errors="replace").split("\0"))
        found = {name: value for name, equals, value in pairs if equals}
    found["PATH"] = f"{found.get('PATH', '')}:{_SBIN}:{os.environ.get('PATH', '')}"
    return found


def _serving(host: str) -> int:
    """The pid of who listens at a socket; see SO_PEERCRED in unix(7)."""
    with socket.socket(socket.AF_UNIX) as one:
        one.settimeout(_SECONDS)
        one.connect(host.removeprefix(_UNIX))
        raw = one.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", raw)[0])
