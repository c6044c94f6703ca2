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
        ("SELECT a FROM t WHERE b = 'x -- y'\n AND c = 'z'", "SELECT t",
         "SELECT a FROM t WHERE b = ? AND c = ?"),
        ("SELECT 'a /* b', 'c */ d'", "SELECT", "SELECT ?, ?"),
        ("SELECT \"it's\", 'x'", "SELECT", "SELECT \"it's\", ?"),
        ('SELECT "a""--b", 1', "SELECT", 'SELECT "a""--b", ?'),
        ("SELECT 1 -- it's\n, 'x'", "SELECT", "SELECT ? , ?"),
        ("SELECT 1 /* ' /* ' */ x */, 'y'", "SELECT", "SELECT ? , ?"),
        ("SELECT 1 /* open", "SELECT", "SELECT ?"),
        ("SELECT 'a' \"open 'b", "SELECT", "SELECT ? ?"),
        ("SELECT $a$ ' -- $a$, $1, a$$b, 'x$$y'", "SELECT", "SELECT ?, $1, a$$b, ?"),
        ("SELECT a FROM t WHERE b LIKE'x' AND c=E'\\'y'", "SELECT t",
         "SELECT a FROM t WHERE b LIKE? AND c=?"),
        # the server's settings say whether that string is over: the rest may be a value
        ("SELECT 'C:\\', 'x'", "SELECT", "SELECT ?"),
        ("SELECT 'a\\\\', 'x', '\\d'", "SELECT", "SELECT ?, ?, ?"),
        ("SELECT a%5, .5, 0x1F, 1e-5, h[1:5], a-7, (-7)", "SELECT",
         "SELECT a%?, ?, ?, ?, h[?:?], a-?, (?)"),
        ("SELECT a.b, t2.c3 FROM s.t", "SELECT s.t", "SELECT a.b, t2.c3 FROM s.t"),
        ("", "OTHER", ""),
    ],
)  # fmt: skip
def test_what_is_told(query: str, summary: str, text: str) -> None:
    found = read(query)
    assert (found.summary, found.text) == (summary, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("SELECT `it's`, \"x\", 'y'", "SELECT `it's`, ?, ?"),
        ("SELECT 1 # it's\n, 'x'", "SELECT ? , ?"),
        ("SELECT 1--'x\ny'", "SELECT ?--?"),
        ("SELECT 'a\\'b', 'c'", "SELECT ?"),
        ('SELECT "a\\"b", \'c\'', "SELECT ?"),
    ],
)
def test_mysql_quotes_otherwise(query: str, text: str) -> None:
    assert Statements("mysql").read(query).text == text
    assert Statements("mariadb").read(query).text == text


MARK = "hush"
# every sign that begins or ends something, and what may be taken for one
SIGNS = st.lists(
    st.sampled_from([*"'\"\\-/*$;%(){}[]#` \n", "--", "/*", "*/", "$$", "$q$", "E'", "a", "7"])
    | st.characters(codec="ascii"),
    max_size=12,
).map("".join)


def literal(value: str, form: str) -> str:
    told = MARK + value + MARK
    if form == "E":
        told = told.replace("\\", "\\\\").replace("'", "\\'")
        return f"E'{told}'"
    if form == "$":
        return f"$tag_of${told.replace('$tag_of$', '')}$tag_of$"
    doubled = told.replace("'", "''")
    # a string that ends for the one server and not for the other is told of apart, above
    return "'" + doubled.replace("\\", "/") + "'"


def between(value: str, form: str) -> str:
    """What is no value, and may hold the signs of one."""
    if form == "line":
        return "--" + value.replace("\n", " ") + "\n"
    if form == "block":
        inner = value.replace("/", "").replace("*", "")
        return f"/* {inner} /* {inner} */ {inner} */"
    if form == "name":
        return '"n' + value.replace('"', '""') + '"'
    return " AND "


@given(
    st.lists(
        st.tuples(
            SIGNS, st.sampled_from("'E$"), SIGNS, st.sampled_from(["line", "block", "name", ""])
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_value_is_never_told_whatever_stands_in_and_around_it(
    parts: list[tuple[str, str, str, str]],
) -> None:
    """And what follows is still read: were it swallowed, its last word would be missing."""
    query = "SELECT a FROM t WHERE "
    for value, form, other, kind in parts:
        query += f" {between(other, kind)} b = {literal(value, form)} "
    text = read(query + " AND tail").text
    assert MARK not in text
    assert text.endswith("AND tail")
    assert text.count("b = ?") >= len(parts)


@given(SIGNS, SIGNS)
def test_a_value_with_backslashes_is_never_told_whatever_they_mean(one: str, two: str) -> None:
    values = [(MARK + each + MARK).replace("'", "''") for each in (one, two)]
    query = f"SELECT a FROM t WHERE b = '{values[0]}' AND c = '{values[1]}'"  # noqa: S608
    for dialect in ("postgresql", "mysql", "sqlite"):
        assert MARK not in read(query, dialect).text


@given(st.lists(SIGNS, max_size=20).map("".join))
def test_every_text_can_be_read(query: str) -> None:
    for dialect in ("postgresql", "mysql"):
        assert "\n" not in read(query, dialect).text


def test_texts_are_read_once_and_not_kept_without_bound() -> None:
    one = Statements()
    assert one.read("SELECT 1") is one.read("SELECT 1")
    assert one.read(b"SELECT 1").operation == "SELECT"
    for number in range(3000):
        one.read(f"SELECT {number}")
    assert len(one._kept) <= 1000
    assert one.read(object()) is NOTHING
