"""What took rows away, by lines as pg_waldump of PostgreSQL 15 writes them."""

from __future__ import annotations

from typing import Any

import pytest

from seatrial.daemons.backups.postgres.waldump import MOST, Reader, Table

_HEAD = "rmgr: {rmgr} len (rec/tot):     54/    54, tx:        {xid}, lsn: 0/0157A148, prev 0/0, "
SHOP = Table(name="public.shop", oid=16384, kind="r")
KEY = Table(name="public.shop_pkey", oid=16389, kind="i")
LONG = Table(name="pg_toast.pg_toast_16384", oid=16387, kind="t")
WHOLE = Table(name="public.part", oid=16398, kind="p", root="public.part")
PART = Table(name="public.p1", oid=16401, kind="r", root="public.part")
VIEW = Table(name="public.v", oid=16460, kind="v")
APP = Table(name="app", oid=0, kind="d")
TABLES = {
    (5, 0): APP,
    (5, 16384): SHOP,
    (5, 16389): KEY,
    (5, 16387): LONG,
    (5, -16398): WHOLE,
    (5, 16401): PART,
    (5, -16460): VIEW,
}
NOON = 1795953600.0  # 2026-11-29 12:00:00 UTC


def row(xid: int, what: str = "DELETE", file: str = "5/16384") -> str:
    head = _HEAD.format(rmgr="Heap       ", xid=xid)
    return f"{head}desc: {what} off 5 flags 0x00 KEYS_UPDATED , blkref #0: rel 1663/{file} blk 0"


def made(xid: int, file: str) -> str:
    return f"{_HEAD.format(rmgr='Storage    ', xid=xid)}desc: CREATE base/{file}"


def end(xid: int, more: str = "", *, what: str = "COMMIT", at: str = "12:00:00.000001") -> str:
    head = _HEAD.format(rmgr="Transaction", xid=xid)
    return f"{head}desc: {what} 2026-11-29 {at} UTC{more}"


def read(*lines: str, only: str = "", since: float = 0.0) -> Reader:
    reader = Reader(tables=TABLES, only=only, since=since)
    for each in lines:
        reader.read(each)
    return reader


def told(*lines: str, only: str = "", since: float = 0.0) -> list[dict[str, Any]]:
    return read(*lines, only=only, since=since).found()


def running(*xids: int) -> str:
    head = _HEAD.format(rmgr="Standby    ", xid=0)
    more = f"; {len(xids)} xacts: {' '.join(map(str, xids))}" if xids else ""
    return f"{head}desc: RUNNING_XACTS nextXid 9 latestCompletedXid 8 oldestRunningXid 7{more}"


def test_rows_are_counted_until_the_transaction_commits() -> None:
    (found,) = told(row(7), row(7), row(7, "HOT_UPDATE"), row(7, "UPDATE"), end(7))
    assert found == {
        "xid": 7,
        "at": NOON + 1e-6,
        "dropped": [],
        "emptied": [],
        "rewritten": [],
        "deleted": {"public.shop": 2},
        "overwritten": {"public.shop": 2},
    }


def test_what_is_rolled_back_and_what_is_open_took_nothing() -> None:
    assert told(row(7), end(7, what="ABORT"), row(8)) == []


def test_of_subtransactions_those_count_that_were_committed() -> None:
    lines = (row(7), row(8), row(9), end(9, what="ABORT"), end(7, "; subxacts: 8"))
    assert [each["deleted"] for each in told(*lines)] == [{"public.shop": 2}]


def test_a_prepared_transaction_counts_when_it_is_committed() -> None:
    (found,) = told(row(7), end(9, what="COMMIT_PREPARED 7:"))
    assert (found["xid"], found["deleted"]) == (7, {"public.shop": 1})


def test_rows_of_catalogs_of_indexes_and_of_long_values_are_nobodys() -> None:
    assert told(row(7, file="5/1259"), row(7, file="5/16387"), row(7, file="5/16389"), end(7)) == []


def test_a_dropped_table_is_told_by_its_name_also_when_its_file_was_another() -> None:
    gone = "; rels: base/5/20001 base/5/16389; dropped stats: 2/5/16384 2/5/16389 2/5/16398"
    (found,) = told(end(7, f"{gone}; inval msgs: catcache 7"))
    assert found["dropped"] == ["public.shop", "public.part"]
    assert found["emptied"] == []


def test_one_that_nobody_has_seen_is_told_by_its_number() -> None:
    (found,) = told(end(7, "; rels: base/5/20001; dropped stats: 2/5/20001"))
    assert found["dropped"] == ["relation 20001"]


def test_an_emptied_table_is_told() -> None:
    lines = (made(7, "5/20001"), end(7, "; rels: base/5/16384 base/5/16389; inval msgs: relcache"))
    (found,) = told(*lines)
    assert (found["dropped"], found["emptied"]) == ([], ["public.shop"])


def test_one_that_is_written_anew_has_lost_nothing() -> None:
    """VACUUM FULL makes a passing table and drops it; REINDEX has files of indexes alone gone.

    Whether it was emptied in the same transaction, too, nobody can tell.
    """
    full = (made(7, "5/20001"), end(7, "; rels: base/5/16384; dropped stats: 2/5/20001"))
    assert [(each["emptied"], each["rewritten"]) for each in told(*full)] == [([], ["public.shop"])]
    assert told(made(8, "5/20002"), end(8, "; rels: base/5/16389")) == []


def test_one_that_is_emptied_beside_a_table_of_the_transaction_itself_is_told() -> None:
    lines = (made(7, "5/20001"), made(7, "5/20002"))
    gone = "; rels: base/5/16384 base/5/20001; dropped stats: 2/5/20001"
    assert [each["emptied"] for each in told(*lines, end(7, gone))] == [["public.shop"]]


def test_one_that_moves_to_another_place_has_lost_nothing() -> None:
    head = _HEAD.format(rmgr="Storage    ", xid=7)
    moved = f"{head}desc: CREATE pg_tblspc/17000/PG_15_202209061/5/20001"
    assert told(moved, end(7, "; rels: base/5/16384")) == []


def test_what_holds_nobodys_rows_may_go() -> None:
    """A function, a view, a temporary table that nobody saw: none has a file in the log."""
    assert told(end(7, "; dropped stats: 3/5/16450 2/5/16460 2/5/16470")) == []


def test_with_a_database_all_is_gone_whatever_is_asked_for() -> None:
    head = _HEAD.format(rmgr="Database   ", xid=7)
    for only in ("", "public.shop"):
        (found,) = told(f"{head}desc: DROP dir 1663/5", end(7), only=only)
        assert found["dropped"] == ["the database app"]


def test_rows_of_a_part_are_those_of_the_whole() -> None:
    (found,) = told(row(7, file="5/16401"), end(7), only="public.part")
    assert found["deleted"] == {"public.p1": 1}


@pytest.mark.parametrize("flags", ["flags 0x10", "flags: 0x10", "flags 0x08"])
def test_a_row_that_moved_or_never_was_is_not_deleted(flags: str) -> None:
    moved = row(7).replace("flags 0x00", flags)
    assert told(moved, end(7)) == []


def test_the_words_of_later_servers_are_read() -> None:
    words = "xmax: 7, off: 5, infobits: [KEYS_UPDATED], flags: 0x00"
    later = row(7).replace("off 5 flags 0x00 KEYS_UPDATED", words)
    assert [each["deleted"] for each in told(later, end(7))] == [{"public.shop": 1}]


def test_what_is_of_an_index_or_of_a_user_is_no_record_of_a_table() -> None:
    index = row(7, file="5/20001").replace("rmgr: Heap       ", "rmgr: Btree      ")
    said = f"rmgr: LogicalMessage len: 1, tx: 8, desc: MESSAGE {end(8, what='ABORT')}"
    assert told(index, end(7)) == []
    assert len(told(row(8), said, end(8))) == 1


def test_what_was_committed_before_takes_no_place() -> None:
    lines = [row(each) for each in range(100, 100 + MOST) for _ in range(2)]
    lines += [end(each, at="11:59:00.000000") for each in range(100, 100 + MOST)]
    found = told(*lines, row(7), end(7), since=NOON)
    assert [each["xid"] for each in found] == [7]


def test_one_that_had_begun_before_is_counted() -> None:
    reader = read(running(7, 8), row(7), end(7), running(9), row(9), end(9))
    assert reader.partial == 1
    assert read(running(), row(7), end(7)).partial == 0
    begun = Reader(tables=TABLES, begins=True)
    for each in (running(7), row(7), end(7)):
        begun.read(each)
    assert begun.partial == 0


def test_rows_of_unknown_files_are_counted_where_one_table_is_asked_for() -> None:
    reader = read(row(7, file="5/20001"), row(7), end(7), only="public.shop")
    assert (reader.unnamed, len(reader.found())) == (1, 1)


def test_only_one_table_is_told_where_it_is_named() -> None:
    lines = (row(7, file="5/20001"), row(7), end(7), row(8, file="5/20001"), end(8))
    assert [each["deleted"] for each in told(*lines, only="public.shop")] == [{"public.shop": 1}]
    assert len(told(*lines)) == 2


def test_of_many_those_with_the_most_rows_are_told_the_newest_first() -> None:
    lines = [row(each) for each in range(100, 100 + 3 * MOST)]
    lines += [row(7), row(7), end(7, at="11:00:00.000000")]
    lines += [end(each, at=f"12:00:00.{each:06}") for each in range(100, 100 + 3 * MOST)]
    reader = read(*lines)
    found = reader.found()
    assert (len(found), reader.others) == (MOST, 2 * MOST + 1)
    assert found[-1]["deleted"] == {"public.shop": 2}
    assert [each["xid"] for each in found[:-1]] == list(range(99 + 3 * MOST, 100 + 2 * MOST, -1))


def test_each_that_drops_is_told_however_many_there_are() -> None:
    drops = [end(each, "; dropped stats: 2/5/16384") for each in range(2 * MOST)]
    assert len(told(*drops)) == 2 * MOST


def test_deletions_have_places_of_their_own_beside_overwriting() -> None:
    lines = [row(each, "UPDATE") for each in range(100, 100 + 2 * MOST) for _ in range(9)]
    lines += [end(each) for each in range(100, 100 + 2 * MOST)]
    found = told(row(7), end(7), *lines)
    assert [each["xid"] for each in found if each["deleted"]] == [7]
    assert len(found) == MOST + 1


@pytest.mark.parametrize("line", ["", "first record is after 0/1, at 0/2", "desc: COMMIT nonsense"])
def test_what_is_no_record_says_nothing(line: str) -> None:
    assert told(line) == []
