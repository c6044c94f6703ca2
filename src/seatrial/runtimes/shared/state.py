"""The folder in which a runtime keeps the state of one system on this machine."""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

ORIGIN = "origin.json"  # from which file the system was started
# what `up` writes first and last
_BEGUN = (ORIGIN, "subnet.json", "desired.json")


@dataclass(frozen=True)  # no slots: a subclass asks super()
class State:
    """The folder, and JSON files in it."""

    path: Path

    @classmethod
    def of(cls, system: str, folder: Path, suffix: str = "") -> Self:
        """As root under /var/lib/seatrial, else under XDG_STATE_HOME; `suffix` names the runtime.

        Not beside the file: other uids must reach it, and a socket's path must stay short.
        """
        return cls(own_base() / f"{system}-{digest_of(folder)}{suffix}")

    @classmethod
    def lock(cls, system: str, folder: Path, of: str = "") -> Path:
        """The lock of a system, whatever runs it: two runtimes of one system are not both begun.

        Or that `of` a part of it, which is another one.
        """
        return own_base() / f"{system}-{digest_of(folder)}{of and f'-{of}'}.lock"

    @classmethod
    def folders(cls, system: str, folder: Path, base: Path) -> tuple[Path, ...]:
        """Where the state of a system may lie below another base, whatever runs it.

        Nowhere that can be seen, where the base may not be entered.
        """
        try:
            found = sorted(base.glob(f"{system}-{digest_of(folder)}*"))
            return tuple(path for path in found if path.is_dir())
        except OSError:
            return ()

    @classmethod
    def all_of(cls, folder: Path, suffix: str = "") -> Mapping[str, Self]:
        """The state of every system whose file lies in that folder, by the system's name."""
        end = f"-{digest_of(folder)}{suffix}"
        return {
            path.name.removesuffix(end): cls(path)
            for path in sorted(own_base().glob(f"*{end}"))
            if path.is_dir()
        }

    @property
    def begun(self) -> bool:
        """Whether `up` left something here that `down` has not removed yet, data aside."""
        return begun_in(self.path)

    def read(self, name: str) -> Any:
        """A JSON file of the state, or None."""
        try:
            return json.loads((self.path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def write(self, name: str, document: Any) -> None:
        """A JSON file of the state, atomically."""
        replace_text(self.path / name, json.dumps(document, sort_keys=True), mode=0o600)


def begun_in(path: Path) -> bool:
    """Whether `up` left something in the folder of a state; another user's may be asked, too."""
    return any(os.path.exists(path / each) for each in _BEGUN)  # noqa: PTH110 - it never raises


def own_base() -> Path:
    """The folder in which whoever runs this keeps the state of each system."""
    chosen = os.environ.get("SEATRIAL_HOME")
    if chosen:
        return Path(chosen)
    state = os.environ.get("XDG_STATE_HOME")
    if state and os.geteuid() != 0:
        return Path(state) / "seatrial"
    return default_base(os.geteuid(), str(Path.home()))


def default_base(uid: int, home: str) -> Path:
    """The same of a user whose environment names no other; `home` is where that user's home is."""
    return Path("/var/lib/seatrial") if uid == 0 else Path(home) / ".local/state/seatrial"


def digest_of(folder: Path) -> str:
    """Eight letters that tell the same system in two folders apart."""
    return hashlib.sha256(str(folder).encode()).hexdigest()[:8]


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
