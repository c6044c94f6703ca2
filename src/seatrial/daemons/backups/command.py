"""Runs a program to its end, and says in a sentence how it failed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_LINES = 6  # of what it wrote
_CHUNK = 1 << 16  # bytes that are read at once
_LAST = 1.0  # seconds for what a killed program has left in its pipes
_ERROR = re.compile(r"\b(ERROR|FATAL)\b|: error:")


class CommandError(Exception):
    """It could not be run, ended with an error, or took too long; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A program that has ended: with which code, and what it wrote."""

    program: str
    code: int
    out: str
    err: str

    @property
    def failed(self) -> str:
        """How, in a sentence."""
        return f"{self.program} ended with {self.code}: {reason(self.err + chr(10) + self.out)}"


async def run(
    *argv: str,
    env: Mapping[str, str] | None = None,
    within: float,
    stdin: str = "",
    executable: str | None = None,
    into: Path | None = None,
) -> str:
    """What it wrote to standard output, where it ended well. Raises CommandError.

    With `into` that file holds it, and nothing is told.
    """
    found = await ended(
        *argv, env=env, within=within, stdin=stdin, executable=executable, into=into
    )
    if found.code:
        raise CommandError(found.failed)
    return found.out


async def ended(
    *argv: str,
    env: Mapping[str, str] | None = None,
    within: float,
    stdin: str = "",
    executable: str | None = None,
    cwd: Path | None = None,
    into: Path | None = None,
) -> Ended:
    """How it ended; `executable` is the program that is called by argv's name.

    What it writes to standard output goes `into` a file, as it is, where one is named.
    Raises CommandError where it cannot be run. It is killed, with all that it has started, where it
    takes longer than `within` seconds, which raises it, too, or nobody waits for it any more.
    """
    pipe = asyncio.subprocess.PIPE
    try:
        with into.open("wb") if into is not None else contextlib.nullcontext(pipe) as stdout:
            process = await asyncio.create_subprocess_exec(
                *argv,
                executable=executable,
                stdin=pipe,
                stdout=stdout,
                stderr=pipe,
                env={**os.environ, **(env or {})},
                cwd=cwd,
                start_new_session=True,
            )
    except OSError as error:
        where = f" in {cwd}" if cwd is not None else ""
        raise CommandError(f"{argv[0]} cannot be run{where}: {error.strerror}") from error
    whole = False
    program, out, err = argv[0].rpartition("/")[2], bytearray(), bytearray()
    try:
        async with asyncio.timeout(within):
            await asyncio.gather(
                _told(process.stdin, stdin),
                _heard(process.stdout, out),
                _heard(process.stderr, err),
                process.wait(),
            )
        whole = True
    except TimeoutError:
        said = reason(_text(err + b"\n" + out))
        last = f"; its last lines: {said}" if said else ""
        raise CommandError(f"{program} took over {within:.0f} s{last}") from None
    finally:
        if not whole:  # it may have ended, and what it has started goes on
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            # to their ends, which closes them; somebody who left the group may hold them open
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LAST):
                    await asyncio.gather(_heard(process.stdout, out), _heard(process.stderr, err))
    return Ended(program=program, code=process.returncode or 0, out=_text(out), err=_text(err))


async def _told(stream: asyncio.StreamWriter | None, text: str) -> None:
    if stream is None:
        return
    with contextlib.suppress(ConnectionError):  # it has closed its end: it says itself why
        stream.write(text.encode())
        await stream.drain()
        stream.close()
        await stream.wait_closed()


async def _heard(stream: asyncio.StreamReader | None, into: bytearray) -> None:
    while stream is not None and (read := await stream.read(_CHUNK)):
        into.extend(read)


def _text(said: bytes | bytearray) -> str:
    return said.decode(errors="replace")


def reason(text: str) -> str:
    """What a program's last lines say of its failure: from the first error on, where one is named.

    psql and pgBackRest name it so; the latter's warnings come before. Of what it quotes, which may
    be anything, only what can be printed stays.
    """
    lines = [_printed(each).strip() for each in text.splitlines() if each.strip()]
    first = next((i for i, each in enumerate(lines) if _ERROR.search(each)), None)
    chosen = lines[first:][:_LINES] if first is not None else lines[-_LINES:]
    return " / ".join(chosen)


def _printed(line: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in line)
