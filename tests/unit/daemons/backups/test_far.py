"""What a snapshot in another region says of itself, and which rows of it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from seatrial.daemons.backups import far
from seatrial.daemons.backups.command import CommandError, Ended
from seatrial.daemons.backups.far import Far, Held, Row, near
from seatrial.daemons.backups.restic import Restic
from seatrial.daemons.shared.bucket import Bucket

NOTE = {"moment": 12.5, "history": "main", "rows": [[0, 1.0, 1.5]]}
ONE, TWO, NEW = "11" * 32, "22" * 32, "33" * 32


@dataclass
class Server:
    """What lies in another region, as the bucket and restic tell of it: maybe less than all."""

    tags: dict[str, list[str]] = field(default_factory=dict)  # of each snapshot
    packs: dict[str, bytes] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)  # keys below the folder
    unloaded: set[str] = field(default_factory=set)  # restic leaves them out, and ends well
    calls: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)  # packs

    async def listed(self, prefix: str) -> dict[str, int]:
        own = (
            *(f"front/snapshots/{each}" for each in self.tags),
            *(f"front/data/{each[:2]}/{each}" for each in self.packs),
            *(f"front/{each}" for each in self.others),
        )
        return {each: 1 for each in own if each.startswith(prefix)}

    async def digests(self, keys: Iterable[str]) -> dict[str, str]:
        names = {each: each.rpartition("/")[2] for each in keys}
        self.read += names.values()
        return {k: hashlib.sha256(self.packs[v]).hexdigest() for k, v in names.items()}


class Answers(Restic):
    """restic, as far as it is asked about snapshots."""

    __slots__ = ("server",)

    def __init__(self, server: Server) -> None:
        super().__init__(repository="s3:x", password=Path("x"), secret="x")
        object.__setattr__(self, "server", server)

    async def _done(self, *words: str, cwd: Path | None = None) -> str:
        del cwd
        self.server.calls.append(" ".join(words))
        return ""

    async def snapshots(self) -> tuple[Mapping[str, Any], ...]:
        every = self.server.tags.items()
        return tuple({"id": i, "tags": t} for i, t in every if i not in self.server.unloaded)


def far_of(server: Server, folder: Path = Path("/none")) -> Far:
    class Told(Bucket):
        async def listed(self, prefix: str) -> dict[str, int]:
            return await server.listed(prefix)

        async def digests(self, keys: Iterable[str]) -> dict[str, str]:
            return await server.digests(keys)

    place: Any = None
    return Far(restic=Answers(server), bucket=Told(place), folder="front", state=folder)


def laid(*texts: bytes) -> dict[str, bytes]:
    return {hashlib.sha256(each).hexdigest(): each for each in texts}


def noted(**more: Any) -> list[str]:
    return [f"note:{far._packed({**NOTE, **more})}"]


def ids(found: Iterable[Held]) -> list[str]:
    return [each.id for each in found]


def told(tag: str) -> list[Any]:
    return list(far._held([{"id": "ab" * 32, "tags": [tag]}]))


def test_a_note_is_read_as_it_was_written_and_is_one_word() -> None:
    word = far._packed(NOTE)
    assert "," not in word, "restic would make two tags of it"
    (found,) = told(f"note:{word}")
    assert (found.id, found.note) == ("ab" * 32, NOTE)


@pytest.mark.parametrize("tags", [None, [], ["somebody's"]])
def test_a_snapshot_without_a_note_counts_for_nothing(tags: list[str] | None) -> None:
    assert not list(far._held([{"id": "ab" * 32, "tags": tags}, {"id": "cd" * 32}]))


@pytest.mark.parametrize(
    "word", ["no base64!", "AAAA", base64.urlsafe_b64encode(zlib.compress(b"[1]")).decode()]
)
def test_a_note_that_cannot_be_read_is_told(word: str) -> None:
    with pytest.raises(CommandError, match="what a snapshot says of itself"):
        told(f"note:{word}")


def test_only_rows_around_the_moment_go_with_it() -> None:
    rows: list[Row] = [(number, number + 0.0, number + 0.5) for number in range(1000)]
    found = near(rows, 400.5, 600.0)
    assert [each[0] for each in found] == [*range(301, 401), *range(601, 701)]
    assert near(rows[:3], 1.0, 1.0) == ((0, 0.0, 0.5), (2, 2.0, 2.5)), "1 decides nothing"
    word = far._packed({"rows": [(each, each * 1.234567, each * 1.234568) for each in range(200)]})
    assert len(word) < 100_000, "a word of a command is 128 KiB at most"


def test_what_restic_cannot_load_is_no_answer_and_is_asked_for_again() -> None:
    server = Server(tags={ONE: noted(), TWO: noted()}, unloaded={ONE})
    one = far_of(server)
    with pytest.raises(CommandError, match="of 2 snapshots in the repository restic can read 1"):
        asyncio.run(one.held())
    server.unloaded = {ONE, TWO}
    with pytest.raises(CommandError, match="can read 0"):
        asyncio.run(one.held())
    server.unloaded = set()
    assert ids(asyncio.run(one.held())) == [ONE, TWO]


def test_a_snapshot_that_comes_while_it_is_asked_is_looked_at_again() -> None:
    server = Server(tags={ONE: noted()})
    one, asked = far_of(server), Answers.snapshots

    async def meanwhile(self: Answers) -> tuple[Mapping[str, Any], ...]:
        server.tags[TWO] = noted()
        return await asked(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Answers, "snapshots", meanwhile)
        assert ids(asyncio.run(one.held())) == [ONE, TWO]


@pytest.mark.parametrize("unloaded", [{ONE}, {ONE, TWO, NEW}])
def test_while_restic_says_less_than_there_is_nothing_is_forgotten(
    tmp_path: Path, unloaded: set[str]
) -> None:
    server = Server(tags={ONE: noted(), TWO: [], NEW: noted()}, unloaded=unloaded)
    with pytest.raises(CommandError, match="of 3 snapshots"):
        asyncio.run(far_of(server, tmp_path).noted(NEW, NOTE))
    assert not [each for each in server.calls if each.startswith("forget")]


def test_what_was_broken_off_goes_and_nothing_else(tmp_path: Path) -> None:
    server = Server(tags={ONE: noted(), TWO: ["somebody's"], NEW: noted()})
    asyncio.run(far_of(server, tmp_path).noted(NEW, NOTE))
    assert server.calls[-1] == f"forget {TWO}"


@pytest.mark.parametrize("name", ["keys/ab", "index/ab", "locks/ab"])
def test_a_repository_whose_config_is_gone_is_not_made_anew(name: str) -> None:
    server = Server(others={name})
    with pytest.raises(CommandError, match=r"config is gone, .* move what lies below front"):
        asyncio.run(far_of(server).opened())
    assert not server.calls
    server.others = {"config", name}
    asyncio.run(far_of(server).opened())
    asyncio.run(far_of(Server(calls=server.calls)).opened())
    assert server.calls == ["cat config --no-lock", "init"]


def test_what_was_written_anew_as_others_went_is_read_with_the_next_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, (anew,) = laid(b"one", b"two"), laid(b"of both")
    server = Server(tags={NEW: noted()}, packs=first)
    one = far_of(server, tmp_path)
    monkeypatch.setattr(far, "due", lambda *_: False)
    asyncio.run(one.noted(NEW, NOTE))
    assert set(server.read) == set(first), "nobody has read them before"
    server.packs, server.read = {**first, **laid(b"of both")}, []
    asyncio.run(one.noted(NEW, NOTE))
    assert server.read == [anew], "it was there before this backup, and is of none that was read"
    server.packs[anew] = b"half"
    with pytest.raises(CommandError, match=f"1 files are damaged, the first is {anew}"):
        asyncio.run(far_of(server, tmp_path).noted(NEW, NOTE))


def test_each_pack_has_its_turn_while_as_many_are_kept_as_before(tmp_path: Path) -> None:
    server = Server(packs=laid(*(b"%d" % each for each in range(64))))
    one, turns = far_of(server, tmp_path), list[set[str]]()
    for number in range(19):
        snapshot = f"{number:064x}"
        server.tags = {**dict(list(server.tags.items())[-2:]), snapshot: []}
        server.read = []
        asyncio.run(one.noted(snapshot, NOTE))
        (tag,) = [each for each in server.calls if each.startswith("tag")][-1:]
        server.tags[snapshot] = [tag.split()[2]]
        turns.append(set(server.read))
    assert set().union(*turns[3:]) == set(server.packs)
    assert max(map(len, turns[1:])) < len(server.packs), "not all of them each time"


@pytest.mark.parametrize(
    ("code", "said", "told", "read"),
    [
        (3, {"Path": "/b", "Err": 13}, "not all could be read: /: permission denied$", False),
        (
            3,
            {},  # as restic 0.14 says it where the tree of the snapshot before is damaged
            "not all could be read: /: restic does not say why; of what was written into the",
            True,
        ),
        (1, None, "restic ended with 1: .*; of what was written into the repository 1", True),
    ],
)
def test_only_what_fails_at_the_repository_has_all_of_it_read(
    tmp_path: Path,
    code: int,
    said: Mapping[str, Any] | None,
    told: str,
    read: bool,  # noqa: FBT001 - a table's column
) -> None:
    (name,) = laid(b"one")
    server = Server(packs={name: b"half"})

    async def failed(_: Restic, *words: str, cwd: Path | None = None) -> Ended:
        del words, cwd
        line = json.dumps({"message_type": "error", "error": said, "item": "/"})
        return Ended(program="restic", code=code, out="", err="Fatal: no" if said is None else line)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Restic, "_asked", failed)
        with pytest.raises(CommandError, match=told):
            asyncio.run(far_of(server, tmp_path).backup(tmp_path, ("x",)))
    assert bool(server.read) == read
