"""The collector's configuration: what is masked, where an entry ends, what is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from seatrial.capabilities.logs import lines
from seatrial.contract.placement import Endpoint
from seatrial.engines.otelcol import audit, cards, config, masking, parsing
from seatrial.engines.otelcol.entries import ENTRY
from seatrial.system.naming import KEYS, WORDS
from seatrial.system.secrecy import hidden

REFERENCE = Path(__file__).parents[3] / "examples/workflow-platform"
STREAMS = ("system", "region", "service", "replica")
ALL = tuple(masking.KINDS)
TRACEBACK = 'Traceback (most recent call last):\n  File "a.py", line 1\n    f()\nKeyError: 3\n'
CAUSED = (
    "\nDuring handling of the above exception, another exception occurred:\n\n"
    'Traceback (most recent call last):\n  File "b.py", line 2\n    g()\nValueError: bad\n'
)


def fits(number: str) -> bool:
    """ISO/IEC 7812-1: from the right, every second digit counts twice."""
    digits = [int(each) for each in reversed(number) if each.isdigit()]
    return sum(sum(divmod(each * (1 + at % 2), 10)) for at, each in enumerate(digits)) % 10 == 0


def _first(into: str) -> Callable[[re.Match[str]], str]:
    return lambda found: found[1] + into + found[3]


def without_cards(line: str) -> str:
    """As the collector does it, number by number."""
    before, left = line, re.search(cards.LOOK, line) is not None
    assert left or not re.search(cards.NUMBER, line)
    for _ in range(cards.ROUNDS):
        found = re.search(cards.NUMBER, line)
        if not left or not found:
            left = False
            break
        number = re.sub("%20|[ +-]", "", found[2])
        into = cards.MASK if fits(number) else f"{cards.MARK}{found[2]}"
        line = re.sub(cards.FIRST, _first(into), line)
    if left:
        for _ in range(2):
            line = re.sub(cards.NUMBER, _first(cards.MASK), line)
    line = line.replace(cards.MARK, "")
    return line if line == before else re.sub(cards.BARE, r'\1"***"\2', line)


def masked(line: str, kinds: tuple[str, ...] = ALL) -> str:
    """As the collector does it: its replacements in Python's notation."""
    if "cards" in kinds:
        line = without_cards(line)
    for kind in kinds:
        for rule in masking.RULES.get(kind, ()):
            replacement = re.sub(r"\$\{(\d)\}", r"\\g<\1>", rule.replacement)
            again = re.sub(rule.pattern, replacement, line)
            if again != line:
                signed = any(each in line.lower() for each in rule.signs)
                assert signed, f"{rule} would have let {line!r} pass"
            line = again
    return line


# Each of these was stored as it was written until somebody looked.
LEFT_IN_CLEAR_ONCE = (
    ('level=info password="two words" n=1', 'level=info password="***" n=1'),
    ("{'password': 'hunter2', 'n': 1}", "{'password': '***', 'n': 1}"),
    ("{'token': b'hunter2'}", "{'token': ***'***'}"),
    (r'{"msg":"got {\"password\":\"hun\\\"ter2\"}"}', r'{"msg":"got {\"password\":\"***\"}"}'),
    ("PGPASSWORD='it''s' psql", "PGPASSWORD='***' psql"),
    ('client_secret: "abc"', 'client_secret: "***"'),
    ("'api_key' => 'abc'", "'api_key' => '***'"),
    ('{"otp_token": 123456, "n": 1}', '{"otp_token": "***", "n": 1}'),
    ('{"secret": ["a", "b"]}', '{"secret": "***"}'),
    ("x-api-key: abc", "x-api-key: ***"),
    ("mysql --password hunter2 -h db", "mysql --password *** -h db"),
    ("Authorization: Token abcdefgh1234", "Authorization: Token ***"),
    ("postgres://app:pa/ss@db/x", "postgres://app:***@db/x"),
    ("postgres://app:p@ss@db/x", "postgres://app:***@db/x"),
    ("postgres://app:123456@db/x", "postgres://app:***@db/x"),
    ("key glpat-0123456789abcdefghij", "key ***"),
    ("key SG.0123456789abcdefghij.0123456789abcdefghij", "key ***"),
    ("SECRET_KEY=abc DB_PASS=abc", "SECRET_KEY=*** DB_PASS=***"),
    ('{"secret_key": "abc", "n": 1}', '{"secret_key": "***", "n": 1}'),
    ("secretKey: abc", "secretKey: ***"),
    ("password1=abc&password_confirmation=def", "password1=***&password_confirmation=***"),
    ("signing_key=abc signingKey='d e'", "signing_key=*** signingKey='***'"),
    ('{"token_value": 17, "token2": "abc"}', '{"token_value": "***", "token2": "***"}'),
    ("Authorization: 0123456789abcdef", "Authorization: ***"),
    ('{"authorization": "hunter2hunter2"}', '{"authorization": "***"}'),
    ("Cookie: session=abc; theme=dark Host: x", "Cookie: *** Host: x"),
    ('{"set-cookie": ["id=abc; Path=/; HttpOnly"], "n": 1}', '{"set-cookie": ["***"], "n": 1}'),
    ("GET /?email=jane%40example.com&n=1", "GET /?email=***&n=1"),
    ("pan=4111+1111+1111+1111&n=1", "pan=***&n=1"),
    ("pan%3D4111%201111%201111%201111&n=1", "pan%3D***&n=1"),
    ("card_4111111111111111_old", "card_***_old"),
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("paid with 4111 1111 1111 1111 today", "paid with *** today"),
        ("paid with 4111-1111-1111-1111", "paid with ***"),
        ("card=378282246310005;", "card=***;"),
        ('{"card":5555555555554444}', '{"card":"***"}'),
        ('{"card": 5555555555554444, "n": 1}', '{"card": "***", "n": 1}'),
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer ***"),
        ("authorization: basic dXNlcjpwYXNz", "authorization: basic ***"),
        ("jwt eyJhbGciOiJI.eyJzdWIiOiIx.c2ln", "jwt ***"),
        ("key ghp_0123456789abcdefghijABCDEFGHIJ", "key ***"),
        ("postgresql://app:s3cr3t@db:5432/x", "postgresql://app:***@db:5432/x"),
        ("redis://:s3cr3t@cache/0", "redis://:***@cache/0"),
        ('{"password": "two words", "a": 1}', '{"password": "***", "a": 1}'),
        (r'{"db_password":"with \" in it"}', '{"db_password":"***"}'),
        ("CREATE ROLE a PASSWORD 'it''s' LOGIN", "CREATE ROLE a PASSWORD '***' LOGIN"),
        ("GET /x?api_key=abc&y=1", "GET /x?api_key=***&y=1"),
        ("client_secret: abc", "client_secret: ***"),
        *LEFT_IN_CLEAR_ONCE,
        ("mail to ada@acme.example failed", "mail to *** failed"),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----", "***"),
    ],
)
def test_what_is_masked(line: str, expected: str) -> None:
    assert masked(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        '{"ts":"2026-11-26T16:15:08.123Z","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}',
        "1795710610307 took 12 ms, wrote 4096 bytes",
        "http://127.0.0.1:8080/readyz",
        "order 1234567890123456 is shipped",  # no issuer begins with 1
        "tokens: 3 left",  # a count, and no secret
        "prompt_tokens=512 token_count=3 token_type=access",
        "authorization: required, cookies: 3",
        "Set-Cookie was sent",
        "a4111111111111111 and 4111111111111111f",  # of a longer number, in hexadecimal
        "primary_key=7 routing_key=orders monkey=1 bypass=2",
        '{"token": null, "has_token": true}',
        "http://127.0.0.1:8080/users/ada",
        "see http://db:5432/a b@c",
    ],
)
def test_what_is_not(line: str) -> None:
    assert masked(line) == line


@pytest.mark.parametrize("number", lines.CARDS)
@pytest.mark.parametrize("form", ["{}", "paid with {}.", '{{"card":{}}}', "card={};"])
def test_every_issuers_number_is_masked_and_one_beside_it_is_not(number: str, form: str) -> None:
    assert number not in masked(form.format(number))
    wrong = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    assert masked(form.format(wrong)) == form.format(wrong)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"{lines.NO_CARD} then {lines.BARE_CARD}", f"{lines.NO_CARD} then ***"),
        ("4124 4111 1111 1111 1111", "4124 ***"),
        ("1234567812345670 79927398713", "1234567812345670 79927398713"),  # they fit, of no issuer
        (" ".join([lines.NO_CARD] * 5), " ".join([lines.NO_CARD] * 5)),
        # the sixth is not checked
        (" ".join([lines.NO_CARD] * 6), " ".join([*[lines.NO_CARD] * 5, "***"])),
        (" ".join([lines.BARE_CARD] * 9), " ".join(["***"] * 9)),
        # what is between two is the edge of one at a time
        (",".join([lines.BARE_CARD] * 9), ",".join(["***"] * 9)),
    ],
)
def test_a_number_is_checked_and_what_is_not_checked_is_masked(line: str, expected: str) -> None:
    assert masked(line) == expected


@pytest.mark.parametrize("line", lines.audited())
def test_what_belongs_to_the_audit_is_suspected_as_it_is_written(line: str) -> None:
    assert re.search(audit.SUSPECTS, line)
    assert re.search(audit.SUSPECTS, json.dumps(line))  # as Docker keeps it


@pytest.mark.parametrize("status", ["401", "403"])
def test_what_the_reference_systems_gateway_refuses_is_suspected(status: str) -> None:
    config = (REFERENCE / "gateway/http.conf").read_text(encoding="utf-8")
    (told,) = re.findall(r"log_format json escape=json((?:\s+'[^']*')+);", config)
    line = "".join(re.findall(r"'([^']*)'", told))
    line = re.sub(r"\$\w+", "1", line.replace("$status", status))
    assert json.loads(line)["status"] == int(status)
    assert re.search(audit.SUSPECTS, line)
    assert re.search(audit.SUSPECTS, json.dumps({"log": line}))  # as Docker keeps it
    assert not re.search(audit.SUSPECTS, line.replace(f":{status},", ":200,"))


@pytest.mark.parametrize("form", lines.FORMS, ids=lambda each: each.name)
def test_other_lines_cost_the_audit_nothing(form: lines.Form) -> None:
    assert not re.search(audit.SUSPECTS, form.line)


@pytest.mark.parametrize(
    "name", [*WORDS, *(f"{each}{between}key" for each in KEYS for between in ("", "_"))]
)
def test_a_name_of_a_secret_is_one_in_a_line_and_in_a_file_that_is_shown(name: str) -> None:
    for written in (name, name.upper(), f"my_{name}"):
        assert masked(f"{written}=hushhush") == f"{written}=***"
        assert hidden(f"{written}=hushhush") == f"{written}=***"


def test_a_kind_that_is_left_out_is_not_masked() -> None:
    line = "ada@acme.example 4111111111111111"
    assert masked(line, ("cards",)) == "ada@acme.example ***"
    assert masking.step(()) is None


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_a_masked_line_is_masked_once(line: str) -> None:
    once = masked(line)
    assert masked(once) == once


def entries(text: str) -> list[str]:
    found = []
    while text:
        match = re.match(ENTRY, text)
        assert match is not None, text
        assert match.end() > 0, text
        found.append(match.group())
        text = text[match.end() :]
    return found


@pytest.mark.parametrize(
    "wanted",
    [
        ["one\n", "two\n"],
        ["\n", "\n"],
        ["ERROR: x\n\tDETAIL of it\n", "next\n"],
        [TRACEBACK, "next\n"],
        ["it failed\n" + TRACEBACK + CAUSED, "next\n"],
        ['{"a":1}\n', TRACEBACK, '{"b":2}\n'],
        [TRACEBACK + CAUSED, '{"b":2}\n'],
    ],
)
def test_where_an_entry_ends(wanted: list[str]) -> None:
    assert entries("".join(wanted)) == wanted


@given(st.lists(st.text(alphabet="aT{ \t+:E.", max_size=12)))
def test_entries_lose_nothing(lines: list[str]) -> None:
    text = "".join(f"{each}\n" for each in lines)
    assert "".join(entries(text)) == text


def written(**changes: object) -> dict[str, object]:
    values = {
        "store": Endpoint(host="10.0.0.1", port=9428),
        "path": "/insert",
        "resource": {"system": "shop", "region": "eu"},
        "regions": {},
        "steps": parsing.steps(STREAMS),
        "streams": STREAMS,
        **changes,
    }
    found: dict[str, object] = yaml.safe_load(config.configuration(config.Pipeline(**values)))  # type: ignore[arg-type]  # a table of values
    return found


def test_what_was_read_and_what_waits_is_on_disk() -> None:
    found: dict = written()  # type: ignore[type-arg]  # YAML is untyped
    assert found["receivers"]["file_log"]["storage"] == "file_storage"
    assert found["exporters"]["otlp_http"]["sending_queue"]["storage"] == "file_storage"
    assert "batch" not in found["processors"]  # it would hold lines in memory
    found = written(kept=False)
    assert "file_storage" not in yaml.safe_dump(found)
    assert found["receivers"]["file_log"]["start_at"] == "end"


def test_every_dollar_is_doubled_but_those_of_the_runtime() -> None:
    text = config.configuration(
        config.Pipeline(
            store=Endpoint(host="10.0.0.1", port=9428),
            path="/insert",
            resource={"system": "sh$op"},
            regions={"api": "us", "web": "us"},
            steps=parsing.steps(STREAMS),
            streams=STREAMS,
        )
    )
    lone = re.findall(r"(?<!\$)\$(?!\$)(?!\{self\.)", re.sub(r"\$\$", "", text))
    assert lone == []
    assert "system: sh$$op" in text
    assert "^(api|web)$$" in text


def test_a_form_can_be_left_out_and_nothing_else_changes() -> None:
    every = [each.name for each in parsing.steps(STREAMS)]
    assert [f"read_{each}" for each in parsing.FORMS if f"read_{each}" not in every] == []
    less = [each.name for each in parsing.steps(STREAMS, ("postgres",))]
    assert set(every) - set(less) == {"read_postgres"}


def test_no_line_can_claim_to_be_of_another_stream() -> None:
    (names,) = (each for each in parsing.steps(STREAMS) if each.name == "names")
    for each in STREAMS:
        assert f'delete_key(log.attributes, "{each}")' in names.statements
