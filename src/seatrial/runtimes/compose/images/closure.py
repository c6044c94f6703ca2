"""What programs need of this machine: the loader and the shared libraries outside their own tree.

They are taken along under their own paths, so that an image needs no base at all.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.compose.images.tree import Entry
from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.libraries import missing

_ELF = b"\x7fELF"
_FOUND = re.compile(r"^\s+(?:\S+ => )?(/\S+) \(0x[0-9a-f]+\)$", re.MULTILINE)
_AT_ONCE = 200


def elves(entries: Mapping[str, Entry]) -> tuple[Path, ...]:
    """The programs and libraries among files."""
    return tuple(
        each.source
        for each in entries.values()
        if each.source is not None and (each.mode & 0o100 or ".so" in each.source.name)
        if _is_elf(each.source)
    )


def needed(
    programs: Iterable[Path], inside: Path, env: Mapping[str, str], commands: Commands
) -> dict[str, Entry]:
    """The files outside of `inside` that these programs load. Raises RuntimeFailure."""
    paths = sorted({str(each) for each in programs})
    found: dict[str, Entry] = {}
    for start in range(0, len(paths), _AT_ONCE):
        text = commands.run(["ldd", *paths[start : start + _AT_ONCE]], env=env).output
        lacking = missing(text)
        if lacking:
            raise RuntimeFailure(
                f"{inside} needs {', '.join(lacking)}, which this machine lacks",
                "remove that folder, then run `seatrial engines install`",
            )
        found.update(_entries(text, inside))
    return found


def loaded(text: str) -> tuple[str, ...]:
    """The paths that `ldd` names."""
    return tuple(dict.fromkeys(_FOUND.findall(text)))


def _entries(text: str, inside: Path) -> Iterator[tuple[str, Entry]]:
    for name in loaded(text):
        if not Path(name).is_relative_to(inside):
            # links followed: in the image each library lies right where the loader looks
            yield name.lstrip("/"), Entry(source=Path(name).resolve(), mode=0o755)


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == _ELF
