"""The user's own words are shown as they are: no markup and no emoji is read into them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

WORDS = "talks [/quick] to [bold]all[/bold] :smile: [0m"


@pytest.mark.parametrize("command", ["check", "plan", "diff"])
def test_brackets_and_colons_are_only_letters(run: Run, shop: Path, command: str) -> None:
    text = shop.read_text(encoding="utf-8")
    shop.write_text(text.replace("owner: web\n", f'owner: web\n    summary: "{WORDS}"\n', 1))
    done = run(command)
    assert done.code == 0, done.err
    if command == "plan":
        assert WORDS in " ".join(done.out.split())


def test_a_key_with_brackets_is_told_as_it_is(run: Run, shop: Path) -> None:
    shop.write_text(shop.read_text(encoding="utf-8") + '"[/quick]": 1\n')
    done = run("check")
    assert done.code == 2
    assert "[/quick]" in done.err
