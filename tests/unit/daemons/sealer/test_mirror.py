"""The newest bundle lies elsewhere, too: brought, looked at, laid anew, and told when it is not."""

import asyncio
import io
from pathlib import Path
from typing import cast

import pytest
from prometheus_client import CollectorRegistry

from seatrial.daemons.sealer.far import PREFIX, Far, FarError, Place, SpoiledError, _bundle, _key
from seatrial.daemons.sealer.folder import Bundle, Folder, newest
from seatrial.daemons.sealer.keeper import Keeper
from seatrial.daemons.sealer.mirror import Mirror, Shown
from seatrial.daemons.shared.log import Log

DAY = 86_400.0


class Bucket:
    """Stands for the server: what it holds, and whether it answers."""

    def __init__(self, there: Path) -> None:
        self.place = Place(region="us", url="", authority=there, user="", password=there)
        self.objects: dict[str, bytes] = {}
        self.away = False

    async def held(self) -> tuple[Bundle, ...]:
        self._answers()
        found = [_bundle(name, len(each)) for name, each in self.objects.items()]
        return tuple(sorted((each for each in found if each), key=lambda each: each.made))

    async def fetch(self, one: Bundle) -> bytes:
        self._answers()
        content = self.objects[_key(one)]
        if b"spoiled" in content:
            raise SpoiledError("it is not what was sealed")
        return content

    async def put(self, one: Bundle, content: bytes) -> None:
        self._answers()
        self.objects[_key(one)] = content

    async def remove(self, one: Bundle) -> None:
        self._answers()
        del self.objects[_key(one)]

    def _answers(self) -> None:
        if self.away:
            raise FarError("nobody answers")


class Home:
    """Stands for the keeper at home: its newest bundle."""

    def __init__(self, folder: Path) -> None:
        self.folder = Folder(folder)
        self.folder.tidy()

    async def newest(self) -> tuple[Bundle, Path] | None:
        one = newest(self.folder.held())
        return (one, self.folder.file(one.label)) if one is not None else None


class Made:
    def __init__(self, folder: Path) -> None:
        self.now = 1_790_000_000.0
        self.metrics = CollectorRegistry()
        self.bucket, self.home = Bucket(folder), Home(folder / "repository")
        log = Log(daemon="sealer", stream=io.StringIO(), clock=lambda: self.now)
        self.mirror = Mirror(
            cast("Far", self.bucket),
            cast("Keeper", self.home),
            Shown(self.metrics),
            log,
            keep=3 * DAY,
            clock=lambda: self.now,
        )

    def seal(self, content: bytes) -> Bundle:
        return self.home.folder.keep("c", self.now, 0.1, content)

    def tick(self, after: float = 0.0) -> list[bytes]:
        self.now += after
        asyncio.run(self.mirror.tick())
        return [each for _, each in sorted(self.bucket.objects.items())]

    def shown(self, name: str) -> float | None:
        return self.metrics.get_sample_value(f"backup_elsewhere_{name}", {"place": "us"})


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def test_an_objects_name_says_what_it_is(tmp_path: Path) -> None:
    one = Made(tmp_path).seal(b"sealed")
    again = _bundle(_key(one), one.size)
    assert again is not None
    assert (again.label, again.sha256, again.size) == (one.label, one.sha256, one.size)
    assert again.made == pytest.approx(one.made, abs=1e-5)
    assert _bundle(f"{PREFIX}note.txt", 1) is None
    assert _bundle("db/archive/x", 1) is None


def test_the_newest_is_brought_and_the_outdated_goes(made: Made) -> None:
    assert made.tick() == []
    made.seal(b"one")
    assert made.tick() == [b"one"]
    made.now += DAY
    made.seal(b"two")
    assert made.tick() == [b"one", b"two"]
    assert made.tick(2.5 * DAY) == [b"two"]
    assert made.tick(90 * DAY) == [b"two"]
    assert made.shown("held") == 1


def test_what_was_spoiled_there_is_laid_anew(made: Made) -> None:
    made.seal(b"one")
    made.tick()
    (name,) = made.bucket.objects
    made.bucket.objects[name] = b"spoiled"
    assert made.tick(15) == [b"spoiled"]
    assert made.tick(600) == [b"one"]


def test_who_is_away_is_counted_and_nothing_is_shown_of_it(made: Made) -> None:
    made.seal(b"one")
    made.tick()
    assert made.shown("last_completed_timestamp_seconds") == pytest.approx(made.now, abs=1)
    made.bucket.away = True
    made.tick(15)
    assert made.shown("last_completed_timestamp_seconds") is None
    assert made.shown("failures_total") == 1
    assert made.mirror.told() == {"newest": "", "error": "nobody answers"}
    made.bucket.away = False
    made.tick(15)
    assert made.mirror.told()["error"] == ""
    assert made.shown("held") == 1


def test_what_is_spoiled_is_handed_to_nobody_and_the_one_before_it_is(made: Made) -> None:
    made.seal(b"one")
    made.tick()
    made.now += 60
    made.seal(b"two")
    made.tick()
    newest_ = max(made.bucket.objects)
    made.bucket.objects[newest_] = b"spoiled"
    assert asyncio.run(made.mirror.newest()) == b"one"
    made.bucket.objects = dict.fromkeys(made.bucket.objects, b"spoiled")
    assert asyncio.run(made.mirror.newest()) is None
    made.bucket.away = True
    with pytest.raises(FarError, match="nobody answers"):
        asyncio.run(made.mirror.newest())
