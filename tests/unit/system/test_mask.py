"""What may be a secret never stands in a line that is shown, however the line looks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.system.load import loads
from seatrial.system.mask import MASK, by_look, caret, shown_lines

SECRET = "hunter2-s3cr3t"
_BEFORE = (
    "seatrial: 1\nsystem: shop\nteams: {web: {chat: '#web'}}\nservices:\n  api:\n    owner: wbe\n"
)


def shown(text: str) -> str:
    return "\n".join(each or "" for each in shown_lines(text))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("      API_KEY: hunter2", f"      API_KEY: {MASK}"),
        ("      API_KEY:hunter2", f"      API_KEY:{MASK}"),
        ("      API_KEY hunter2", f"      API_KEY {MASK}"),
        ("      - API_KEY=hunter2", f"      - API_KEY={MASK}"),
        ('  {"password": "hun,t}er2", owner: wbe}', f'  {{"password": {MASK}'),
        ("api: {owner: wbe, environment: {A: hunter2}}", f"api: {{owner: wbe, environment: {MASK}"),
        ("    enviroment: {A: hunter2}", f"    enviroment: {MASK}"),
        ("    pager: hunter2", f"    pager: {MASK}"),
        ("    run: app --password hunter2 -v", f"    run: app --password {MASK}"),
        ("    run: DB_PASS=hunter2 app", f"    run: DB_PASS={MASK}"),
        ("    url: ftp://me:hun/t@er2@host/x", f"    url: ftp://{MASK}@host/x"),
        ("    url: https://hunter2@host/x", f"    url: https://{MASK}@host/x"),
        ("    x: Bearer hunter2", f"    x: Bearer {MASK}"),
        ("    x: ghp_0123456789abcdefghij", f"    x: {MASK}"),
        ("    x: 0123456789abcdef0123456789abcdef", f"    x: {MASK}"),
        ("    chat: https://hooks.slack.com/services/T0/B0/x", None),
        ("    # API_KEY: hunter2", f"    # API_KEY: {MASK}"),
    ],
)
def test_what_looks_like_a_secret_is_masked(line: str, expected: str | None) -> None:
    found = shown(line)
    assert found == (expected or line.replace("T0/B0/x", MASK))


@pytest.mark.parametrize(
    "line",
    [
        "system: shop",
        "    run: app --bind ${self.address} ${self.ports.http}",
        "    run: psql postgresql://${database.user}:${database.password}@${database.host}/app",
        "    API_KEY: ${secret.API_KEY}",
        "  web: {chat: '#web', pager: {secret: pagerduty-web}, email: bad}",
        f"    image: acme/api@sha256:{'9f86d081' * 8}",
        "environments: {rehearsal: {runtime: local}}",
        "    needs: [database, cache]",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert shown(line) == line


def test_what_stands_below_a_name_is_masked_and_what_follows_is_not() -> None:
    text = """\
services:
  token-service:
    owner: wbe
    environment:
      A: hunter2
      B: |
        hunter2: x
      C: {secret: c}
     D: hunter2
    needs: [a]
  flow:
    environment: {
  A: hunter2,
 B: "hun}ter2" }
    headers:
    - X=hunter2
    owner: wbe
teams:
  web:
    pager:
      hunter2
    email: bad
  data:
    pager:
      secret: pagerduty-data
"""
    lines = shown_lines(text)
    assert "hunter2" not in shown(text)
    assert "hun}ter2" not in shown(text)
    for kept in ("  token-service:", "    owner: wbe", "      C: {secret: c}", "    needs: [a]"):
        assert kept in lines
    assert lines[4] == f"      A: {MASK}"
    assert lines[16:18] == ("    owner: wbe", "teams:")
    assert lines[21] == "    email: bad"
    assert lines[-1] == "      secret: pagerduty-data"


def test_placeholders_in_a_masked_value_are_still_read() -> None:
    line = "      environment: {URL: 'http://${api.host}:${api.ports.htp}/hunter2'}"
    shortened = line.replace("{URL: 'http://", MASK).replace("/hunter2'}", MASK)
    assert shown(line) == shortened


def test_a_long_line_is_not_shown_and_what_a_terminal_would_obey_neither() -> None:
    assert shown_lines("a" * 161) == (None,)
    assert shown("a: \x1b[2J") == "a: �[2J"


def test_the_caret_stays_where_it_was_unless_it_stood_in_what_is_masked() -> None:
    line = "api: {owner: wbe, environment: {A: hunter2}, needs: [x]}"
    hidden = shown(line)
    assert caret(line, hidden, line.index("wbe") + 1) == line.index("wbe") + 1
    assert caret(line, hidden, line.index("needs") + 1) == hidden.index(MASK) + 1


def test_a_value_is_quoted_without_its_password() -> None:
    assert by_look("http://me:hunter2@host") == f"http://{MASK}@host"
    assert by_look("postgresql://${db.user}:${db.password}@h") == (
        "postgresql://${db.user}:${db.password}@h"
    )
    text = _BEFORE + "    run: x\n    grace: http://me:hunter2@host\n"
    said = "\n".join(map(str, loads(text).problems))
    assert "grace" in said
    assert "hunter2" not in said


def test_many_lines_of_many_names_are_read_at_once() -> None:
    text = "\n".join(["token: {secret: a} token=b " * 5000] * 3)
    assert shown_lines(text) == (None,) * 3


# How a value comes to stand below a name whose values may be secrets, rightly or wrongly.
_SHAPES = (
    "    environment: {{{name}: {value}}}\n",
    "    environment:\n      {name}: {value}\n",
    "    environment:\n      {name}:\n        {value}\n",
    "    environment:\n      {name}: |\n        {value}\n       x\n",
    "    environment:\n      - {name}={value}\n",
    "    environment:\n    - {name}: {value}\n",
    "    environment: {{{name}={value}}}\n",
    "    environment: [{name}={value}]\n",
    "    environment: {name}={value}\n",
    "    environment:\n      {name}={value}\n",
    "    environment:\n      {name}: &a {value}\n      B: *{value}\n",
    "    environment:\n      {name}: *{value}\n",
    "    environment:\n      {name}: !{value} x\n",
    "    environment:\n      {name}: {value}: {value}\n",
    "    environment:\n      {name}: '{value}\n",
    '    environment:\n      {name}: "\\q{value}"\n',
    "    environment:\n      {name}: %{value}\n",
    "    environment:\n      {name}: @{value}\n",
    "    environment:\n      {name}: [{value}\n",
    "    environment:\n      {name}: {value}\n     X: {value}\n",
    "    environment:\n\t{name}: {value}\n",
    "    environment: {{\n  {name}: {value},\n   X: {value} }}\n",
    "    enviroment:\n      {name}: {value}\n",
    "    run: app http://me:{bare}@host\n    grace: 5\n",
    "    run: 'app http://me:{bare}@host\n",
    "    PASSWORD: {value}\n",
    "    pager: {value}\n",
    "    pager: [{value}]\n",
    "    pager: {{key: {value}}}\n",
    "    run: x\njourneys:\n  j:\n    steps:\n      - get: /\n        headers: {{X: {value}}}\n",
    "    run: x\njourneys:\n  j:\n    steps:\n      - get: /\n        headers: [{value}]\n",
    "    run: x\nteams:\n  web: {{pager: {value}}}\n",
    "externals:\n  mail: {{url: 'ftp://me:{bare}@host x', token: {value}}}\n",
)


@given(
    shape=st.sampled_from(_SHAPES),
    name=st.sampled_from(("API_KEY", "DATABASE_URL", "X", "a-b", "1")),
    around=st.sampled_from(
        ("{}", "'{}'", '"{}"', "{} # x", "Bearer {}", "http://me:{}@host", "${{{}")
    ),
    end=st.sampled_from(("", "needs: [x]\n", "    needs: x\n", "\t", "}\n", "x\n", ": :\n")),
    cut=st.integers(0, 40),
)
def test_no_shape_shows_the_secret(shape: str, name: str, around: str, end: str, cut: int) -> None:
    text = _BEFORE + shape.format(name=name, value=around.format(SECRET), bare=SECRET) + end
    text = text[: len(text) - cut] if cut > len(end) else text
    lines = shown_lines(text)
    for problem in loads(text).problems:
        assert SECRET not in str(problem)
        if problem.place is not None and problem.place.line <= len(lines):
            assert SECRET not in (lines[problem.place.line - 1] or "")
    assert SECRET not in shown(text)
