"""What the machine itself writes, where, who may read it, and how a program makes it write.

Where systemd's journal is kept it holds everything, the kernel's messages too. Else these are the
files of a syslog daemon, and the kernel's own ring where none of them has its messages. So that no
line comes twice, what one source holds is not read from another. Standard library only: this very
file is also run in a container, where it looks at the machine of an engine. Formats: RFC 3164 for
what the syslog socket takes; the kernel's ABI document dev-kmsg.
"""

import os
import shutil
import socket
import stat
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

JOURNALS = ("run/log/journal", "var/log/journal")
_DAEMON = "run/systemd/journal/socket"  # of journald, as long as it runs
_EVERYTHING = ("var/log/syslog", "var/log/messages")
_LOGINS = ("var/log/auth.log", "var/log/secure")
_KERNELS = "var/log/kern.log"
KERNEL = "dev/kmsg"
SOCKET = "dev/log"
CURE = (
    "install a syslog daemon or systemd's journal; without either the kernel's messages are read by"
    " root alone"
)
_FREE = Path("/proc/sys/kernel/dmesg_restrict")
_WARNING = "<12>"  # of the facility user
_WRITER = "seatrial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What is read: the journal, or files, or the kernel's ring, in the last case beside files.

    `groups` are those in which a reader may open them. `takes`: the path of what a program writes
    to, so that its line is in one of these; empty where there is none. `unread`: a journal holds
    what none of these does, and no program is there that reads it.
    """

    journal: bool
    files: tuple[Path, ...]
    kernel: bool
    groups: tuple[int, ...]
    takes: str
    unread: bool = False

    @property
    def words(self) -> str:
        """As the reader is told, with commas."""
        named = [*map(str, self.files), *(("kernel",) if self.kernel else ())]
        return "journal" if self.journal else ",".join(named)


def sources(root: Path = Path("/"), *, privileged: bool | None = None) -> Sources:
    """Look at the machine whose files are below `root`; `privileged`: as root, by default if so."""
    mighty = os.geteuid() == 0 if privileged is None else privileged
    journals = [found for each in JOURNALS for found in (root / each).glob("*/*.journal")]
    kept = bool(journals) and (root / _DAEMON).exists()
    talk = str(root / SOCKET) if (root / SOCKET).is_socket() else ""
    if kept and _journalctl():
        groups = _groups(journals)
        return Sources(journal=True, files=(), kernel=False, groups=groups, takes=talk)
    whole = _first(root, _EVERYTHING)
    logins = _first(root, _LOGINS)
    kernels = () if whole else _first(root, (_KERNELS,))
    files = (*whole, *logins, *kernels)
    ring = root / KERNEL
    kernel = not (whole or kernels) and ring.is_char_device() and (mighty or _open(ring))
    takes = talk if whole else str(ring) if kernel and mighty else ""
    return Sources(
        journal=False,
        files=files,
        kernel=kernel,
        groups=_groups(files),
        takes=takes,
        unread=kept and not whole,
    )


def lacking(found: Sources) -> str:
    """Why the machine's lines cannot be proven to come in, in a sentence; or empty."""
    if not found.words:
        return f"this machine writes no journal and no syslog, or keeps them from us; {CURE}"
    if found.unread:
        return (
            f"{found.words.replace(',', ', ')} can be read, but this machine keeps a journal, and"
            " nothing is here that reads it; install a syslog daemon"
        )
    if not found.takes:
        return (
            f"{found.words.replace(',', ', ')} can be read, but nothing takes a line to be seen"
            f" there; {CURE}"
        )
    return ""


def write(takes: str, text: str) -> None:
    """Let the machine write a warning, by what `takes` one. Raises OSError.

    `${now}` becomes the instant of writing, by the clock of the machine that writes: a container
    that is to do it takes seconds to begin.
    """
    line = f"{_WARNING}{_WRITER}: {text}".replace("${now}", f"{time.time():.6f}").encode()
    if takes.endswith(SOCKET):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
            one.connect(takes)
            one.send(line)
        return
    file = os.open(takes, os.O_WRONLY)
    try:
        os.write(file, line + b"\n")  # without an end nobody sees it until another line comes
    finally:
        os.close(file)


@cache
def _journalctl() -> bool:
    return shutil.which("journalctl") is not None


def _first(root: Path, names: Iterable[str]) -> tuple[Path, ...]:
    return tuple(each for name in names if (each := root / name).is_file())[:1]


def _groups(files: Iterable[Path]) -> tuple[int, ...]:
    """Those to which the files are open; root's own is given to nobody."""
    found = set()
    for each in files:
        status = each.stat()
        if status.st_mode & stat.S_IRGRP and not status.st_mode & stat.S_IROTH and status.st_gid:
            found.add(status.st_gid)
    return tuple(sorted(found))


def _open(ring: Path) -> bool:
    """Whether an ordinary user may read the kernel's messages."""
    try:
        free = _FREE.read_text(encoding="ascii").strip() == "0"
    except OSError:
        free = False
    return free and os.access(ring, os.R_OK)
