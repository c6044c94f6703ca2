"""Network bridges by the kernel's own calls: a fresh machine need not have the program `ip`.

Numbers are those of linux/sockios.h, see netdevice(7).
"""

import contextlib
import fcntl
import socket
import struct
from pathlib import Path

_ADD, _DELETE = 0x89A0, 0x89A1
_GET_FLAGS, _SET_FLAGS = 0x8913, 0x8914
_UP = 1
_NET = Path("/sys/class/net")


def bridges() -> tuple[str, ...]:
    """The names of all bridges of this machine."""
    return tuple(sorted(each.parent.name for each in _NET.glob("*/bridge")))


def add(name: str) -> None:
    """Make a bridge, unless it is there. Raises OSError."""
    with contextlib.suppress(FileExistsError), _socket() as opened:
        fcntl.ioctl(opened, _ADD, _name(name))


def delete(name: str) -> None:
    """Take a bridge away, unless it is gone. Raises OSError."""
    if not (_NET / name / "bridge").exists():
        return
    with _socket() as opened:
        flags = struct.unpack("16sH14x", fcntl.ioctl(opened, _GET_FLAGS, _request(name, 0)))[1]
        fcntl.ioctl(opened, _SET_FLAGS, _request(name, flags & ~_UP))
        fcntl.ioctl(opened, _DELETE, _name(name))


def _socket() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def _name(name: str) -> bytes:
    return struct.pack("16s", name.encode())


def _request(name: str, flags: int) -> bytes:
    return struct.pack("16sH14x", name.encode(), flags)
