"""Which images a folder's Dockerfiles build on, wherever below it they lie."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))
from scripts.bases.__main__ import wanted

SHOP = Path(__file__).parents[3] / "examples/web-shop"


def test_each_base_once_and_no_stage_of_the_files_own(tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM debian:a AS build\nFROM build AS x\nFROM debian:b\n")
    (tmp_path / "db/Dockerfile").write_text("FROM debian:a\n")
    (tmp_path / "README.md").write_text("FROM nowhere\n")
    assert wanted(tmp_path) == ("debian:a", "debian:b")


def test_the_shop_is_built_of_debian_alone() -> None:
    assert wanted(SHOP) == ("debian:trixie-slim",)
