"""The append-only store: what is kept stays, whatever happens in the middle of an append."""

from __future__ import annotations

import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import delete, event, text, update

from seatrial.contract.evidence import Evidence
from seatrial.evidence import dsse
from seatrial.evidence.failure import EvidenceFailure
from seatrial.evidence.keys import SigningKey, signing_key
from seatrial.evidence.statement import statement
from seatrial.evidence.store import Head, Kept, Store
from seatrial.evidence.tables import ENVELOPES, FIRST

HERE = Path(__file__).parent


def _keep(store: Store, made: Evidence, key: SigningKey, samples: ModuleType) -> Kept:
    named = {each.name: samples.raw(made.expectation) for each in made.artefacts}
    return store.append(dsse.sign(statement(made), key), named)


def _tampered(store: Store, sql: str) -> None:
    """As somebody would who removes the guards first."""
    with sqlite3.connect(store.folder / "evidence.db") as base:
        base.execute("DROP TRIGGER IF EXISTS refuse_update")
        base.execute("DROP TRIGGER IF EXISTS refuse_delete")
        base.execute(sql)
    base.close()


@pytest.fixture
def filled(store: Store, key: SigningKey, samples: ModuleType) -> Store:
    for number in range(1, 5):
        _keep(store, samples.evidence(f"page/{number}"), key, samples)
    return store


def test_what_is_appended_is_there_with_its_artefacts(
    store: Store, key: SigningKey, samples: ModuleType
) -> None:
    made = samples.evidence()
    kept = _keep(store, made, key, samples)
    assert (kept.number, kept.evidence) == (1, made)
    again = Store.open(store.folder)
    assert again.latest("rehearsal", key.public) == {made.expectation: kept}
    assert again.blobs.get(made.artefacts[0].sha256) == samples.raw(made.expectation)
    assert again.verify(key.public) == ()


def test_it_is_private_to_its_owner(filled: Store) -> None:
    for each in (filled.folder, *filled.folder.rglob("*")):
        assert stat.S_IMODE(each.stat().st_mode) & 0o077 == 0 or each.is_dir(), each
    assert stat.S_IMODE(filled.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((filled.folder / "evidence.db").stat().st_mode) == 0o600


def test_the_newest_of_each_expectation_counts_and_the_older_ones_stay(
    store: Store, key: SigningKey, samples: ModuleType
) -> None:
    for number in range(3):
        _keep(store, samples.evidence(id=str(number)), key, samples)
    other = samples.evidence("page/other")
    _keep(store, other, key, samples)
    latest = store.latest("rehearsal")
    assert {name: each.evidence.id for name, each in latest.items()} == {
        "page/service-down-api": "2",
        "page/other": other.id,
    }
    history = store.history("page/service-down-api")
    assert [(each.number, each.evidence.id) for each in history] == [(1, "0"), (2, "1"), (3, "2")]
    assert store.latest("production") == {}


def test_what_another_key_signed_does_not_count_here(
    store: Store, key: SigningKey, stranger: SigningKey, samples: ModuleType
) -> None:
    _keep(store, samples.evidence(), stranger, samples)
    assert store.latest("rehearsal", key.public) == {}
    assert len(store.latest("rehearsal")) == 1
    assert any("signed by key" in each for each in store.verify(key.public))


@pytest.mark.parametrize("change", [update(ENVELOPES).values(finished=0.0), delete(ENVELOPES)])
def test_rows_are_neither_changed_nor_deleted(filled: Store, change: object) -> None:
    with (
        pytest.raises(Exception, match="evidence is append-only"),
        filled.engine.connect() as connection,
        connection.begin(),
    ):
        connection.execute(change)  # type: ignore[call-overload]
    assert filled.verify() == ()
    assert filled.head().rows == 4


@pytest.mark.parametrize(
    "column", ["evidence", "expectation", "environment", "finished", "previous", "digest"]
)
@pytest.mark.parametrize("row", [1, 3, 4])
def test_a_change_of_any_column_of_any_row_is_found(
    filled: Store, key: SigningKey, column: str, row: int
) -> None:
    value = "17.0" if column == "finished" else f"'{'a' * 64}'"
    _tampered(filled, f"UPDATE envelopes SET {column} = {value} WHERE number = {row}")  # noqa: S608
    assert any(f"row {row}" in each for each in filled.verify(key.public))


@pytest.mark.parametrize("row", [1, 2, 4])
def test_a_changed_byte_of_an_envelope_is_found(filled: Store, row: int) -> None:
    with filled.engine.connect() as connection:
        content = connection.execute(
            text("SELECT envelope FROM envelopes WHERE number = :row"), {"row": row}
        ).scalar_one()
    for place in range(0, len(content), 97):
        changed = bytearray(content)
        changed[place] ^= 1
        _tampered(filled, f"UPDATE envelopes SET envelope = x'{changed.hex()}' WHERE number={row}")  # noqa: S608
        assert any(each.startswith(f"row {row}") for each in filled.verify())


def test_an_envelope_of_another_row_is_found(filled: Store, key: SigningKey) -> None:
    _tampered(
        filled,
        "UPDATE envelopes SET envelope = (SELECT envelope FROM envelopes WHERE number = 2)"
        " WHERE number = 3",
    )
    assert filled.verify(key.public)


@pytest.mark.parametrize("row", [1, 2, 3])
def test_a_missing_row_is_found(filled: Store, row: int) -> None:
    _tampered(filled, f"DELETE FROM envelopes WHERE number = {row}")  # noqa: S608
    assert filled.verify() == (f"row {row} is missing",)


def test_rows_cut_off_the_end_are_found_by_who_knows_an_earlier_head(filled: Store) -> None:
    head = filled.head()
    assert filled.verify(head=head) == ()
    _tampered(filled, "DELETE FROM envelopes WHERE number = 4")
    assert filled.verify() == ()
    assert filled.verify(head=head) == ("the chain does not run through row 4 as once reported",)


def test_an_earlier_head_stays_on_the_chain(
    filled: Store, key: SigningKey, samples: ModuleType
) -> None:
    head = filled.head()
    _keep(filled, samples.evidence("page/5"), key, samples)
    assert filled.verify(head=head) == ()
    assert filled.verify(head=Head(rows=0, digest=FIRST)) == ()


def test_a_changed_artefact_is_found(filled: Store) -> None:
    made = filled.history("page/2")[0].evidence
    path = filled.blobs.path(made.artefacts[0].sha256)
    path.write_bytes(b"other")
    assert filled.verify() == (f"row 2: artefact {made.artefacts[0].name} was changed",)
    path.unlink()
    assert filled.verify() == (f"row 2: artefact {made.artefacts[0].name} is missing",)


def test_the_same_evidence_is_kept_once(store: Store, key: SigningKey, samples: ModuleType) -> None:
    _keep(store, samples.evidence(), key, samples)
    with pytest.raises(EvidenceFailure, match="is kept already"):
        _keep(store, samples.evidence(), key, samples)
    assert store.head().rows == 1


@pytest.mark.parametrize("given", [{}, {"drill.json": b"other"}, {"more": b"", "drill.json": b""}])
def test_artefacts_that_are_not_those_named_are_refused_and_nothing_is_kept(
    store: Store, key: SigningKey, samples: ModuleType, given: dict[str, bytes]
) -> None:
    with pytest.raises(EvidenceFailure):
        store.append(dsse.sign(statement(samples.evidence()), key), given)
    assert store.head() == Head(rows=0, digest=FIRST)


def _child(program: str, *argv: str) -> subprocess.Popen[str]:
    """Python in a process of its own, with the samples loaded as `samples`."""
    start = (
        "import sys, importlib.util as u\n"
        f"s = u.spec_from_file_location('evidence_samples', {str(HERE / 'samples.py')!r})\n"
        "samples = u.module_from_spec(s); sys.modules[s.name] = samples\n"
        "s.loader.exec_module(samples)\n"
        "from pathlib import Path\n"
        "from seatrial.evidence import dsse\n"
        "from seatrial.evidence.keys import signing_key\n"
        "from seatrial.evidence.statement import statement\n"
        "from seatrial.evidence.store import Store\n"
        "store = Store.open(Path(sys.argv[1])); key = signing_key(Path(sys.argv[2]))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", start + program, *argv],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


APPENDING = """
print("ready", flush=True); sys.stdin.readline()
for number in range(int(sys.argv[4])):
    made = samples.evidence(f"page/{sys.argv[3]}-{number}")
    artefacts = {samples.DRILL: samples.raw(made.expectation)}
    store.append(dsse.sign(statement(made), key), artefacts)
    print(made.expectation, flush=True)
"""


def test_two_writers_at_once_make_one_whole_chain(tmp_path: Path) -> None:
    folder, keys = tmp_path / "evidence", tmp_path / "keys"
    key = signing_key(keys)
    count = 15
    writers = [_child(APPENDING, str(folder), str(keys), name, str(count)) for name in "ab"]
    for each in writers:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in writers:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    told = [each.communicate(timeout=120)[0].split() for each in writers]
    assert [each.returncode for each in writers] == [0, 0]
    store = Store.open(folder)
    assert store.verify(key.public) == ()
    assert store.head().rows == 2 * count
    assert set(store.latest("rehearsal", key.public)) == {name for each in told for name in each}


# `moment` is where the process is killed: before or after each step of an append.
KILLED = """
import os, signal
from seatrial.evidence import blobs
from sqlalchemy import event
moment = sys.argv[3]
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
if moment == "artefact half written":
    def half(path, content, **_):
        path.with_name(".half").write_bytes(content[:10]); die()
    blobs.written = half
elif moment == "artefact written":
    real = blobs.written
    def then(*a, **k): real(*a, **k); die()
    blobs.written = then
elif moment == "row inserted":
    event.listen(store.engine, "after_cursor_execute",
        lambda c, cur, sql, *_: die() if sql.startswith("INSERT") else None)
elif moment == "before commit":
    event.listen(store.engine, "commit", die)
made = samples.evidence("page/killed")
artefacts = {samples.DRILL: samples.raw(made.expectation)}
store.append(dsse.sign(statement(made), key), artefacts)
if moment == "committed": die()
print("not killed")
"""
MOMENTS = {
    "artefact half written": False,
    "artefact written": False,
    "row inserted": False,
    "before commit": False,
    "committed": True,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_in_the_middle_of_an_append_leaves_all_of_it_or_nothing(
    store: Store, samples: ModuleType, tmp_path: Path, moment: str
) -> None:
    keys = tmp_path / "keys"
    key = signing_key(keys)
    _keep(store, samples.evidence("page/before"), key, samples)
    head = store.head()
    child = _child(KILLED, str(store.folder), str(keys), moment)
    out, _ = child.communicate(timeout=60)
    assert (child.returncode, out) == (-signal.SIGKILL, "")
    again = Store.open(store.folder)
    assert again.verify(key.public, head) == ()
    assert ("page/killed" in again.latest("rehearsal")) == MOMENTS[moment]
    # and the store goes on from there
    made = samples.evidence("page/killed", id="after")
    _keep(again, made, key, samples)
    assert again.verify(key.public, head) == ()
    assert again.blobs.get(made.artefacts[0].sha256) == samples.raw("page/killed")


def test_a_writer_killed_at_any_moment_loses_nothing_that_it_had_told(tmp_path: Path) -> None:
    folder, keys = tmp_path / "evidence", tmp_path / "keys"
    key = signing_key(keys)
    told: set[str] = set()
    for name, last in (("a", 1), ("b", 4), ("c", 7)):
        child = _child(APPENDING, str(folder), str(keys), name, "1000")
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.stdin.write("\n")
        child.stdin.flush()
        told |= {child.stdout.readline().strip() for _ in range(last)}
        child.kill()
        told |= set(child.communicate(timeout=60)[0].split("\n")[:-1])
    store = Store.open(folder)
    assert store.verify(key.public) == ()
    assert told <= set(store.latest("rehearsal", key.public))


def test_a_damaged_database_is_said_with_its_cure(tmp_path: Path) -> None:
    (tmp_path / "evidence.db").write_bytes(b"this is not a database" * 100)
    with pytest.raises(EvidenceFailure) as caught:
        Store.open(tmp_path)
    assert caught.value.place == str(tmp_path / "evidence.db")
    assert "moved away" in caught.value.cure


def test_a_folder_that_cannot_be_made_is_said_with_its_cure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceFailure, match="cannot be opened"):
        Store.open(tmp_path / "file" / "evidence")


def test_a_full_disk_is_said_and_keeps_nothing(
    store: Store, key: SigningKey, samples: ModuleType
) -> None:
    # SQLite's own limit of pages behaves like a disk that is full
    path = store.folder / "evidence.db"
    with sqlite3.connect(path) as base:
        pages = base.execute("PRAGMA page_count").fetchone()[0]
    base.close()
    limited = Store.open(store.folder)
    event.listen(
        limited.engine,
        "connect",
        lambda raw, _: raw.execute(f"PRAGMA max_page_count = {pages + 1}"),
    )

    def fill() -> None:
        for number in range(20):
            _keep(limited, samples.evidence(f"page/{number}"), key, samples)

    with pytest.raises(EvidenceFailure, match="full"):
        fill()
    assert Store.open(store.folder).verify(key.public) == ()


def test_two_pieces_of_evidence_may_share_an_artefact(
    store: Store, key: SigningKey, samples: ModuleType
) -> None:
    shared = samples.evidence().artefacts
    twice = samples.evidence("page/other", artefacts=shared)
    content = {samples.DRILL: samples.raw("page/service-down-api")}
    store.append(dsse.sign(statement(samples.evidence()), key), content)
    store.append(dsse.sign(statement(twice), key), content)
    files = [each for each in (store.folder / "artefacts").rglob("*") if each.is_file()]
    assert len(files) == 1
    assert files[0].stat().st_size == shared[0].size
