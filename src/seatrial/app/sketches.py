"""From a path to the sketch of what others wrote there: the one door to the importers."""

from pathlib import Path

from seatrial.app.refused import Refused
from seatrial.system.importers.sketch import Sketch
from seatrial.system.problem import Problem


def sketch_of(path: Path) -> tuple[Sketch, tuple[Problem, ...]]:
    """The sketch of a file or folder, and what was only noted. Raises Refused for nothing usable.

    The importers of Compose files and manifests are connected here.
    """
    summary, cure = f"{path} cannot be read yet", "name a seatrial.yaml"
    raise Refused((Problem("ST0201", None, summary, cure),))
