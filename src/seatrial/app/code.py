"""What the user's own code is today: one digest of the files that a service is made of.

The files are those of its build folder as a build sees them, without what its `.dockerignore`
leaves out; or, where it has none, of the system's folder, in which `run` starts it. What cannot
be had whole has no digest, and says why: evidence on it is never green.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.app.ignore import Ignored, read_ignored
from seatrial.system.service import Service, words_of

MOST_FILES = 20_000
MOST_BYTES = 256 * 2**20
# What tools leave beside code; installed packages are pinned by the files that list them.
NOISE = frozenset(
    (
        *(".git", ".hg", ".svn", ".seatrial", ".venv", "venv", "node_modules", "__pycache__"),
        *(".pytest_cache", ".mypy_cache", ".ruff_cache", ".tox", ".DS_Store"),
    )
)
# A folder that holds all of these holds a report of ours, which must not make itself stale.
REPORT = frozenset({"report.json", "report.html", "junit.xml", "signing.pub", "artefacts"})
_BUILT_BY = ("Dockerfile", ".dockerignore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A SHA-256 in hex; or it is empty, and `lacking` says in a few words why."""

    digest: str = ""
    lacking: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tree:
    """One path below a build folder: the digest of all its files, their number, their bytes."""

    digest: str
    files: int
    size: int


class _Lacking(Exception):  # noqa: N818 - an answer, not a failure
    """Why there is no digest."""


@dataclass(frozen=True, kw_only=True)
class Codes:
    """The code of each service of a system, read once. `folder` is absolute and without links.

    `described` are the files of the description itself, which evidence rests on part by part;
    `runtime` is where it runs: local processes are not made from images.
    """

    folder: Path
    runtime: str
    described: frozenset[Path] = frozenset()
    _trees: dict[tuple[Path, str], _Tree | _Lacking] = field(default_factory=dict, repr=False)
    _ignored: dict[Path, Ignored] = field(default_factory=dict, repr=False)

    def of(self, service: Service) -> Code:
        """The code of a service as it is on the disk, or as its image is pinned."""
        image = service.image
        if image is not None and not (self.runtime == "local" and service.run):
            if "@sha256:" in image:
                return Code(digest=hashlib.sha256(image.encode()).hexdigest())
            return Code(lacking=f"{image} may be another image tomorrow: name it by its digest")
        try:
            return Code(digest=self._digest(service))
        except _Lacking as reason:
            return Code(lacking=str(reason))
        except OSError as error:
            name = _below(self.folder, error.filename)
            return Code(lacking=f"{name} cannot be read ({error.strerror})")

    def _digest(self, service: Service) -> str:
        root = Path(os.path.realpath(self.folder / (service.build or ".")))
        wanted = service.code or (".",)
        if service.code:
            wanted += tuple(each for each in _BUILT_BY if (root / each).is_file())
        found = {each: self._tree(root, each) for each in wanted}
        if (
            sum(each.files for each in found.values()) > MOST_FILES
            or sum(each.size for each in found.values()) > MOST_BYTES
        ):
            raise _too_large(_below(self.folder, root))
        parts = {name: each.digest for name, each in sorted(found.items())}
        program = words_of(service.run or "")[:1]
        if program and program[0].startswith("/"):
            parts[program[0]] = _file(Path(program[0]))
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _tree(self, root: Path, entry: str) -> _Tree:
        """Read once: many services share a folder."""
        key = (root, entry)
        if key not in self._trees:
            try:
                self._trees[key] = self._read(root, entry)
            except _Lacking as reason:
                self._trees[key] = reason
        found = self._trees[key]
        if isinstance(found, _Lacking):
            raise found
        return found

    def _read(self, root: Path, entry: str) -> _Tree:
        start = Path(os.path.realpath(root / entry))
        if not start.is_relative_to(root):
            raise _Lacking(f"{entry} leads out of {_below(self.folder, root)}")
        if not start.exists():
            raise _Lacking(f"{_below(self.folder, start)} is not there")
        if root not in self._ignored:
            self._ignored[root] = read_ignored(root / ".dockerignore")
        total = hashlib.sha256()
        files = size = 0
        for path, info in _walk(root, start, self._ignored[root], self.described):
            files += 1
            size += info.st_size if stat.S_ISREG(info.st_mode) else 0
            if files > MOST_FILES or size > MOST_BYTES:
                raise _too_large(_below(self.folder, root))
            line = [path.relative_to(root).as_posix(), *_content(root, path, info)]
            total.update(json.dumps(line).encode() + b"\n")
        return _Tree(digest=total.hexdigest(), files=files, size=size)


def _walk(
    root: Path, start: Path, ignored: Ignored, described: frozenset[Path]
) -> Iterator[tuple[Path, os.stat_result]]:
    """Every file and link from `start` on, in one order everywhere, and no noise."""
    if not stat.S_ISDIR((info := start.lstat()).st_mode):
        yield start, info
        return
    waiting = [start]
    while waiting:
        folder = waiting.pop()
        paths = sorted(folder.iterdir())
        skipped = NOISE | REPORT if {each.name for each in paths} >= REPORT else NOISE
        for path in paths:
            if path.name in skipped or path.suffix == ".pyc" or path in described:
                continue
            left_out = ignored.leaves_out(path.relative_to(root).as_posix())
            info = path.lstat()
            if stat.S_ISDIR(info.st_mode):
                if not left_out or ignored.excepts:
                    waiting.append(path)
            elif not left_out:
                yield path, info


def _content(root: Path, path: Path, info: os.stat_result) -> tuple[str, ...]:
    """What counts of a file: whether it can be run, and its content; of a link, where it leads."""
    if stat.S_ISLNK(info.st_mode):
        if not Path(os.path.realpath(path)).is_relative_to(root):
            raise _Lacking(f"{path.relative_to(root)} leads out of its folder")
        return ("link", str(path.readlink()))
    if not stat.S_ISREG(info.st_mode):
        return ("other",)  # a socket or a pipe: nothing is read from it
    return ("run" if info.st_mode & stat.S_IXUSR else "file", _file(path))


def _file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _too_large(name: str) -> _Lacking:
    most = f"{MOST_FILES} files or {MOST_BYTES >> 20} MiB"
    return _Lacking(f"{name} holds more than {most}: name its own files in `code`")


def _below(folder: Path, path: object) -> str:
    """A path as the file would write it."""
    name = Path(str(path))
    return str(name.relative_to(folder)) if name.is_relative_to(folder) else str(name)
