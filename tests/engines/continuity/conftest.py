"""The example whose store fails over, with audiences and exercises, up in a folder of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # live.py, for every example

from live import Live, live

_SECTION = """\
people:
  grace: {name: Grace Okafor, email: grace@acme.example}
continuity:
  audiences:
    customers: {chat: "#status", email: status@acme.example}
    regulator: {email: dpa@authority.example, within: 72h}
  exercises:
    recovery:
      kind: drill
      every: 90d
      takes_part: [data, grace]
      scenarios: [primary-crash, follow-switch]
      follows: [plans, checklists]
"""


def _exercised(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "R21]" in text
    file.write_text(text.replace("R21]", "R21, R22]") + _SECTION, encoding="utf-8")


@pytest.fixture(scope="module")
def exercised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The example, up; nothing is left of it."""
    with live("failover", tmp_path_factory.mktemp("exercised"), amend=_exercised) as one:
        yield one
