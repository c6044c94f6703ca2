"""What took rows away, by lines as pg_waldump of PostgreSQL 15 writes them."""

from __future__ import annotations

from typing import Any

import pytest

from seatrial.daemons.backups.postgres.waldump import MOST, Reader, Table

_HEAD = "rmgr: {rmgr} len (rec/tot):     54/    54, tx:        {xid}, lsn: 0/0157A148, prev 0/0, "
SHOP = Table(name="public.shop", oid=16384, kind="r")
KEY = Table(name="public.shop_pkey", oid=16389, kind="i")
LONG = Table(name="pg_toast.pg_toast_16384", oid=16387, kind="t")
WHOLE = Table(name="public.part", oid=16398, kind="p")
TABLES = {(5, 16384): SHOP, (5, 16389): KEY, (5, 16387): LONG, (5, -16398): WHOLE}
NOON = 1795953600.0  # 2026-11-29 12:00:00 UTC


def row(xid: int, what: str = "DELETE", file: str = "5/16384") -> str:
    head = _HEAD.format(rmgr="Heap       ", xid=xid)
    return f"{head}desc: {what} off 5 flags 0x00 KEYS_UPDATED , blkref #0: rel 1663/{file} blk 0"


def made(xid: int, file: str) -> str:
    return f"{_HEAD.format(rmgr='Storage    ', xid=xid)}desc: CREATE base/{file}"


def end(xid: int, more: str = "", *, what: str = "COMMIT", at: str = "12:00:00.000001") -> str:
    head = _HEAD.format(rmgr="Transaction", xid=xid)
    return f"{head}desc: {what} 2026-11-29 {at} UTC{more}"


def told(*lines: str, only: str = "") -> list[dict[str, Any]]:
    reader = Reader(tables=TABLES, only=only)
    for each in lines:
        reader.read(each)
    return reader.found()


def test_rows_are_counted_until_the_transaction_commits() -> None:
    (found,) = told(row(7), row(7), row(7, "HOT_UPDATE"), row(7, "UPDATE"), end(7))
    assert found == {
        "xid": 7,
        "at": NOON + 1e-6,
        "dropped": [],
        "emptied": [],
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
    """VACUUM FULL makes a passing table and drops it; REINDEX has files of indexes alone gone."""
    full = (made(7, "5/20001"), end(7, "; rels: base/5/16384; dropped stats: 2/5/20001"))
    assert told(*full) == []
    assert told(made(8, "5/20002"), end(8, "; rels: base/5/16389")) == []


def test_only_one_table_is_told_where_it_is_named() -> None:
    lines = (row(7, file="5/20001"), row(7), end(7), row(8, file="5/20001"), end(8))
    assert [each["deleted"] for each in told(*lines, only="public.shop")] == [{"public.shop": 1}]
    assert len(told(*lines)) == 2


def test_of_many_those_with_the_most_rows_are_told_the_newest_first() -> None:
    lines = [row(each) for each in range(100, 100 + 3 * MOST)]
    lines += [row(7), row(7), end(7, at="11:00:00.000000")]
    lines += [end(each, at=f"12:00:00.{each:06}") for each in range(100, 100 + 3 * MOST)]
    found = told(*lines)
    assert len(found) == MOST
    assert found[-1]["deleted"] == {"public.shop": 2}
    assert [each["xid"] for each in found[:-1]] == list(range(99 + 3 * MOST, 100 + 2 * MOST, -1))


def test_each_that_drops_is_told_however_many_there_are() -> None:
    drops = [end(each, "; dropped stats: 2/5/16384") for each in range(2 * MOST)]
    assert len(told(*drops)) == 2 * MOST


@pytest.mark.parametrize("line", ["", "first record is after 0/1, at 0/2", "desc: COMMIT nonsense"])
def test_what_is_no_record_says_nothing(line: str) -> None:
    assert told(line) == []
