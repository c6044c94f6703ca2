"""Asks programs for their version, and starts them to see that they run here."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from seatrial.contract.engine import Engine
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import Unavailable, refusal
from seatrial.runtimes.local.install.own import home_of
from seatrial.runtimes.local.install.version import found_in, new_enough

_ADDRESS = "127.0.0.1"
_NOBODY = 65534
_WITHIN = 20.0
_GRACE = 5.0
_PAUSE = 0.05


def version_of(
    engine: Engine, programs: Mapping[str, Path], env: Mapping[str, str], commands: Commands
) -> str:
    """The version that the programs tell. Raises Unavailable: none told, or too old."""
    program, *rest = engine.version.argv
    ended = commands.run([str(programs[program]), *rest], env=env, timeout=20)
    version = found_in(ended.output, engine.version.pattern)
    if version is None:
        raise refusal(f"{program} does not tell its version", ended.output)
    if not new_enough(version, engine.minimum):
        raise Unavailable(f"version {version} is older than {engine.minimum}")
    return version


def starts(
    engine: Engine,
    programs: Mapping[str, Path],
    env: Mapping[str, str],
    *,
    work: Path,
    commands: Commands,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Start the engine in a scratch folder until it takes a connection. Raises Unavailable.

    One that serves nothing has shown that it runs once all that prepares it has ended well.
    As root it runs as nobody: workloads will not be root either, and PostgreSQL refuses to be.
    """
    check = engine.start
    user = _NOBODY if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(dir=work, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        port = free_port()
        words = {"{dir}": name, "{address}": _ADDRESS, "{port}": str(port)}
        words["{home}"] = str(home_of(programs[engine.main], engine))
        for file, text in check.files.items():
            (folder / file).write_text(_filled(text, words), encoding="utf-8")
        if user is not None:
            _hand_over(folder, user)
        process_env = {**env, **{key: _filled(value, words) for key, value in check.env.items()}}
        with (folder / "output").open("w+b") as log:
            for argv in check.prepare:
                process = commands.start(
                    _argv(argv, programs, words), output=log, env=process_env, cwd=folder, user=user
                )
                _wait(process, commands, log_of=lambda: _read(folder))
            if not check.argv:
                return
            process = commands.start(
                _argv(check.argv, programs, words),
                output=log,
                env=process_env,
                cwd=folder,
                user=user,
            )
            try:
                _answers(process, port, lambda: _read(folder), now, sleep)
                process.send_signal(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_GRACE)
            finally:
                commands.end(process)


def free_port() -> int:
    """A TCP port that nothing listens on now."""
    with socket.socket() as one:
        one.bind((_ADDRESS, 0))
        return int(one.getsockname()[1])


def _answers(
    process: "subprocess.Popen[bytes]",
    port: int,
    log_of: Callable[[], str],
    now: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    deadline = now() + _WITHIN
    while now() < deadline:
        if process.poll() is not None:
            raise refusal(f"it ended at its start with code {process.returncode}", log_of())
        with contextlib.suppress(OSError), socket.create_connection((_ADDRESS, port), timeout=1):
            return
        sleep(_PAUSE)
    raise refusal(f"it took no connection within {_WITHIN:.0f} s", log_of())


def _wait(
    process: "subprocess.Popen[bytes]", commands: Commands, log_of: Callable[[], str]
) -> None:
    try:
        code = process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        raise Unavailable("preparing its start took over 60 s") from None
    finally:
        commands.end(process)
    if code != 0:
        raise refusal(f"preparing its start failed with code {code}", log_of())


def _argv(
    argv: tuple[str, ...], programs: Mapping[str, Path], words: Mapping[str, str]
) -> list[str]:
    return [str(programs[argv[0]]), *(_filled(word, words) for word in argv[1:])]


def _filled(text: str, words: Mapping[str, str]) -> str:
    for mark, value in words.items():
        text = text.replace(mark, value)
    return text


def _hand_over(folder: Path, user: int) -> None:
    for path in (folder, *folder.iterdir()):
        os.chown(path, user, user)


def _read(folder: Path) -> str:
    try:
        return (folder / "output").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
