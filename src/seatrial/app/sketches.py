"""From a path to the sketch of what others wrote there: the one door to the importers."""

from collections.abc import Mapping
from pathlib import Path

from seatrial.app.refused import Refused
from seatrial.system.importers import compose
from seatrial.system.importers.sketch import Sketch
from seatrial.system.problem import Problem
from seatrial.system.read import read_text

# In the order in which Compose looks for them, and what it lays over them by itself.
_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


def sketch_of(path: Path) -> tuple[Sketch, tuple[Problem, ...]]:
    """The sketch of a file or folder, and what was only noted. Raises Refused for nothing usable.

    The environment of whoever reads takes no part: the same files say the same everywhere.
    """
    found = compose.sketch(_texts(path), environ={}, find=_find)
    if not isinstance(found, Sketch):
        raise Refused(found)
    return found, ()


def _texts(path: Path) -> Mapping[str, str]:
    """The project's files and their texts; of a folder also the override. Raises Refused."""
    if not path.is_dir():
        return {str(path): _text(path)}
    names = [name for name in _NAMES if (path / name).is_file()]
    if not names:
        raise Refused(
            (
                Problem(
                    "ST0201",
                    None,
                    f"the folder {path} holds neither {', '.join(_NAMES)} nor seatrial.yaml",
                    "name the file itself",
                ),
            )
        )
    first = path / names[0]
    over = next(
        (each for suffix in (".yaml", ".yml")
         if (each := first.with_name(f"{first.stem}.override{suffix}")).is_file()),
        None,
    )  # fmt: skip
    return {str(each): _text(each) for each in (first, over) if each is not None}


def _text(path: Path) -> str:
    text = read_text(path, str(path))
    if isinstance(text, Problem):
        raise Refused((text,))
    return text


def _find(name: str) -> str | None:
    """The text of a further file, None where it cannot be read: the importer tells the gap."""
    text = read_text(Path(name), name)
    return text if isinstance(text, str) else None
