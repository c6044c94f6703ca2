"""A sealed bundle, opened and held against its own manifest before anything of it is believed.

What seals it is daemons/sealer, whose bundle.py says what its form is.
"""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from seatrial.app.unclear import Unclear
from seatrial.system.base import LABEL

FILES, SECRETS, MANIFEST = "files/", "secrets/", "manifest.json"
_FORMAT = 1
_MOST = 256 << 20  # bytes of a bundle; the file and all that it names are megabytes
_BEGINS = b"age-encryption.org/v1"
_OTHER_KEY = "No matching keys found"  # pyrage's words
_ANOTHER = "take another bundle: each place has those of many days"
_SECRET = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Bundle:
    """What was in it; it has no representation that would tell it.

    `sealed` is in seconds since the epoch. `file` is the name of the system's file, `runtime` what
    it ran on, `seatrial` the version that sealed it. `files` are by path relative to the file's
    folder, `secrets` by name.
    """

    system: str
    file: str
    runtime: str
    sealed: float
    seatrial: str
    files: Mapping[str, bytes]
    secrets: Mapping[str, bytes]


def opened(path: Path, keys: Iterable[str]) -> Bundle:
    """The bundle of a file, opened with one of these keys. Raises Unclear."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST + 1)
    except OSError as error:
        raise Unclear(f"{path} cannot be read: {error.strerror}", "name a bundle") from error
    if not content.startswith(_BEGINS) or len(content) > _MOST:
        raise Unclear(
            f"{path} is no bundle", "name one that `seatrial backup system --out FILE` wrote"
        )
    try:
        return _read(_unsealed(path, content, keys))
    except _Damaged as damaged:
        raise Unclear(f"{path} is damaged: {damaged}", _ANOTHER) from damaged


class _Damaged(Exception):  # noqa: N818 - a finding
    """What is wrong with it."""


def _unsealed(path: Path, content: bytes, keys: Iterable[str]) -> bytes:
    import pyrage  # noqa: PLC0415 - most commands open nothing

    try:
        own = [pyrage.x25519.Identity.from_str(each) for each in keys]
    except pyrage.IdentityError as error:
        raise Unclear("the key cannot be read", "it was cut or mistyped; use its copy") from error
    try:
        return bytes(pyrage.decrypt(content, own))
    except pyrage.DecryptError as error:
        if str(error) == _OTHER_KEY:
            raise Unclear(
                f"the key does not open {path}",
                "it was sealed to another one: use the key whose other half stood under"
                " backup.recovery_key then",
            ) from error
        raise _Damaged(str(error)) from error


def _read(tar: bytes) -> Bundle:
    try:
        with tarfile.open(fileobj=io.BytesIO(tar), mode="r:") as archive:
            found = {each.name: _content(archive, each) for each in archive.getmembers()}
        manifest: dict[str, Any] = json.loads(found.pop(MANIFEST))
        if manifest["format"] != _FORMAT:
            raise Unclear(
                f"the bundle is of the format {manifest['format']}, and this seatrial reads"
                f" {_FORMAT}",
                f"use seatrial {manifest.get('seatrial', 'of its time')} or newer",
            )
        _held_against(found, manifest["members"])
        return Bundle(
            system=_system(manifest["system"]),
            **{name: str(manifest[name]) for name in ("file", "runtime", "seatrial")},
            sealed=float(manifest["sealed"]),
            files={_path(name): each for name, each in found.items() if name.startswith(FILES)},
            secrets={
                _name(name): each.decode().encode()  # `up` reads them as text
                for name, each in found.items()
                if name.startswith(SECRETS)
            },
        )
    except (tarfile.TarError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise _Damaged(f"{type(error).__name__}: {error}") from error


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    opened = archive.extractfile(member)
    if opened is None or not member.isreg():
        raise ValueError(f"{member.name} is no file")
    return opened.read()


def _held_against(found: Mapping[str, bytes], members: Mapping[str, Any]) -> None:
    if found.keys() != members.keys():
        lacking = sorted(found.keys() ^ members.keys())
        raise _Damaged(f"its manifest and what is in it differ by {', '.join(lacking)}")
    for name, content in found.items():
        if hashlib.sha256(content).hexdigest() != members[name]["sha256"]:
            raise _Damaged(f"{name} is not what was sealed")


def _system(name: str) -> str:
    """It becomes a part of the path of the state. Raises ValueError."""
    if re.fullmatch(LABEL, name) is None:
        raise ValueError("it does not name its system")
    return name


def _path(name: str) -> str:
    """Where a file goes, which is nowhere but below the folder. Raises ValueError."""
    path = PurePosixPath(name.removeprefix(FILES))
    if path.is_absolute() or not path.parts or ".." in path.parts:
        raise ValueError(f"{name} leads out of the folder")
    return str(path)


def _name(name: str) -> str:
    found = name.removeprefix(SECRETS)
    if _SECRET.fullmatch(found) is None:
        raise ValueError(f"{name} is no secret's name")
    return found
