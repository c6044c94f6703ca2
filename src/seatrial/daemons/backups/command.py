"""Runs a program to its end, and says in a sentence how it failed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import Mapping

_LINES = 6  # of what it wrote
_ERROR = re.compile(r"\b(ERROR|FATAL)\b|: error:")


class CommandError(Exception):
    """It could not be run, ended with an error, or took too long; the message says which."""


async def run(
    *argv: str,
    env: Mapping[str, str] | None = None,
    within: float,
    stdin: str = "",
    executable: str | None = None,
) -> str:
    """What it wrote to standard output; `executable` is the program that is called by argv's name.

    Raises CommandError. It is killed, with all that it has started, where it takes longer than
    `within` seconds or nobody waits for it any more.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            executable=executable,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
    except OSError as error:
        raise CommandError(f"{argv[0]} cannot be run: {error.strerror}") from error
    try:
        async with asyncio.timeout(within):
            out, err = await process.communicate(stdin.encode())
    except TimeoutError:
        raise CommandError(f"{argv[0]} took over {within:.0f} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode:
        said = reason((err + b"\n" + out).decode(errors="replace"))
        program = argv[0].rpartition("/")[2]
        raise CommandError(f"{program} ended with {process.returncode}: {said}")
    return out.decode(errors="replace")


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
