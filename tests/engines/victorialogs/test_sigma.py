"""Generated rules over generated events: the real store finds what Sigma's meaning says."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sigma.collection import SigmaCollection
from sigma.exceptions import SigmaError

from seatrial.engines.victorialogs.sigma import LogsQLBackend

pytestmark = pytest.mark.engines

FIELDS = ("a", "b", "user.name", "_msg", "or", "in quotes")
# Values that are near one another: case, words against parts of words, signs of both languages,
# what the store could take for a number, a duration, a size, an address or a time.
VALUES: tuple[Any, ...] = (
    "admin",
    "Admin",
    "ADMIN",
    "administrator",
    "the admin came",
    "sysadmin",
    "admin-x",
    "adm",
    "/admin/../etc",
    "a.b",
    "axb",
    "a\nb",
    "a b",
    "A*b",
    "a?b",
    "a\\b",
    'a"b',
    "a`b",
    "(a|b)",
    "a:b",
    "a=b",
    "{a}",
    "[a]",
    "a,b",
    "!a",
    "not",
    "and",
    "*",
    "\\",
    "'",
    "Ä",
    "ä",
    "ß",
    "日本",
    "5",
    5,
    "05",
    "5.0",
    5.5,
    -5,
    "+5",
    "1e1",
    "5m",
    "5KB",
    "50",
    "404",
    404,
    "0",
    "1.5.2",
    "10.1.2.3",
    "10.1.2.30",
    "110.1.2.3",
    "10.1.2.3:80",
    "::ffff:10.1.2.3",
    "fc00::1",
    "2001:db8::1",
    "2026-01-02T03:04:05Z",
    True,
    False,
    "True",
    "null",
    "",
    None,
    "-",
    "#",
    "a#b",
    "|",
    "a | b",
)
TEXTS = (
    "admin",
    "Admin",
    "min",
    "ad",
    "a.b",
    "a\\*b",
    "a?b",
    "*a*",
    "a*b",
    "?dmin",
    "*min",
    "adm*",
    "a b",
    "/../",
    'a"b',
    "a\\\\b",
    "a`b",
    "(a|b)",
    "{a}",
    "not",
    "Ä",
    "ß",
    "5",
    "5m",
    "404",
    "10.1",
    "10.1.2.3",
    "*",
    "**",
    "-",
    "|",
    "#",
    "\\\\",
    "'",
    "日",
    "a:b",
    "a=b",
    "true",
    "True",
    ".",
    "$a^",
)
EXPRESSIONS = (
    "^a",
    "b$",
    "a.b",
    "^a.b$",
    "[aA]dmin",
    "adm(in)+",
    "\\d+",
    "^\\d{1,3}$",
    "a|5",
    "x*",
    "^$",
    "a\\.b",
    "\\bad",
    "a\\sb",
    "[^a-z]",
    "(?i)ADMIN",
    "(?:ad)?min$",
    "\\(a\\|b\\)",
    "日",
    "^.$",
)


def _reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "sigma_reference", Path(__file__).with_name("reference.py")
    )
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    return found


REFERENCE = _reference()


def as_stored(event: Mapping[str, Any]) -> dict[str, str]:
    """An event as the store has it: texts; nothing that is empty or null."""
    found = {}
    for key, value in event.items():
        if value is None or value == "":
            continue
        text = str(value).lower() if isinstance(value, bool) else str(value)
        found[key] = text
    return found


def events(count: int, seed: int) -> list[dict[str, Any]]:
    chance = random.Random(seed)  # noqa: S311 - the same events each time
    found = []
    for number in range(count):
        event = {name: chance.choice(VALUES) for name in FIELDS if chance.random() < 0.7}
        event["_msg"] = event.get("_msg") or "-"  # the store fills an empty message with its own
        found.append({**event, "id": f"#{number:04}"})
    return found


def items() -> st.SearchStrategy[tuple[str, Any]]:
    field = st.sampled_from(FIELDS)
    text = st.sampled_from(TEXTS)
    texts = st.one_of(text, st.lists(text, min_size=1, max_size=3))
    how = st.sampled_from(("", "|contains", "|startswith", "|endswith"))
    cased = st.sampled_from(("", "|cased"))
    number = st.sampled_from((5, -5, 404, 0, 50, 1.5))
    plain = st.sampled_from((5, 404, -5, None, "", True, False))
    return st.one_of(
        st.tuples(st.builds("{}{}{}".format, field, how, cased), texts),
        st.tuples(field.map("{}|contains|all".format), st.lists(text, min_size=2, max_size=3)),
        st.tuples(field, st.one_of(plain, st.lists(plain, min_size=1, max_size=3))),
        st.tuples(
            st.builds("{}|re{}".format, field, st.sampled_from(("", "|i", "|s"))),
            st.sampled_from(EXPRESSIONS),
        ),
        st.tuples(
            field.map("{}|cidr".format),
            st.sampled_from(("10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0", "fc00::/7", "::/0")),
        ),
        st.tuples(
            st.builds("{}|{}".format, field, st.sampled_from(("lt", "lte", "gt", "gte"))), number
        ),
        st.tuples(field.map("{}|exists".format), st.booleans()),
        st.tuples(field.map("{}|fieldref".format), field),
    )


def selections() -> st.SearchStrategy[Any]:
    fields = st.lists(items(), min_size=1, max_size=3).map(dict)
    keyword = st.sampled_from([each for each in TEXTS if each.strip("*\\'#|-.")])
    return st.one_of(
        fields, st.lists(fields, min_size=1, max_size=2), st.lists(keyword, min_size=1)
    )


CONDITIONS = (
    "x1", "not x1", "x1 and x2", "x1 or not x2", "1 of x*", "all of them", "not 1 of them",
    "x1 and (x2 or not y)", "not (x1 or x2) and y", "x1 or x2 and y", "y and not all of x*",
)  # fmt: skip


@st.composite
def detections(draw: st.DrawFn) -> dict[str, Any]:
    found = {name: draw(selections()) for name in ("x1", "x2", "y")}
    return {**found, "condition": draw(st.sampled_from(CONDITIONS))}


def query(detection: Mapping[str, Any]) -> str:
    rule = {"title": "t", "logsource": {"category": "any"}, "detection": detection}
    (found,) = LogsQLBackend().convert(SigmaCollection.from_yaml(yaml.safe_dump(rule)))
    return str(found)


CORPUS = events(600, 5)


@pytest.fixture(scope="module")
def corpus(store: Any) -> Any:
    store.put({**each, "ts": "0", "batch": "corpus"} for each in CORPUS)
    return store


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(detection=detections())
def test_the_store_finds_what_the_rule_means(corpus: Any, detection: dict[str, Any]) -> None:
    wanted = {each["id"] for each in CORPUS if REFERENCE.matches(detection, as_stored(each))}
    asked = query(detection)
    found = corpus.ask(f"batch:=corpus and {asked} | fields id | limit 10000")
    assert {each["id"] for each in found} == wanted, asked


@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=st.lists(
        st.dictionaries(
            st.sampled_from(FIELDS),
            st.text(
                st.characters(
                    codec="utf-8",
                    exclude_categories=("Cs", "Cc"),
                    max_codepoint=0x100,
                    exclude_characters="\u0131\u0130\u017f\u212a",
                ),
                max_size=8,
            ),
            max_size=4,
        ),
        min_size=20,
        max_size=40,
    ),
    number=st.integers(0, 10**9),
    rules=st.lists(detections(), min_size=10, max_size=20),
)
def test_events_that_nobody_thought_of(
    store: Any, rows: list[dict[str, Any]], number: int, rules: list[dict[str, Any]]
) -> None:
    batch = f"b{number}-{store.count()}"
    known = [
        # a keyword is looked for in these two fields as well
        {**each, "_msg": each.get("_msg") or "-", "id": f"#{at}", "batch": batch}
        for at, each in enumerate(rows)
    ]
    store.put({**each, "ts": "0"} for each in known)
    # texts out of the events themselves, so that something is found
    for each in known[:10]:
        for key, value in each.items():
            cut = value[1:-1] or value
            text = "".join("\\" + sign if sign in "\\*?" else sign for sign in cut)
            if text:
                rules = [*rules, {"x": {f"{key}|contains": text}, "condition": "x"}]
    for detection in rules:
        wanted = {each["id"] for each in known if REFERENCE.matches(detection, as_stored(each))}
        asked = query(detection)
        found = store.ask(f'batch:="{batch}" and {asked} | fields id | limit 1000')
        assert {each["id"] for each in found} == wanted, (asked, detection)


def test_the_comparison_can_fail(corpus: Any) -> None:
    """A phrase instead of a part of a word, as a careless conversion would write it."""
    detection = {"x": {"a|contains": "admin"}, "condition": "x"}
    wanted = {each["id"] for each in CORPUS if REFERENCE.matches(detection, as_stored(each))}
    found = corpus.ask('batch:=corpus and a:i("admin") | fields id | limit 10000')
    assert {each["id"] for each in found} < wanted


def test_what_is_refused_never_reaches_the_store() -> None:
    with pytest.raises(SigmaError):
        query({"x": {"a|re": "a(?=b)"}, "condition": "x"})
