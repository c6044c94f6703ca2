"""Runs the programs that an installation needs, and takes them down with it."""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from seatrial.runtimes.local.install.failure import Interrupted, Unavailable
from seatrial.runtimes.shared.leash import leash

_KEPT_OUT = ("LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHONPATH", "PYTHONHOME", "APT_CONFIG")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a command ended, and everything it printed on both streams."""

    code: int
    output: str

    @property
    def ok(self) -> bool:
        """Whether it said that all went well."""
        return self.code == 0


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The caller's environment, in the C locale, without what would bend other programs."""
    kept = {key: value for key, value in os.environ.items() if key not in _KEPT_OUT}
    return {**kept, "LC_ALL": "C", **(extra or {})}


@dataclass(slots=True)
class Commands:
    """The commands that run now. Safe to share between threads.

    Each runs in a session of its own, dies with the thread that started it (where `setpriv` is
    there, so also when seatrial is killed), and is killed by `stop`.
    """

    _live: set[subprocess.Popen[bytes]] = field(default_factory=set)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _stopped: bool = False

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped

    def run(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 120,
    ) -> Finished:
        """Run to the end, at most `timeout` seconds. Raises Unavailable or Interrupted."""
        process = self.start(argv, env=env, cwd=cwd, output=subprocess.PIPE)
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise Unavailable(f"{Path(argv[0]).name} took over {timeout:.0f} s") from None
        finally:
            self.end(process)
        if self._stopped:
            raise Interrupted("interrupted")
        return Finished(code=process.returncode, output=output.decode(errors="replace"))

    def start(
        self,
        argv: Sequence[str],
        *,
        output: int | IO[bytes],
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: int | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start without waiting; the caller must call `end`. `user` is a uid to run as."""
        with self._guard:
            if self._stopped:
                raise Interrupted("interrupted")
            try:
                process = subprocess.Popen(
                    [*leash(), *argv],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=environment(env),
                    cwd=cwd,
                    start_new_session=True,
                    user=user,
                    group=user,
                    extra_groups=None if user is None else [],
                )
            except OSError as error:
                raise Unavailable(f"{argv[0]} does not start: {error.strerror}") from error
            self._live.add(process)
        return process

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Kill what is left of a command and its children, and collect it."""
        _kill(process)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        with self._guard:
            self._live.discard(process)

    def stop(self) -> None:
        """Kill everything, and start nothing any more."""
        with self._guard:
            self._stopped = True
            for process in self._live:
                _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:  # collected: its group's number may be someone else's by now
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
