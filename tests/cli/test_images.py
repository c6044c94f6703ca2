"""`seatrial images` where no container engine will do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

_COMMANDS = [("images",), ("images", "list"), ("images", "pull"), ("images", "build")]


@pytest.mark.parametrize("words", _COMMANDS, ids=" ".join)
def test_without_a_container_engine_the_cure_is_told(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{folder}/none.sock")
    done = run(*words)
    assert done.code == 3
    assert done.out == ""
    assert (
        f"the container engine does not answer: asking the container engine at unix://{folder}"
        in (done.err)
    )
    assert f"cure  start the engine at unix://{folder}/none.sock, or name another" in done.err


def test_a_file_that_is_not_there_cannot_be_loaded(run: Run) -> None:
    done = run("images", "load", "none.tar")
    assert done.code == 2
    assert "none.tar" in done.err
