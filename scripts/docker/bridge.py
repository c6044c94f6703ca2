"""Network bridges by the kernel's own calls: a fresh machine need not have the program `ip`.

Numbers are those of linux/sockios.h, see netdevice(7).
"""

import contextlib
import errno
import fcntl
import re
import socket
import struct

_ADD, _DELETE = 0x89A0, 0x89A1
_GET_FLAGS, _SET_FLAGS = 0x8913, 0x8914
_UP = 1
_OF_DOCKER = re.compile(r"br-[0-9a-f]{12}")


def bridges() -> tuple[str, ...]:
    """The bridges of this network namespace that Docker named."""
    names = (name for _, name in socket.if_nameindex())
    return tuple(sorted(name for name in names if _OF_DOCKER.fullmatch(name)))


def add(name: str) -> None:
    """Make a bridge, unless it is there. Raises OSError."""
    with contextlib.suppress(FileExistsError), _socket() as opened:
        fcntl.ioctl(opened, _ADD, _name(name))


def delete(name: str) -> None:
    """Take a bridge away, unless it is gone. Raises OSError."""
    with _socket() as opened:
        try:
            flags = _flags(opened, name)
            fcntl.ioctl(opened, _SET_FLAGS, _request(name, flags & ~_UP))
            fcntl.ioctl(opened, _DELETE, _name(name))
        except OSError as error:
            if error.errno not in (errno.ENODEV, errno.ENXIO):
                raise


def up(name: str) -> None:
    """Take an interface into use. Raises OSError."""
    with _socket() as opened:
        fcntl.ioctl(opened, _SET_FLAGS, _request(name, _flags(opened, name) | _UP))


def _flags(opened: socket.socket, name: str) -> int:
    told = fcntl.ioctl(opened, _GET_FLAGS, _request(name, 0))
    return int(struct.unpack("16sH14x", told)[1])


def _socket() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def _name(name: str) -> bytes:
    return struct.pack("16s", name.encode())


def _request(name: str, flags: int) -> bytes:
    return struct.pack("16sH14x", name.encode(), flags)
