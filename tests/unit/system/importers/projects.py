"""The golden Compose projects, read as `init --from` reads them."""

from __future__ import annotations

from pathlib import Path

from seatrial.system.importers.compose import sketch
from seatrial.system.importers.derive import Draft, derive
from seatrial.system.importers.sketch import Sketch
from seatrial.system.importers.write import text

GOLDEN = Path(__file__).parents[3] / "golden/importers/compose"
PROJECTS = sorted(each.name for each in GOLDEN.iterdir() if each.is_dir())
MAIN = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", "stack.yml")


def main_files(folder: Path) -> dict[str, str]:
    """The file and its override, by the names that a user standing there would write."""
    main = next(each for each in MAIN if (folder / each).is_file())
    names = [main, *(["compose.override.yaml"] if main == "compose.yaml" else [])]
    return {
        each: (folder / each).read_bytes().decode() for each in names if (folder / each).is_file()
    }


def read(name: str) -> Sketch:
    folder = GOLDEN / name

    def find(path: str) -> str | None:
        file = folder / path
        return file.read_text(encoding="utf-8") if file.is_file() else None

    found = sketch(main_files(folder), environ={}, find=find)
    assert isinstance(found, Sketch), found
    return found


def drawn(name: str) -> tuple[Sketch, Draft, str]:
    found = read(name)
    draft = derive(found)
    return found, draft, text(draft.document, draft.remarks)
