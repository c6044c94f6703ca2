"""To a container engine on another machine through ssh: its socket, and the ports it publishes.

The program `ssh` is used, as Docker's own command line does, so that the user's configuration,
keys, agent and jump hosts hold. Addresses are ssh://[USER@]HOST[:PORT][/SOCKET].
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from seatrial.contract.runtime import RuntimeFailure

_SOCKET = "/var/run/docker.sock"
_OPEN_S = 30.0
_ASK_S = 15.0
_TRIES = 3
_HERE = "127.0.0.1"
_OPTIONS = (
    *("-o", "BatchMode=yes"),  # nobody is there to type a password
    *("-o", "ConnectTimeout=10"),
    *("-o", "ServerAliveInterval=15"),
    *("-o", "ExitOnForwardFailure=yes"),
    *("-o", "ControlPersist=no"),
)


class Tunnel:
    """One connection to the machine of `url`, opened at once; it ends with this process.

    Raises RuntimeFailure: no ssh here, not let in, no such socket there.
    """

    def __init__(self, url: str) -> None:
        """Returns when the engine's socket can be reached."""
        found = urlsplit(url)
        program = shutil.which("ssh")
        if program is None:
            raise RuntimeFailure("the program ssh is not there", "install OpenSSH's client")
        self._url = url
        self._folder = Path(tempfile.mkdtemp(prefix="seatrial-"))
        self._ports: dict[tuple[str, int], int] = {}
        port = ("-p", str(found.port)) if found.port else ()
        user = ("-l", found.username) if found.username else ()
        self._ssh = (program, *_OPTIONS, "-S", str(self._folder / "control"), *port, *user)
        self._host = found.hostname or ""
        there = found.path if found.path not in {"", "/"} else _SOCKET
        master = (*self._ssh, "-M", "-T", "-L", f"{self.socket}:{there}", "--", self._host, "cat")
        # `cat` ends when its input does, and then the folder goes: also after a kill -9 of ours
        self._master = subprocess.Popen(
            ("sh", "-c", '"$@"; told=$?; rm -rf "$0"; exit $told', str(self._folder), *master),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C is ours to answer: faults must be undone first
        )
        try:
            self._wait()
        except BaseException:  # also Ctrl-C: nobody has the tunnel yet who could close it
            self.close()
            raise

    @property
    def socket(self) -> Path:
        """The engine's socket, here; its folder is this user's alone."""
        return self._folder / "engine"

    def _wait(self) -> None:
        until = time.monotonic() + _OPEN_S
        while not (self.socket.exists() and self._forwarding()):
            if self._master.poll() is not None or time.monotonic() > until:
                raise self._refused(self._said())
            time.sleep(0.05)

    def _forwarding(self) -> bool:
        """Whether the master takes orders: then it is let in, and listens."""
        return (self._folder / "control").exists()

    def _said(self) -> str:
        """The last line of an ssh that has ended, or is ended now."""
        self._kill()
        _, told = self._master.communicate()
        lines = [each.strip() for each in told.decode(errors="replace").splitlines()]
        return next((each for each in reversed(lines) if each), "it does not answer")

    def _refused(self, why: str) -> RuntimeFailure:
        return RuntimeFailure(
            f"the container engine at {self._url} cannot be reached: {why}",
            "see what `ssh` says; it must let you in without a password (a key, an agent)",
        )

    def to(self, address: str, port: int) -> tuple[str, int]:
        """Where a port of the engine's machine is reached on this one. Raises RuntimeFailure."""
        if (address, port) not in self._ports:
            self._ports[address, port] = self._forward(address, port)
        return _HERE, self._ports[address, port]

    def _forward(self, address: str, port: int) -> int:
        told = ""
        for _ in range(_TRIES):  # a free port may be taken before ssh has it
            here = _free()
            order = ("-O", "forward", "-L", f"{_HERE}:{here}:{address}:{port}")
            try:
                done = subprocess.run(
                    (*self._ssh, *order, "--", self._host),
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    errors="replace",
                    timeout=_ASK_S,
                    check=False,
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                raise self._refused(str(error)) from error
            if done.returncode == 0:
                return here
            told = done.stderr.strip()
        raise self._refused(told or "it forwards no port")

    def close(self) -> None:
        """End the connection; what went through it is cut."""
        self._kill()
        self._master.wait()
        for each in (self._master.stdin, self._master.stderr):
            if each is not None:
                with suppress(OSError):
                    each.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _kill(self) -> None:
        """Also what is in front of ssh: both are a session of their own."""
        with suppress(OSError):
            os.killpg(self._master.pid, signal.SIGKILL)


def _free() -> int:
    with socket.socket() as asked:
        asked.bind((_HERE, 0))
        number: int = asked.getsockname()[1]
    return number
