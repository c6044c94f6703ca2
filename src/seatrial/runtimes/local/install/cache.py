"""The cache of engines on disk: its place, its lock, and what makes a folder complete.

    <root>/engines/<name>/<version>-<source>/engine.json   complete, and only then
    <root>/work/                                           of the installation that runs now
    <root>/lock                                            held by it

Everything is made below `work/` and moved into place at the end by one rename, so that a reader
never sees half of it, whenever the power goes.
"""

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from seatrial.runtimes.local.install import record

_SHARED = 0o755


@dataclass(frozen=True, slots=True)
class Cache:
    """The folder of all engines, and the paths in it."""

    root: Path

    @property
    def work(self) -> Path:
        """Where engines are made; empty between installations."""
        return self.root / "work"

    @property
    def engines(self) -> Path:
        """Where complete engines lie."""
        return self.root / "engines"

    def of(self, engine: str) -> Path:
        """The folder of every version of one engine."""
        return self.engines / engine


def default_root(environ: Mapping[str, str], *, root: bool, home: Path) -> Path:
    """$SEATRIAL_CACHE, else /var/cache/seatrial for root, else by the XDG base directories."""
    chosen = environ.get("SEATRIAL_CACHE")
    if chosen:
        return Path(chosen).absolute()
    if root:
        return Path("/var/cache/seatrial")
    base = environ.get("XDG_CACHE_HOME")
    # The XDG specification: a relative path there is invalid and ignored.
    return (Path(base) if base and base.startswith("/") else home / ".cache") / "seatrial"


def open_cache(root: Path | None = None) -> Cache:
    """The cache at `root`, else at this user's place. Nothing is created."""
    if root is None:
        root = default_root(os.environ, root=os.geteuid() == 0, home=Path.home())
    return Cache(root)


@contextlib.contextmanager
def held(cache: Cache, waiting: Callable[[], None]) -> Iterator[Path]:
    """Hold the cache against other installations; gives a fresh folder to work in.

    Calls `waiting` once when another one has it, and waits. Remains of an installation that was
    killed are swept first, our own folder at the end. Raises OSError.
    """
    _make(cache.root)
    with (cache.root / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        _sweep(cache)
        _make(cache.work)
        folder = fresh(cache.work)
        try:
            yield folder
        finally:
            remove(folder)


def sweep(cache: Cache) -> bool:
    """Remove what a killed installation left. False while another one runs, or with no cache."""
    if not cache.root.is_dir():
        return False
    with (cache.root / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        _sweep(cache)
    return True


def fresh(parent: Path) -> Path:
    """A new folder that every user of the machine may enter (mkdtemp's own mode is 0700)."""
    folder = Path(tempfile.mkdtemp(dir=parent))
    folder.chmod(_SHARED)
    return folder


def publish(
    cache: Cache, stage: Path, made: record.Installed, flush: Callable[[Path], None]
) -> Path:
    """Move a finished folder into its place, durably; gives the place.

    `made` speaks of paths below `stage`; `flush` writes a folder's bytes to the disk. The old
    folder of the same name, which `record.load` refused, makes room. Raises OSError.
    """
    share(stage)
    text = record.to_text(made)
    with (stage / record.NAME).open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    flush(stage)
    parent = cache.of(made.name)
    _make(parent)
    place = parent / f"{made.version}-{made.source}"
    if place.exists():
        place.rename(fresh(cache.work) / "old")
    stage.rename(place)
    _flush_folder(parent)
    return place


def records(cache: Cache, engine: str) -> tuple[record.Installed, ...]:
    """Every complete installation of one engine."""
    try:
        folders = sorted(cache.of(engine).iterdir())
    except OSError:
        return ()
    return tuple(found for folder in folders if (found := record.load(folder)) is not None)


def free(cache: Cache) -> int:
    """Bytes that the cache's disk still takes."""
    folder = cache.root
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def remove(folder: Path) -> None:
    """Remove a folder, also when a killed installation's last child still writes into it.

    What does not go now is swept by the next installation.
    """
    shutil.rmtree(folder, ignore_errors=True)


def _sweep(cache: Cache) -> None:
    for folder in cache.work.iterdir() if cache.work.is_dir() else ():
        remove(folder)
    if not cache.engines.is_dir():
        return
    for engine in cache.engines.iterdir():
        for version in engine.iterdir() if engine.is_dir() else ():
            if not (version / record.NAME).is_file():
                remove(version)


def _make(folder: Path) -> None:
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(exist_ok=True)
    with contextlib.suppress(PermissionError):
        folder.chmod(_SHARED)


def share(folder: Path) -> None:
    """Let everybody read, whatever the umask: workloads run under uids of their own."""
    for where, _, files in os.walk(folder):
        _open(Path(where))
        for name in files:
            _open(Path(where) / name)


def _open(path: Path) -> None:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return
    more = 0o555 if stat.S_ISDIR(mode) or mode & stat.S_IXUSR else 0o444
    # No program of an unpacked package may act with another user's rights.
    wanted = (stat.S_IMODE(mode) | more) & ~(stat.S_ISUID | stat.S_ISGID)
    if wanted != stat.S_IMODE(mode):
        path.chmod(wanted)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
