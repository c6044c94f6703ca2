"""Run an engine's program on files that nothing else uses."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from seatrial.contract.runtime import Executed, RuntimeFailure
from seatrial.runtimes.local.engines import Engines
from seatrial.runtimes.shared.brief import BRIEF

_SECONDS = 120.0


def examine(
    engines: Engines, engine: str, files: Mapping[str, str], argv: tuple[str, ...]
) -> Executed:
    """Lay out `files` in a scratch folder and run `argv` there. Raises RuntimeFailure."""
    program = engines.program(engine, argv[0])
    if program is None:
        raise RuntimeFailure(f"not installed: {engine}", f"run `seatrial engines install {engine}`")
    environment = {**os.environ, **BRIEF, **engines.environment(engine)}
    with tempfile.TemporaryDirectory(prefix="seatrial-") as folder:
        for path, text in files.items():
            place = Path(folder) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        try:
            done = subprocess.run(
                [str(program), *argv[1:]],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RuntimeFailure(f"{argv[0]} could not be run: {error}") from error
    return Executed(status=done.returncode, stdout=done.stdout, stderr=done.stderr)
