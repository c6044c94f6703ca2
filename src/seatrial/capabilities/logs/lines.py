"""The lines that drills write in the name of workloads, and what must be found of them.

Every one holds the word MARK, by which it is found; none of them is anything that happened.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

MARK = "seatrialdrill"
FOUND = f"{MARK} found"
PLANTED = f"{MARK} planted"
BURST = f"{MARK} burst"
AUDIT = f"{MARK} audit"
# Nobody's: the test number of a card issuer, and texts that only look like tokens.
CARD = "4111 1111 1111 1111"
BARE_CARD = "5555555555554444"
# Test numbers of the issuers, of each length: Visa, Mastercard, American Express, Discover, JCB,
# Diners Club, UnionPay.
CARDS = (
    *("4111111111111111", "4012888888881881", "4000000000000000006"),
    *("5555555555554444", "5105105105105100", "2223003122003222"),
    *("378282246310005", "371449635398431"),
    *("6011111111111117", "6011000990139424"),
    *("3530111333300000", "30569309025904", "38520000023237"),
    *("6200000000000005",),
)
NO_CARD = "4111111111111112"  # its check digit is wrong: the number of a run, say
TOKEN = "seatrial0drill0token0abcdefghij"  # noqa: S105 - a text that must be masked
PASSWORD = "seatrial-drill-pass"  # noqa: S105 - the same
ADDRESS = "planted@seatrial-drill.example"
_NAMED = "seatrial-drill-named"  # what stands under the name of a secret, with a number behind it
_BARE_TOKEN = "seatrial-drill-0bare0token"  # noqa: S105 - of no scheme
_COOKIE = "seatrial-drill-cookie"
_FORM_CARD, _URL_CARD = CARD.replace(" ", "+"), CARD.replace(" ", "%20")
_GLUED_CARD = f"card_{CARD.replace(' ', '')}"
_QUERY_ADDRESS = ADDRESS.replace("@", "%40")
# Under such a name as shells, Python, YAML, headers, JSON in JSON, and people write it.
_AS_WRITTEN = (
    f"{PLANTED} password=\"{_NAMED}-1\" PGPASSWORD='{_NAMED}-2' x-api-key: {_NAMED}-3",
    f"{PLANTED} {{'password': '{_NAMED}-4', 'token': b'{_NAMED}-5'}} --password {_NAMED}-6",
    json.dumps({"msg": f"{PLANTED} body", "body": json.dumps({"password": f"{_NAMED}-7"})}),
    f'{PLANTED} client_secret: "{_NAMED}-8" postgresql://app:{_NAMED}/@-9@database/app',
    # of more words, or of a browser, and as a form or a URL writes what stands behind a name
    f"{PLANTED} SECRET_KEY={_NAMED}-10 secretKey: {_NAMED}-11 signing_key={_NAMED}-12",
    f"{PLANTED} password1={_NAMED}-13&password_confirmation={_NAMED}-14&pan={_FORM_CARD}&x=1",
    json.dumps({"msg": f"{PLANTED} more", "secret_key": f"{_NAMED}-15", "pan": _GLUED_CARD}),
    f"{PLANTED} Authorization: {_BARE_TOKEN} Cookie: session={_COOKIE}; theme=dark",
    f"{PLANTED} GET /who?email={_QUERY_ADDRESS}&pan={_URL_CARD}",
)
SECRETS: Mapping[str, tuple[str, ...]] = {
    "cards": (CARD, BARE_CARD, _FORM_CARD, _URL_CARD, _GLUED_CARD),
    "tokens": (TOKEN, _BARE_TOKEN, _COOKIE),
    "passwords": (PASSWORD, _NAMED, "-9@"),
    "addresses": (ADDRESS, _QUERY_ADDRESS),
}


def found() -> str:
    """One that each replica writes."""
    return json.dumps(
        {"ts": "${time}", "level": "info", "msg": FOUND, "written": "${now}", "number": "${number}"}
    )


def planted() -> tuple[str, ...]:
    """Those with everything that must never be stored."""
    line = json.dumps(
        {
            "ts": "${time}",
            "level": "info",
            "msg": PLANTED,
            "card": CARD,
            "number": int(BARE_CARD),
            "run": int(NO_CARD),
            "header": f"Authorization: Bearer {TOKEN}",
            "url": f"postgresql://app:{PASSWORD}@database:5432/app",
            "user": ADDRESS,
        }
    )
    return (line, *_AS_WRITTEN)


def audited() -> tuple[str, ...]:
    """Those that belong to the audit, each told otherwise."""
    made = f"CREATE ROLE drill PASSWORD '{PASSWORD}' -- {AUDIT} by statement"
    return (
        json.dumps({"msg": f"{AUDIT} by field", "log.kind": "audit"}),
        json.dumps({"msg": f"{AUDIT} by logger", "logger": "app.audit"}),
        json.dumps({"msg": f"{AUDIT} by status", "method": "GET", "path": "/", "status": 401}),
        f"2026-01-01 00:00:00.000 UTC [7] LOG:  statement: {made}",
        f'127.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "GET /{MARK}-audit HTTP/1.1" 403 7 "-" "-"',
    )


def burst() -> str:
    """One of very many."""
    return json.dumps({"level": "info", "msg": BURST, "part": "PART", "number": "${number}"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A line in the form of a product, and the fields that must be read out of it."""

    name: str
    line: str
    fields: Mapping[str, str]


TRACEBACK = (
    f"{MARK} something failed\nTraceback (most recent call last):\n"
    '  File "drill.py", line 1, in <module>\n    raise LookupError("drill")\n'
    "LookupError: drill\n\n"
    "During handling of the above exception, another exception occurred:\n\n"
    "Traceback (most recent call last):\n"
    '  File "drill.py", line 3, in <module>\n    raise ValueError("seatrial")\n'
    "ValueError: seatrial"
)
FORMS = (
    Form(
        name="json",
        line=json.dumps(
            {
                "level": "WARNING",
                "message": f"{MARK} json",
                "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
                "span_id": "00f067aa0ba902b7",
            }
        ),
        fields={
            "level": "warn",
            "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
            "span_id": "00f067aa0ba902b7",
        },
    ),
    Form(
        name="logfmt",
        line=f'ts=${{time}} level=error caller=drill.go:1 msg="{MARK} logfmt"',
        fields={"level": "error", "caller": "drill.go:1"},
    ),
    Form(
        name="nginx",
        line=f'127.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "GET /{MARK} HTTP/1.1" 404 7 "-" "drill"',
        fields={"status": "404", "method": "GET", "path": f"/{MARK}"},
    ),
    Form(
        name="postgres",
        line=f"2026-01-01 00:00:00.000 UTC [7] ERROR:  {MARK} postgres\n\tSTATEMENT of it",
        fields={"level": "error", "pid": "7"},
    ),
    Form(
        name="redis",
        line=f"7:M 01 Jan 2026 00:00:00.000 # {MARK} redis",
        fields={"level": "warn", "role": "M"},
    ),
    Form(
        name="traceback",
        line=TRACEBACK,
        fields={"exception": "ValueError", "reason": "seatrial", "level": "error"},
    ),
)
