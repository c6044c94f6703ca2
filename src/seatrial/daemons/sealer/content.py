"""What is sealed: the user's files, and the secrets, as `seatrial up` laid them down."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILES, SECRETS = "files/", "secrets/"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Content:
    """It has no representation that would tell it.

    `file` is the name of the system's file, `runtime` what it runs on. `members` are the contents
    by name: `files/...` relative to the folder of that file, `secrets/NAME`.
    """

    system: str
    file: str
    runtime: str
    members: Mapping[str, bytes]

    @property
    def digests(self) -> dict[str, dict[str, str | int]]:
        """Of each member, by name: `sha256` in hex, `size` in bytes."""
        return {
            name: {"sha256": hashlib.sha256(each).hexdigest(), "size": len(each)}
            for name, each in sorted(self.members.items())
        }

    @property
    def digest(self) -> str:
        """SHA-256 of all that would be sealed, in hex: another one is another content.

        Secrets that are drawn are in it, so that nobody can guess the others from it.
        """
        told = [self.system, self.file, self.runtime, self.digests]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def read(described: Path, secrets: Path) -> Content:
    """What is there now. Raises OSError and ValueError.

    `described` is JSON of system, file, runtime, files (Base64 by path) and the names of secrets;
    `secrets` is the folder with a file for each. What else lies there is of another time.
    """
    found = json.loads(described.read_text(encoding="utf-8"))
    try:
        members = {
            FILES + path: base64.b64decode(text, validate=True)
            for path, text in found["files"].items()
        }
        own = {"system": found["system"], "file": found["file"], "runtime": found["runtime"]}
        names = sorted(found["secrets"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{described}: {error!r}") from error
    members |= {SECRETS + name: (secrets / name).read_bytes() for name in names}
    return Content(**own, members=members)
