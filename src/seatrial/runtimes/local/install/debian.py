"""Takes an engine from Debian packages: unpacked below the stage, its missing libraries too."""

from collections.abc import Callable, Sequence
from pathlib import Path

from seatrial.contract.engine import Debian
from seatrial.runtimes.local.install import libraries
from seatrial.runtimes.local.install.acquired import Acquired
from seatrial.runtimes.local.install.apt import Apt
from seatrial.runtimes.local.install.cache import fresh, remove
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.failure import Unavailable

_ROUNDS = 40
_FOLDERS = ("usr/lib/*-linux-*", "lib/*-linux-*", "usr/lib", "lib")


def acquire(
    source: Debian, apt: Apt, stage: Path, commands: Commands, tell: Callable[[str], None]
) -> Acquired:
    """Download and unpack the packages below `stage/root`. Raises Unavailable, OSError."""
    packages = (*source.packages, *(apt.stood_for(name) for name in source.versioned))
    tell("downloading")
    root = stage / "root"
    root.mkdir()
    _take(packages, apt, root, tell)
    for pattern in source.drop:
        for path in sorted(root.glob(pattern)):
            remove(path) if path.is_dir() else path.unlink()
    programs = {name: _one(root, pattern) for name, pattern in source.programs.items()}
    if source.libraries:
        modules = [path for pattern in source.modules for path in sorted(root.glob(pattern))]
        _complete(
            packages,
            [*programs.values(), *modules],
            root=root,
            apt=apt,
            commands=commands,
            tell=tell,
        )
    remove(root / "usr/share/doc")
    folders = library_folders(root)
    env = {"LD_LIBRARY_PATH": ":".join(map(str, folders))} if folders else {}
    return Acquired(programs=programs, env=env)


def library_folders(root: Path) -> tuple[Path, ...]:
    """The folders of an unpacked tree that hold shared libraries."""
    found = (path for pattern in _FOLDERS for path in sorted(root.glob(pattern)))
    return tuple(path for path in found if any(path.glob("*.so.*")))


def _take(packages: Sequence[str], apt: Apt, root: Path, tell: Callable[[str], None]) -> None:
    folder = fresh(root.parent)
    try:
        archives = apt.download(packages, folder)
        tell("unpacking")
        for archive in archives:
            apt.unpack(archive, root)
    finally:
        remove(folder)


def _one(root: Path, pattern: str) -> Path:
    found = sorted(path for path in root.glob(pattern) if path.exists())
    if not found:
        raise Unavailable(f"the packages hold no {pattern}")
    return found[-1]


def _complete(
    packages: Sequence[str],
    targets: Sequence[Path],
    *,
    root: Path,
    apt: Apt,
    commands: Commands,
    tell: Callable[[str], None],
) -> None:
    """Add packages until nothing is missed: the likely one first, then those named alike."""
    lacking = _lacking(targets, root, commands)
    if not lacking:
        return
    tell(f"looking for {len(lacking)} shared libraries")
    closure = apt.closure(packages)
    tried: set[str] = set()
    for _ in range(_ROUNDS):
        name = lacking[0]
        package = next((p for p in libraries.likely(name, closure) if p not in tried), None)
        if package is None:
            break
        tried.add(package)
        _add(package, apt, root, lacking)
        lacking = _lacking(targets, root, commands)
        if not lacking:
            return
    raise Unavailable(f"no package of this suite has {', '.join(lacking)}")


def _add(package: str, apt: Apt, root: Path, lacking: Sequence[str]) -> None:
    """Unpack a package beside, and for real only when it has one of the libraries."""
    aside = fresh(root.parent)
    try:
        (archive,) = apt.download([package], aside)
        apt.unpack(archive, aside / "tree")
        names = {path.name for path in (aside / "tree").rglob("*.so*")}
        if names & set(lacking):
            apt.unpack(archive, root)
    finally:
        remove(aside)


def _lacking(targets: Sequence[Path], root: Path, commands: Commands) -> tuple[str, ...]:
    env = {"LD_LIBRARY_PATH": ":".join(map(str, library_folders(root)))}
    text = commands.run(["ldd", *map(str, targets)], env=env, timeout=60).output
    newer = libraries.newer_system(text)
    if newer is not None:
        raise Unavailable(f"it is built for a newer system than this one (needs {newer})")
    return libraries.missing(text)
