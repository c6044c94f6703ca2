"""Sigma detections and the LogsQL that comes of each; what cannot be said is refused, and why."""

from __future__ import annotations

import pytest
from sigma.collection import SigmaCollection
from sigma.exceptions import SigmaError

from seatrial.engines.victorialogs import expression, logsql
from seatrial.engines.victorialogs.sigma import LogsQLBackend

NUMBER = '"a":~"^[+-]?[0-9]+(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?$"'


def converted(detection: str, condition: str = "s") -> str:
    text = (
        "title: t\nlogsource: {category: any}\n"
        f"detection:\n  {detection}\n  condition: {condition}\n"
    )
    (found,) = LogsQLBackend().convert(SigmaCollection.from_yaml(text))
    return str(found)


@pytest.mark.parametrize(
    ("item", "wanted"),
    [
        ("a: foo", '"a":~"(?is)^foo$"'),
        ("a: 'f.o?b*'", '"a":~"(?is)^f\\\\.o.b"'),
        ("a: 'x\\*y'", '"a":~"(?is)^x\\\\*y$"'),
        ("a: 'C:\\\\*'", '"a":~"(?is)^C:\\\\\\\\"'),
        ('a: "q\\"\\n"', '"a":~"(?is)^q\\"\\n$"'),
        ("a: '42-7'", '"a":="42-7"'),
        ("a: 404", '"a":="404"'),
        ("a: -5", '"a":="-5"'),
        ("a: true", '"a":~"(?is)^true$"'),
        ("a: null", '"a":""'),
        ("a: ''", '"a":""'),
        ("a: '*'", '"a":*'),
        ("a: [1, foo]", '("a":="1" or "a":~"(?is)^foo$")'),
        ("a|contains: foo", '"a":~"(?is)foo"'),
        ("a|contains: '/../'", '"a":*"/../"*'),
        ("a|contains|all: [x, y]", '("a":~"(?is)x" and "a":~"(?is)y")'),
        ("a|startswith: '/.'", '"a":="/."*'),
        ("a|startswith: foo", '"a":~"(?is)^foo"'),
        ("a|endswith: .php", '"a":~"(?is)\\\\.php$"'),
        ("a|cased: Foo", '"a":="Foo"'),
        ("a|contains|cased: Foo", '"a":*"Foo"*'),
        ("a|startswith|cased: Foo", '"a":="Foo"*'),
        ("a|endswith|cased: Foo", '"a":~"(?s)Foo$"'),
        ("a|re: '^f.o\\d+$'", '"a":~"(?-s)^f.o\\\\d+$"'),
        ("a|re: 'f*'", '("a":* and "a":~"(?-s)f*")'),
        ("a|re|i|s: 'f.o'", '"a":~"(?is)f.o"'),
        ("a|cidr: 10.0.0.0/8", '"a":ipv4_range("10.0.0.0/8")'),
        ("a|cidr: 'fc00::/7'", '("a":ipv6_range("fc00::/7") and "a":*":"*)'),
        ("a|gt: 5", f'("a":>5 and {NUMBER})'),
        ("a|lte: 2.5", f'("a":<=2.5 and {NUMBER})'),
        ("a|neq: 5", '!("a":="5")'),
        ("a|exists: true", '"a":*'),
        ("a|exists: false", '!("a":*)'),
        ("a|fieldref: b", '("a":* and "a":eq_field("b"))'),
        ("a|base64: foo", '"a":~"(?is)^Zm9v$"'),
        (
            "a|base64offset|contains: foo",
            '("a":~"(?is)Zm9v" or "a":~"(?is)Zvb" or "a":~"(?is)mb2")',
        ),
        ("a|windash|contains: '-x'", None),
        ("'x y.z:*w': 1", '"x y.z:*w":="1"'),
        ("_msg|contains: foo", '_msg:~"(?is)foo"'),
    ],
)
def test_each_modifier_is_said_as_it_is_meant(item: str, wanted: str | None) -> None:
    found = converted(f"s: {{{item}}}")
    if wanted is None:
        assert found.count('"a":~') == 5
        assert '"a":~"(?is)/x"' in found
    else:
        assert found == wanted


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ("s and not t", '("a":="1" and !("b":="2"))'),
        ("1 of them", '("a":="1" or "b":="2" or *:~"(?is)k")'),
        ("all of them", '("a":="1" and "b":="2" and *:~"(?is)k")'),
        ("not (s or t)", '!("a":="1" or "b":="2")'),
        ("k", '*:~"(?is)k"'),
    ],
)
def test_conditions(condition: str, wanted: str) -> None:
    assert converted("s: {a: 1}\n  t: {b: 2}\n  k: [k]", condition) == wanted


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("a|re: 'x(?=y)'", "no lookahead"),
        ("a|re: '(?<!x)y'", "no lookbehind"),
        ("a|re: '(x)\\1'", "back reference"),
        ("a|re: 'x{600}{2}'", "is invalid"),
        ("a|re: '(x{50}){50}'", "more than 1000"),
        ("a|hour: 5", "no hour, day or month"),
        ("a|contains|expand: '%list%'", "placeholder"),
        ("a|fieldref|startswith: b", "whether two fields are the same"),
        ("_time: x", "belongs to the log store"),
        ("'a*': x", "several fields"),
        ("a|made_up: x", "Unknown modifier"),
        ("a|lt: x", "incompatible"),
        ("a|cidr: 10.0.0.0/40", "CIDR"),
    ],
)
def test_what_logsql_cannot_say_is_refused_with_the_reason(item: str, reason: str) -> None:
    with pytest.raises(SigmaError, match=reason):
        converted(f"s: {{{item}}}")


@pytest.mark.parametrize("pattern", ["x++", "a{,3}", "\\Z", "[[:alpha:]]", "(?x)a", "\\v", "\\e"])
def test_expressions_that_re2_reads_otherwise_are_refused(pattern: str) -> None:
    with pytest.raises(expression.Unsupported):
        expression.re2(pattern)


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("[]a\\s]", "[]a\\s\\x0b]"),
        ("\\S", "[^\\s\\x0b]"),
        ("(?P<n>a|b){2,3}?", "(?P<n>a|b){2,3}?"),
        ("\\x41[^\\]]", "\\x41[^\\]]"),
    ],
)
def test_expressions_are_the_same_for_re2(pattern: str, wanted: str) -> None:
    assert expression.re2(pattern) == wanted


def test_a_stream_is_named_by_its_values() -> None:
    assert logsql.stream("service", ("api", 'a"b')) == '{"service" in ("api", "a\\"b")}'
