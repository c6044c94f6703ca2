"""A command that cannot be run here is told at its place in the file, all at once."""

from pathlib import Path

import pytest

from seatrial.app import apply
from seatrial.app.refused import Refused

SHOP = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web"}}
services:
  api:
    owner: web
    run: pythn3 -m http.server
    ports: {http: 8000}
  worker:
    owner: web
    run: "./bin/worker --fast"
  web:
    owner: web
    run: python3 -m http.server 8001
promises: []
"""


def test_every_misspelt_program_is_told_at_its_place_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = tmp_path / "states"
    monkeypatch.setenv("SEATRIAL_HOME", str(states))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    folder = tmp_path / "shop"
    folder.mkdir()
    file = folder / "seatrial.yaml"
    file.write_text(SHOP)
    with pytest.raises(Refused) as refused:
        apply.differences(file)
    told = [
        (each.code, each.place and (each.place.line, each.place.column), each.summary, each.cure)
        for each in refused.value.problems
    ]
    (api, worker) = told
    assert api == (
        "ST1806",
        (7, 10),
        "services.api.run: the program pythn3 is not there",
        'did you mean "python3"?',
    )
    assert worker[:2] == ("ST1806", (11, 10))
    assert "the folder of the program ./bin/worker is not there" in worker[2]
    assert not states.exists()
    assert [each.name for each in folder.iterdir()] == ["seatrial.yaml"]
