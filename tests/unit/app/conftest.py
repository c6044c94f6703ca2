"""The reference system, copied, so that a test may change a line of it and plan it again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.app.plan import Plan, plan
from seatrial.contract.placement import Link, Placement, Seat
from seatrial.runtimes.local import placement

_EXAMPLE = Path(__file__).parents[3] / "examples/workflow-platform"
_READ = (
    *("seatrial.yaml", "gateway", "api", "common", "worker"),
    *("Dockerfile", ".dockerignore", "requirements.txt", "packages"),
)

Planner = Callable[..., Plan]


class Places:
    """Where things go on the local runtime, in a subnet that never moves."""

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        return placement.place(40, seats, links)


@pytest.fixture
def planned(tmp_path: Path) -> Planner:
    """Plan the reference system after replacing texts of its file; each must be there."""
    for name in _READ:
        source = _EXAMPLE / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    file = tmp_path / "seatrial.yaml"
    original = file.read_text()

    def one(*edits: tuple[str, str]) -> Plan:
        text = original
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        file.write_text(text)
        return plan(file, Places())

    return one
