"""The form of a bundle: an age file (age-encryption.org/v1) around a tar (POSIX pax).

Its first member is `manifest.json`: format, system, file, runtime, the instant at which it was
sealed, seatrial's version, and size and SHA-256 of every other member. Whoever has the key can open
it without seatrial: `age -d -i KEY BUNDLE | tar x`. The same content, instant and version give the
same tar; what age makes of it is another file each time.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable

import pyrage

from seatrial.daemons.sealer.content import SECRETS, Content

FORMAT = 1
MANIFEST = "manifest.json"
_OPEN, _CLOSED = 0o644, 0o600


def packed(content: Content, sealed: float, version: str) -> bytes:
    """The tar; `sealed` is in seconds since the epoch."""
    manifest = {
        "format": FORMAT,
        "system": content.system,
        "file": content.file,
        "runtime": content.runtime,
        "sealed": sealed,
        "seatrial": version,
        "members": content.digests,
    }
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
        for name, each in sorted(content.members.items()):
            _add(archive, name, each)
    return made.getvalue()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.mode = _CLOSED if name.startswith(SECRETS) else _OPEN
    archive.addfile(member, io.BytesIO(content))


def sealed(tar: bytes, recipients: Iterable[str]) -> bytes:
    """The bundle, which each of the recipients' keys opens. Raises ValueError."""
    try:
        own = [pyrage.x25519.Recipient.from_str(each) for each in recipients]
        return bytes(pyrage.encrypt(tar, own))
    except (pyrage.RecipientError, pyrage.EncryptError) as error:
        raise ValueError(f"nothing can be sealed to the recovery key: {error}") from error
