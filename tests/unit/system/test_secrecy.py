"""What of somebody else's files is a secret, by its name and by its look, and what is none."""

from __future__ import annotations

import pytest

from seatrial.system.importers.compose import sketch as compose
from seatrial.system.importers.derive import derive
from seatrial.system.importers.openapi import sketch as openapi
from seatrial.system.importers.sketch import Fidelity, Sketch
from seatrial.system.importers.write import text as written
from seatrial.system.load import loads
from seatrial.system.mask import by_look
from seatrial.system.secrecy import hidden, is_secret, names_secret

LEAK = "hunter2"


@pytest.mark.parametrize(
    "name",
    [
        "STRIPE_KEY",
        "FERNET_KEY",
        "AIRFLOW__CORE__FERNET_KEY",
        "DBPASS",
        "PGPASS",
        "SALT",
        "SESSION_COOKIE",
        "AUTH",
        "NEO4J_AUTH",
        "JWT",
        "GH_PAT",
        "KEY",
        "NPM_CONFIG__AUTH",
        "SLACK_SIGNING",
        "HMAC_SHA",
        "VAULT_UNSEAL_1",
        "ACCESS_TOKEN",
        "DB_PASSWORD",
        "AWS_ACCESS_KEY_ID",
        "WEBHOOK_URL",
    ],
)
def test_names_whose_values_are_not_copied(name: str) -> None:
    assert is_secret(name, LEAK)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOKEN_LIFETIME", "1h"),
        ("MAX_TOKENS", "4096"),
        ("AUTH_TOKEN_EXPIRE_MIN", "60"),
        ("PASSWORD_RESET_URL", "https://shop/reset"),
        ("TOKEN_ENDPOINT", "https://id/token"),
        ("OAUTH_TOKEN_URI", "https://id/token"),
        ("TOKEN_ALGORITHM", "RS256"),
        ("PASSWORD_HASHER", "argon2"),
        ("SECRETSMANAGER_REGION", "eu-west-1"),
        ("TOKENS_A_DAY", "500"),
        ("STRIPE_PUBLIC_KEY", "pk"),
        ("COMPASS", "north"),
        ("AUTH_HOST", "auth"),
        ("TLS_KEY", "/certs/tls.key"),
        ("NEO4J_AUTH", "none"),
    ],
)
def test_what_only_speaks_of_a_secret_is_none(name: str, value: str) -> None:
    assert not is_secret(name, value)
    assert hidden(f"run --x {name}={value}") == f"run --x {name}={value}"


def test_a_short_number_is_a_password_all_the_same() -> None:
    assert is_secret("DB_PASSWORD", "1234")
    assert is_secret("ACCESS_TOKEN", "1234")


@pytest.mark.parametrize(
    "secret",
    [
        "rk_live_0123456789",
        "AIza" + "x" * 35,
        "ASIA0123456789ABCDEF",
        "whsec_0123456789abcdef",
        "npm_" + "a1" * 18,
        "hf_" + "aB" * 12,
        "SG." + "a" * 22 + "." + "b" * 43,
        "123456789:" + "Ab-_5" * 7,
        "0123456789abcdef0123456789abcdef",
    ],
)
def test_forms_of_issuers_are_hidden_in_both_vocabularies(secret: str) -> None:
    for text in (secret, f"app --to {secret} -v", f"x={secret}"):
        assert secret not in hidden(text)
        assert secret not in by_look(text)


@pytest.mark.parametrize(
    "text",
    [
        f"https://discord.com/api/webhooks/1/{LEAK}",
        f"curl -H 'Authorization: Bearer {LEAK}' web",
        f"AccountName=a;AccountKey={LEAK}==;EndpointSuffix=b",
        f"Endpoint=sb://a/;SharedAccessKey={LEAK}",
        f"define('X_PASSWORD','{LEAK}')",
        f"define( 'AUTH_KEY', '{LEAK}' );",
        f'password => "{LEAK}"',
        f"${{MY_TOKEN:-{LEAK}}}",
        f"app --token ${{TOK:-{LEAK}}}",
        f"DB_PASSWORD=${{Z:-{LEAK}}}",
        f"app -e STRIPE_KEY={LEAK}",
        f"root:{LEAK}@tcp(h:1)/x",
        f"dsn=root:{LEAK}@tcp(h:1)/x",
        f"amqp://user:{LEAK}@{LEAK}@host",
        f"amqp://user:{LEAK}/{LEAK}@host/x",
        f"smtp://me@shop.example:{LEAK}@host:25",
    ],
)
def test_secrets_within_a_text_are_hidden(text: str) -> None:
    assert LEAK not in hidden(text)
    assert hidden(hidden(text)) == hidden(text)


@pytest.mark.parametrize(
    "text",
    [
        "http://api:8080/orders",
        "npm i --registry http://npm:4873/@shop/web",
        "postgres://${U}:${P}@db/x",
        "app --token ${TOKEN}",
        "curl -f http://localhost:80/health || exit 1",
        "Host(`a.example`) && PathPrefix(`/basic`)",
        "acme/api@sha256:" + "9f86d081" * 8,
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert hidden(text) == text


def _compose(text: str) -> tuple[Sketch, str]:
    found = compose({"compose.yaml": text}, environ={}, find=lambda _: None)
    assert isinstance(found, Sketch)
    draft = derive(found)
    return found, written(draft.document, draft.remarks)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (f"STRIPE_KEY: {LEAK}", "STRIPE_KEY: {secret: STRIPE_KEY}"),
        (f"BROKER: amqp://user:p@{LEAK}@host", "amqp://user:${secret.BROKER_PASSWORD}@host"),
        (f"BROKER: amqp://user:{LEAK}/b@host", "amqp://user:${secret.BROKER_PASSWORD}@host"),
        (f"MAIL: smtp://me@a.example:{LEAK}@host", "MAIL: {secret: MAIL}"),
        (f"ODD: http://api:80/{LEAK}@host", "ODD: {secret: ODD}"),
    ],
)
def test_an_import_names_the_secret_and_does_not_copy_it(pair: str, expected: str) -> None:
    found, text = _compose(f"services: {{web: {{image: a/web, environment: {{{pair}}}}}}}")
    assert LEAK not in repr(found)
    assert LEAK not in text
    assert expected in text


@pytest.mark.parametrize("user", ["me:hunter2", "hunter2", "me:h@hunter2"])
def test_a_build_is_written_without_who_fetches_it(user: str) -> None:
    found, text = _compose(
        f"services: {{web: {{build: {{context: 'https://{user}@github.com/x/y.git'}}}}}}"
    )
    assert found.containers[0].build == "https://github.com/x/y.git"
    assert LEAK not in text
    told = {each.subject: each.fidelity for each in found.ledger}
    assert told["services.web.build.context"] is Fidelity.APPROXIMATED


@pytest.mark.parametrize("name", ["key", "sig", "signature", "code", "auth", "token", "api_key"])
def test_an_operation_that_asks_for_a_secret_is_left_out(name: str) -> None:
    document = f"""\
openapi: 3.0.0
info: {{title: shop, version: '1'}}
paths:
  /orders:
    get:
      parameters:
        - {{name: {name}, in: query, required: true, example: {LEAK}, schema: {{type: string}}}}
      responses: {{'200': {{description: fine}}}}
"""
    found = openapi({"openapi.yaml": document})
    assert isinstance(found, Sketch)
    assert LEAK not in repr(found)
    assert any(f"its parameter {name} is a secret" in each.summary for each in found.ledger)


def test_check_does_not_cry_wolf() -> None:
    head = "seatrial: 1\nsystem: shop\nteams: {web: {chat: '#web'}}\nservices:\n  api:\n"
    body = "    owner: web\n    run: app\n    environment: {%s}\n"

    def codes(pair: str) -> list[str]:
        return [each.code for each in loads(head + body % pair, "seatrial.yaml").problems]

    assert "ST1501" in codes("DB_PASSWORD: hunter2")
    assert "ST1501" in codes("BROKER: 'amqp://u:p/w@host'")
    for quiet in ("SORT_KEY: name", "MAX_TOKENS: '4096'", "U: 'http://api:80/a@b'", "AUTH: ldap"):
        assert "ST1501" not in codes(quiet)


def test_the_narrow_names_are_among_the_broad_ones() -> None:
    assert names_secret("license_key")
    assert not names_secret("PUBLIC_KEY")
