"""Where the local runtime keeps the state of one system on disk."""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ORIGIN = "origin.json"  # from which file the system was started
# what `up` writes first and last, and what it starts
_BEGUN = (ORIGIN, "subnet.json", "desired.json", "supervisord.conf", "supervisord.pid", "s.sock")


def homes_of(folder: Path) -> Mapping[str, "Home"]:
    """The home of every system whose file lies in that folder, by the system's name."""
    end = f"-{_digest(folder)}"
    return {
        path.name.removesuffix(end): Home(path)
        for path in sorted(_base().glob(f"*{end}"))
        if path.is_dir()
    }


def _digest(folder: Path) -> str:
    return hashlib.sha256(str(folder).encode()).hexdigest()[:8]


def _base() -> Path:
    chosen = os.environ.get("SEATRIAL_HOME")
    if chosen:
        return Path(chosen)
    if os.geteuid() == 0:
        return Path("/var/lib/seatrial")
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local/state")
    return Path(state) / "seatrial"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one system's state, and the paths in it."""

    path: Path

    @classmethod
    def of(cls, system: str, folder: Path) -> "Home":
        """As root under /var/lib/seatrial, else under XDG_STATE_HOME.

        Not beside the file: other uids must reach it, and a socket's path must stay short.
        """
        return cls(_base() / f"{system}-{_digest(folder)}")

    @property
    def begun(self) -> bool:
        """Whether `up` left something here that `down` has not removed yet, data aside."""
        return any((self.path / each).exists() for each in _BEGUN)

    @property
    def socket(self) -> Path:
        """Supervisord's control socket."""
        return self.path / "s.sock"

    @property
    def logs(self) -> Path:
        """Everything that workloads wrote."""
        return self.path / "logs"

    def replica(self, workload: str, replica: int) -> Path:
        """A replica's own folder: `${self.dir}`."""
        return self.path / "w" / workload / str(replica)

    def spec(self, workload: str, replica: int) -> Path:
        """How the launcher starts a replica; holds secrets, mode 0600."""
        return self.path / "specs" / f"{workload}.{replica}.json"

    @property
    def private(self) -> tuple[Path, ...]:
        """Folders that only the owner may enter; the launcher reads them before it drops root."""
        others = (self.path / each for each in ("specs", "prepared", "secrets"))
        return (self.logs, self.holds, *others)

    @property
    def holds(self) -> Path:
        """The folder of `held`."""
        return self.path / "held"

    def held(self, workload: str, replica: int) -> Path:
        """While this file is there, the launcher waits: the replica is held down."""
        return self.holds / f"{workload}.{replica}"

    def prepared(self, workload: str, replica: int) -> Path:
        """There once `prepare` has run for the replica's volumes."""
        return self.path / "prepared" / f"{workload}.{replica}"

    def read(self, name: str) -> Any:
        """A JSON file of the state, or None."""
        try:
            return json.loads((self.path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def write(self, name: str, document: Any) -> None:
        """A JSON file of the state, atomically."""
        replace_text(self.path / name, json.dumps(document, sort_keys=True), mode=0o600)


def replace_text(path: Path, text: str, *, mode: int, owner: int | None = None) -> None:
    """Write a file atomically with its mode and owner, and fsync it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".w-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        if owner is not None:
            os.chown(name, owner, owner)
        Path(name).replace(path)
    except BaseException:  # also Ctrl-C: a half-written file must not stay
        Path(name).unlink(missing_ok=True)
        raise
