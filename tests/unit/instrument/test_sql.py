import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial_instrument.sql import NOTHING, Statements, read


@pytest.mark.parametrize(
    ("query", "summary", "text"),
    [
        ("select a from t where b = 'x''y'", "SELECT t", "select a from t where b = ?"),
        ('INSERT INTO "s".t VALUES (1, -2.5e3, $1, %(x)s)', "INSERT s.t",
         'INSERT INTO "s".t VALUES (?, ?, $1, %(x)s)'),
        ("WITH x AS (SELECT 1) UPDATE t2 SET a = E'it\\'s' ", "SELECT t2",
         "WITH x AS (SELECT ?) UPDATE t2 SET a = ?"),
        ("-- who: ada\nDELETE FROM t /* ada */", "DELETE t", "DELETE FROM t"),
        ("SELECT $$ada$$, $q$ada$q$", "SELECT", "SELECT ?, ?"),
        ("DO $$ BEGIN END $$", "OTHER", "DO ?"),
        ("SELECT 'open", "SELECT", "SELECT ?"),
        ("", "OTHER", ""),
    ],
)  # fmt: skip
def test_what_is_told(query: str, summary: str, text: str) -> None:
    found = read(query)
    assert (found.summary, found.text) == (summary, text)


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=40))
def test_a_quoted_value_is_never_told(value: str) -> None:
    mark = "hush"
    quoted = (mark + value + mark).replace("'", "''")
    query = "SELECT a FROM t WHERE b = '" + quoted + "' AND c = 1"  # noqa: S608 - read, never run
    assert mark not in read(query).text


def test_texts_are_read_once_and_not_kept_without_bound() -> None:
    one = Statements()
    assert one.read("SELECT 1") is one.read("SELECT 1")
    assert one.read(b"SELECT 1").operation == "SELECT"
    for number in range(3000):
        one.read(f"SELECT {number}")
    assert len(one._kept) <= 1000
    assert one.read(object()) is NOTHING
