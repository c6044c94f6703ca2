"""engine.json: what lies in an engine's folder. Its presence is what makes the folder complete."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME = "engine.json"
_HOME = "{home}"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A program's file as it was when it was installed: size in bytes, times in nanoseconds."""

    size: int
    mtime: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """An engine that can be run: its programs by name, and the environment they need.

    `source` says where it came from (`path`, `release`, `debian-trixie`, `debian`, `go`). `home`
    is its folder in the cache.
    """

    name: str
    version: str
    source: str
    programs: Mapping[str, Path] = field(hash=False)
    env: Mapping[str, str] = field(hash=False)
    home: Path
    stamps: Mapping[str, Stamp] = field(default_factory=dict, hash=False, repr=False)


def sha256(path: Path) -> str:
    """The digest of a file, in hexadecimal. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def stamp(path: Path) -> Stamp:
    """A program's size, time and digest. Raises OSError."""
    status = path.stat()
    return Stamp(size=status.st_size, mtime=status.st_mtime_ns, sha256=sha256(path))


def to_text(installed: Installed) -> str:
    """The text of engine.json. Paths below the home are relative, so the cache can be moved."""
    home = str(installed.home)
    programs = {
        name: {
            "path": _inside(str(path), home),
            "size": installed.stamps[name].size,
            "mtime": installed.stamps[name].mtime,
            "sha256": installed.stamps[name].sha256,
        }
        for name, path in sorted(installed.programs.items())
    }
    document = {
        "name": installed.name,
        "version": installed.version,
        "source": installed.source,
        "programs": programs,
        "env": {key: value.replace(home, _HOME) for key, value in installed.env.items()},
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def from_text(text: str, home: Path) -> Installed | None:
    """What engine.json says, or None where it is not one."""
    try:
        document = json.loads(text)
        return _read(document, home)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def load(home: Path) -> Installed | None:
    """The engine in this folder, when its programs are still what was installed.

    A file of the same size and time is taken for unchanged; another time (a copied cache) is
    settled by the digest.
    """
    try:
        text = (home / NAME).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    installed = from_text(text, home)
    if installed is None or not all(_unchanged(installed, name) for name in installed.programs):
        return None
    return installed


def verify(installed: Installed) -> tuple[str, ...]:
    """The programs whose bytes are no longer those that were installed: none when all is well."""
    wrong = []
    for name, path in sorted(installed.programs.items()):
        try:
            same = sha256(path) == installed.stamps[name].sha256
        except OSError:
            same = False
        if not same:
            wrong.append(name)
    return tuple(wrong)


def _unchanged(installed: Installed, name: str) -> bool:
    path, was = installed.programs[name], installed.stamps[name]
    try:
        status = path.stat()
        if status.st_size != was.size or not os.access(path, os.X_OK):
            return False
        return status.st_mtime_ns == was.mtime or sha256(path) == was.sha256
    except OSError:
        return False


def _inside(path: str, home: str) -> str:
    return path[len(home) + 1 :] if path.startswith(home + "/") else path


def _read(document: Any, home: Path) -> Installed:
    programs: dict[str, Path] = {}
    stamps: dict[str, Stamp] = {}
    for name, entry in document["programs"].items():
        programs[str(name)] = home / entry["path"]  # an absolute path stays itself
        stamps[str(name)] = Stamp(
            size=int(entry["size"]), mtime=int(entry["mtime"]), sha256=str(entry["sha256"])
        )
    if not programs:
        raise ValueError("no programs")
    env = {str(key): str(value) for key, value in document["env"].items()}
    return Installed(
        name=str(document["name"]),
        version=str(document["version"]),
        source=str(document["source"]),
        programs=programs,
        env={key: value.replace(_HOME, str(home)) for key, value in env.items()},
        home=home,
        stamps=stamps,
    )
