"""Where the servers' programs are: on PATH, where Debian puts them, or in seatrial's cache."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

_OWN = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "seatrial"
_SYSTEM = Path("/var/cache/seatrial")  # root's
_CACHE = Path(os.environ.get("SEATRIAL_CACHE") or (_OWN if os.geteuid() else _SYSTEM)) / "engines"
_DEBIAN_POSTGRES = Path("/usr/lib/postgresql")


class ProgramMissingError(Exception):
    """A server is not installed; the text says how to get it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """An executable, and the variables that it needs beside the usual ones."""

    path: str
    environment: dict[str, str]


def find(name: str) -> Program:
    """The program `name`. Raises ProgramMissingError."""
    if on_path := shutil.which(name):
        return Program(path=on_path, environment={})
    # Debian keeps `initdb` and `postgres` off PATH, in a folder for each version.
    for folder in sorted(_DEBIAN_POSTGRES.glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return Program(path=str(folder / name), environment={})
    for path in sorted(_CACHE.glob(f"*/*/bin/{name}"), reverse=True):
        return Program(path=str(path), environment=_environment(path.parent.parent))
    raise ProgramMissingError(
        f"{name} is neither on PATH nor in {_DEBIAN_POSTGRES} nor in {_CACHE}: install PostgreSQL"
        " and Redis (Debian: postgresql, redis-server), or run `seatrial engines install`"
    )


def _environment(home: Path) -> dict[str, str]:
    """Variables from the engine's description; packages unpacked there bring own libraries."""
    description = home / "engine.json"
    if not description.exists():
        return {}
    variables = json.loads(description.read_text()).get("env", {})
    return {name: value.replace("{home}", str(home)) for name, value in variables.items()}
