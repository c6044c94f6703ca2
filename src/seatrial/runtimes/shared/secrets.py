"""Generated secrets of one system, each a file of mode 0600."""

import re
import secrets
from pathlib import Path

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.shared.state import replace_text

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


def ensure(folder: Path, names: tuple[str, ...]) -> dict[str, str]:
    """The value of each secret; one that is not there yet is generated."""
    found: dict[str, str] = {}
    for name in names:
        if _NAME.fullmatch(name) is None:
            raise RuntimeFailure(f"{name!r} is not a secret's name")
        path = folder / name
        try:
            found[name] = path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            found[name] = secrets.token_urlsafe(24)
            replace_text(path, found[name], mode=0o600)
    return found
