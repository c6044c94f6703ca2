"""The keeper over a folder: what it seals when, what it tells, what it survives."""

import asyncio
import base64
import io
import json
from pathlib import Path

import pyrage
import pytest
from prometheus_client import CollectorRegistry
from pyrage.x25519 import Identity

from seatrial.daemons.backups.figures import Figures
from seatrial.daemons.sealer.folder import Folder
from seatrial.daemons.sealer.keeper import KIND, Keeper, SealError
from seatrial.daemons.sealer.plan import Plan
from seatrial.daemons.shared.log import Log

DAY = 86_400.0
KEY = Identity.generate()


class Made:
    """A keeper with its clock, its folder and its figures."""

    def __init__(self, folder: Path) -> None:
        self.now = 1_790_000_000.0
        self.folder = folder
        (folder / "secrets").mkdir()
        self.give("s3cret")
        self.metrics = CollectorRegistry()
        self.lines = io.StringIO()
        self.plan = Plan(
            recipients=(str(KEY.to_public()),),
            described=folder / "described.json",
            secrets=folder / "secrets",
            repository=folder / "repository",
            every=DAY,
            keep=3 * DAY,
        )
        log = Log(daemon="sealer", stream=self.lines, clock=lambda: self.now)
        figures = Figures(self.metrics, {KIND: DAY})
        self.keeper = Keeper(self.plan, figures, log, "0.1.0", clock=lambda: self.now)
        asyncio.run(self.keeper.tidy())

    def give(self, secret: str) -> None:
        told = {
            "system": "shop",
            "file": "seatrial.yaml",
            "runtime": "local",
            "files": {"seatrial.yaml": base64.b64encode(b"seatrial: 1\n").decode()},
            "secrets": ["database"],
        }
        (self.folder / "described.json").write_text(json.dumps(told))
        (self.folder / "secrets/database").write_text(secret)

    def tick(self, after: float = 0.0) -> int:
        """How many are held then."""
        self.now += after
        asyncio.run(self.keeper.tick())
        return len(Folder(self.plan.repository).held())

    def shown(self, name: str, kind: str | None = None) -> float | None:
        return self.metrics.get_sample_value(name, {"type": kind} if kind else {})

    def newest(self) -> bytes:
        found = asyncio.run(self.keeper.newest())
        assert found is not None
        return bytes(pyrage.decrypt(found[1].read_bytes(), [KEY]))


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def test_it_is_sealed_at_once_then_when_it_changes_then_each_day(made: Made) -> None:
    assert made.tick() == 1
    assert made.tick(DAY / 2) == 1
    made.give("another")
    assert made.tick(15) == 2
    assert b"another" in made.newest()
    assert made.tick(DAY - 15) == 2
    assert made.tick(15) == 3


def test_what_is_outdated_goes_and_the_last_one_never_does(made: Made) -> None:
    made.tick()
    (made.folder / "secrets/database").unlink()  # nothing can be sealed any more
    assert made.tick(100 * DAY) == 1
    made.give("s3cret")
    assert made.tick(400) == 1
    assert made.shown("backups_held") == 1


def test_a_damaged_one_is_told_and_another_one_taken(made: Made) -> None:
    made.tick()
    (one,) = made.plan.repository.glob("*.age")
    one.write_bytes(one.read_bytes()[:-1])
    assert made.tick(15) == 2
    assert b"s3cret" in made.newest()
    told = asyncio.run(made.keeper.told())
    assert [each["damaged"] for each in told["bundles"]] == [True, False]


def test_what_is_shown_is_of_the_newest_and_nothing_where_nobody_can_look(made: Made) -> None:
    assert made.shown("backups_held") is None
    made.tick()
    last = "backup_last_completed_timestamp_seconds"
    assert made.shown(last, KIND) == pytest.approx(made.now, abs=5)
    assert made.shown("backup_last_damaged") == 0
    made.folder.joinpath("described.json").write_text("{")
    made.tick(15)
    assert made.shown(last, KIND) is None
    assert made.shown("backup_failures_total", "opening") == 1


def test_a_failure_is_counted_told_and_tried_again_after_a_while(made: Made) -> None:
    made.tick()
    made.plan.repository.rename(made.folder / "away")  # nothing can be written
    made.give("another")
    with pytest.raises(SealError):
        asyncio.run(made.keeper.seal())
    assert made.shown("backup_failures_total", KIND) == 1
    assert asyncio.run(made.keeper.told())["error"]
    (made.folder / "away").rename(made.plan.repository)
    assert made.tick(15) == 1
    assert made.tick(300) == 2
    assert asyncio.run(made.keeper.told())["error"] == ""


def test_nothing_of_a_secret_is_logged(made: Made) -> None:
    made.tick()
    assert "sealed" in made.lines.getvalue()
    assert "s3cret" not in made.lines.getvalue()
