"""A command that cannot be run here is told at its place in the file, all at once."""

from pathlib import Path

import pytest

from seatrial.app import apply
from seatrial.app.commands import buildable
from seatrial.app.plan import plan
from seatrial.app.refused import Refused
from seatrial.contract.placement import Link, Placement, Seat
from seatrial.runtimes.local import placement

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


class Places:
    """Where things go, in a subnet that never moves."""

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        return placement.place(40, seats, links)


def test_a_build_folder_that_is_not_there_is_told_at_its_place(tmp_path: Path) -> None:
    for name in ("api", "worker"):
        (tmp_path / name).mkdir()
    (tmp_path / "api/Dockerfile").write_text("FROM scratch\n")
    file = tmp_path / "seatrial.yaml"
    text = SHOP.replace("run: pythn3 -m http.server", "build: ./apj")
    file.write_text(text.replace('run: "./bin/worker --fast"', "build: worker"))
    with pytest.raises(Refused) as refused:
        buildable(plan(file, Places()))
    api, worker = map(str, refused.value.problems)
    assert api == (
        f'{file}:7:12 ST1003 services.api.build: no folder ./apj is there; did you mean "api"?'
    )
    assert worker.startswith(
        f"{file}:11:12 ST1003 services.worker.build: the folder worker has no Dockerfile; write"
    )
    (tmp_path / "worker/Dockerfile").write_text("FROM scratch\n")
    file.write_text(file.read_text().replace("apj", "api"))
    buildable(plan(file, Places()))
