"""A system is brought back from a bundle: its files into a folder, its secrets where `up` looks.

Nothing is written before all is known to fit. Each file is written whole; secrets come first, the
system's file last, so that whoever is killed halfway leaves nothing that `up` would start, and the
same command again goes on with what is there.
"""

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from seatrial.app.bundle import Bundle
from seatrial.app.environment import LOCAL, name_in
from seatrial.app.files import write_text
from seatrial.app.unclear import Unclear
from seatrial.contract.words import size
from seatrial.runtimes.compose.names import STATE
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.shared.state import State, replace_text

_ROOM = 1 << 20  # bytes that file systems need beside the contents
_NAMED = 5  # of many, how many are told by name


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Target:
    path: Path
    content: bytes
    secret: bool

    @property
    def there(self) -> bytes | None:
        """What is there now; None where nothing is. Raises OSError."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None

    @property
    def equal(self) -> bool:
        """Whether what is there is it; `up` itself strips a secret."""
        found = self.there
        if found is None or not self.secret:
            return found == self.content
        return found.strip() == self.content.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What was brought back, or would be.

    `files` and `secrets` are counts of all, `written` of those that were not there yet; `kept` are
    the copies of what was there before.
    """

    file: Path
    secrets_at: Path
    files: int
    secrets: int
    written: int
    kept: tuple[Path, ...]


def recover(bundle: Bundle, into: Path, *, overwrite: bool, dry_run: bool) -> Recovered:
    """Bring it back into a folder. Raises Unclear, and OSError where the disk does not obey."""
    folder = into.resolve()
    state = _state(bundle, folder)
    main = folder / bundle.file
    targets = tuple(_targets(bundle, folder, state.path / "secrets"))
    _admitted(bundle, main, state)
    missing = tuple(each for each in targets if not each.equal)
    differing = tuple(each for each in missing if each.there is not None)
    if differing and not overwrite:
        raise Unclear(
            f"what is there already is not what is in the bundle: {_some(differing)}",
            "choose an empty folder; or write --overwrite, which keeps what was there beside it",
        )
    _fits(missing)
    kept = () if dry_run else tuple(_written(missing))
    return Recovered(
        file=main,
        secrets_at=state.path / "secrets",
        files=len(bundle.files),
        secrets=len(bundle.secrets),
        written=len(missing),
        kept=kept,
    )


def _state(bundle: Bundle, folder: Path) -> State:
    if bundle.runtime == LOCAL:
        return Home.of(bundle.system, folder)
    return State.of(bundle.system, folder, STATE)


def _targets(bundle: Bundle, folder: Path, secrets: Path) -> Iterable[_Target]:
    """In the order in which they are written."""
    for name, content in sorted(bundle.secrets.items()):
        yield _Target(path=secrets / name, content=content, secret=True)
    others: Mapping[str, bytes] = {
        name: each for name, each in bundle.files.items() if name != bundle.file
    }
    for name, content in sorted(others.items()):
        yield _Target(path=_below(folder, name), content=content, secret=False)
    if bundle.file not in bundle.files:
        raise Unclear("the bundle holds no file of a system", "take another bundle")
    main = _below(folder, bundle.file)
    yield _Target(path=main, content=bundle.files[bundle.file], secret=False)


def _below(folder: Path, name: str) -> Path:
    """Where a file goes. Raises Unclear where a link there leads out of the folder."""
    path = folder / name
    if not path.resolve().is_relative_to(folder):
        raise Unclear(f"{path} leads out of {folder}", "choose an empty folder")
    return path


def _admitted(bundle: Bundle, main: Path, state: State) -> None:
    other = name_in(main)
    if other and other != bundle.system:
        raise Unclear(
            f"the bundle is of {bundle.system}, and {main} describes {other}",
            "choose an empty folder",
        )
    if state.begun:
        raise Unclear(
            f"{bundle.system} is up from {main.parent}, with the secrets that it has",
            "choose an empty folder, or run `seatrial down` there first",
        )


def _some(targets: tuple[_Target, ...]) -> str:
    named = ", ".join(str(each.path) for each in targets[:_NAMED])
    rest = len(targets) - _NAMED
    return f"{named} and {rest} more" if rest > 0 else named


def _fits(missing: Iterable[_Target]) -> None:
    needed: dict[int, tuple[int, Path]] = {}
    for each in missing:
        there = next(one for one in each.path.parents if one.exists())
        device = there.stat().st_dev
        known = needed.get(device, (_ROOM, there))[0]
        needed[device] = known + len(each.content), there
    for wanted, there in needed.values():
        free = shutil.disk_usage(there).free
        if wanted > free:
            raise Unclear(
                f"it needs {size(wanted)} at {there}, and {size(free)} are free",
                "make room, then run it again",
            )


def _written(missing: Iterable[_Target]) -> Iterable[Path]:
    for each in missing:
        if each.there is not None:
            yield _aside(each.path)
        if each.secret:
            each.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_text(each.path, each.content.decode(), mode=0o600)
        else:
            write_text(each.path, each.content)


def _aside(path: Path) -> Path:
    """A copy of a file under a name beside it that nothing has; where it is."""
    first = f"{path.name}.replaced"
    names = chain((first,), (f"{first}.{number}" for number in count(2)))
    for free in map(path.with_name, names):
        try:
            os.link(path, free)  # the first one is replaced by a rename, which leaves this one
        except FileExistsError:
            continue
        return free
    raise AssertionError("there is always another number")
