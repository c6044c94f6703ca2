"""Files in which a capability's settings are wrong, and the exact message that each gets.

`SEATRIAL_UPDATE_GOLDEN=1` writes the messages anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seatrial.app.plan import read
from seatrial.app.refused import Refused
from seatrial.system.problem import Severity

GOLDEN = Path(__file__).parents[2] / "golden" / "settings"


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.yaml")))
def test_a_wrong_setting_gets_its_exact_message(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)  # places name files as the user did
    with pytest.raises(Refused) as refused:
        read(Path(f"{name}.yaml"))
    (found,) = (each for each in refused.value.problems if each.severity is Severity.ERROR)
    told = f"{found.severity}: {found}\n"
    expected = GOLDEN / f"{name}.txt"
    if os.environ.get("SEATRIAL_UPDATE_GOLDEN") == "1":
        expected.write_text(told, encoding="utf-8")
    assert told == expected.read_text(encoding="utf-8")
    assert found.place is not None


def test_each_message_has_its_file() -> None:
    assert len(list(GOLDEN.glob("*.yaml"))) >= 10
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {
        path.stem for path in GOLDEN.glob("*.yaml")
    }
