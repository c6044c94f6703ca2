"""The small parts of the importers, each by itself."""

from decimal import Decimal
from pathlib import Path

import pytest

from seatrial.system.importers import compose, hosts
from seatrial.system.importers.confidential import confidential, masked
from seatrial.system.importers.cursor import Account, Cursor, dotted
from seatrial.system.importers.derive import derive
from seatrial.system.importers.documents import read_documents
from seatrial.system.importers.kubernetes.fields import KEYS, KINDS
from seatrial.system.importers.kubernetes.labels import selector
from seatrial.system.importers.kubernetes.names import Names
from seatrial.system.importers.kubernetes.quantities import quantity
from seatrial.system.importers.sketch import Fidelity, Sketch

SHOP = Path(__file__).parents[4] / "examples/web-shop"
DOCS = Path(__file__).parents[4] / "docs"


def cursor(text: str) -> Cursor:
    (root,) = read_documents(text, "given.yaml").roots
    return Account().open(root)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("250m", "0.25"),
        ("1Gi", str(1024**3)),
        ("1e3", "1000"),
        ("1E", str(10**18)),
        ("0.5", "0.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1500000u", "1.5"),
        ("128974848000m", "128974848"),
        (" 2 ", "2"),
    ],
)
def test_a_quantity_is_the_number_it_stands_for(text: str, value: str) -> None:
    assert quantity(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "lots", "512MB", "1gi", "-1", "1e99", "1 Gi", "NaN", "0x10"])
def test_what_is_no_quantity_is_none(text: str) -> None:
    assert quantity(text) is None


@pytest.mark.parametrize(
    ("written", "labels", "chosen"),
    [
        ("{app: a}", {"app": "a", "x": "y"}, True),
        ("{app: a, tier: b}", {"app": "a"}, False),
        ("{}", {"app": "a"}, False),
        ("{matchLabels: {}}", {"app": "a"}, False),
        ("{matchLabels: {app: a}}", {"app": "a"}, True),
        ("{matchExpressions: [{key: app, operator: In, values: [a, b]}]}", {"app": "b"}, True),
        ("{matchExpressions: [{key: app, operator: NotIn, values: [a]}]}", {"app": "a"}, False),
        ("{matchExpressions: [{key: app, operator: NotIn, values: [a]}]}", {}, True),
        ("{matchExpressions: [{key: app, operator: Exists}]}", {"app": ""}, True),
        ("{matchExpressions: [{key: app, operator: DoesNotExist}]}", {"app": "a"}, False),
        ("{matchExpressions: [{key: app, operator: Like}]}", {"app": "a"}, False),
    ],
)
def test_a_selector_chooses_by_labels(written: str, labels: dict[str, str], chosen: bool) -> None:  # noqa: FBT001 - a column of the table
    assert selector(cursor(written)).chooses(labels) is chosen


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("postgres://u:p@db.shop.svc:5432/x", {"db.shop.svc"}),
        ("mongodb://a:27017,b:27017/x", {"a", "b"}),
        ("kafka-0.kafka:9092,kafka-1.kafka:9092", {"kafka-0.kafka", "kafka-1.kafka"}),
        ("Server=sql;Database=x", {"sql"}),
        ("root@tcp(mysql:3306)/x", {"mysql"}),
        ("proxy_pass http://api;", {"api"}),
        ("12:30:45", set()),
        ("just words", set()),
    ],
)
def test_hosts_are_found_by_their_form(text: str, found: set[str]) -> None:
    assert set(hosts.mentioned(text)) == found


def test_a_bare_word_is_a_host_only_by_the_name_of_its_variable() -> None:
    assert list(hosts.bare("REDIS_HOST", "cache")) == ["cache"]
    assert list(hosts.bare("BROKERS", "a, b")) == ["a", "b"]
    assert list(hosts.bare("POSTGRES_DB", "shop")) == []


@pytest.mark.parametrize(
    ("command", "host"),
    [("until nc -z db 5432", "db"), ("pg_isready -h db -p 1", "db"), ("x --host=db", "db")],
)
def test_hosts_are_found_in_commands(command: str, host: str) -> None:
    assert host in set(hosts.of_command(command))


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("DB_PASSWORD", "hunter2", True),
        ("DB_PASSWORD", "$(OTHER)", False),
        ("AUTH_TOKEN_TTL", "5m", False),
        ("ALLOW_EMPTY_PASSWORD", "yes", False),
        ("PASSWORD", "$(USER)x", True),
        ("LEVEL", "info", False),
    ],
)
def test_secrets_are_told_by_name(name: str, value: str, secret: bool) -> None:  # noqa: FBT001 - a column of the table
    assert confidential(name, value) is secret


def test_passwords_in_commands_are_masked_and_nothing_else() -> None:
    command = ("redis-server", "--requirepass", "hunter2", "--port", "6379", "--pass", "$(PW)")
    assert masked(command) == (*command[:2], "***", *command[3:])
    assert masked(("sh", "-c", "mysqladmin -u root -phunter2 ping"))[2].endswith("-p*** ping")
    assert len(masked(("a",) * 10_000)) == 501


def test_names_are_given_once() -> None:
    names = Names()
    assert [names.take(name) for name in ("a", "a", "a-2", "a")] == ["a", "a-2", "a-2-2", "a-3"]
    assert "a-3" in names


def test_an_absent_value_answers_with_absence() -> None:
    at = cursor("{a: {b: [1, yes, '2', null]}}")
    assert not at.at("x", "y", 3)
    assert at.at("x", "y", 3).text == ""
    assert at.at("x").items == ()
    assert [each.text for each in at.at("a", "b").items] == ["1", "yes", "2", ""]
    assert [each.whole for each in at.at("a", "b").items] == [1, None, 2, None]
    assert at.at("a", "b", 1).flag is True
    assert at.at("a", "b", 1).is_text is False
    assert dotted(("metadata", "labels", "app.kubernetes.io/name", 0)) == (
        'metadata.labels["app.kubernetes.io/name"].0'
    )


def test_what_nobody_speaks_of_gets_a_line() -> None:
    at = cursor("{a: {b: 1, c: {d: 2}}, e: []}")
    at.at("a", "b").imported("read")
    at.account.close(at)
    assert [(each.subject, str(each.fidelity)) for each in at.account.entries] == [
        ("a.b", "imported"),
        ("a.c", "dropped"),
        ("e", "dropped"),
    ]


def test_the_documentation_lists_every_kind_and_key_that_is_not_taken() -> None:
    page = (DOCS / "importing-kubernetes.md").read_text(encoding="utf-8")
    for name, (what, cure) in (*KINDS.items(), *KEYS.items()):
        assert f"| `{name}` | {what} | {cure} |\n" in page


@pytest.mark.parametrize(
    ("ports", "fidelity"), [("", Fidelity.APPROXIMATED), ("expose: [80], ", Fidelity.IMPORTED)]
)
def test_a_check_of_a_port_that_nobody_declares_is_not_imported_whole(
    ports: str, fidelity: Fidelity
) -> None:
    check = "healthcheck: {test: curl -f http://localhost/up}"
    text = f"services: {{web: {{image: a, {ports}{check}}}}}"
    found = compose.sketch({"compose.yaml": text}, environ={}, find=lambda _: None)
    assert isinstance(found, Sketch)
    draft = derive(found)
    assert draft.document["services"]["web"]["health"] == {"ready": "/up"}
    (told,) = (each for each in draft.ledger if each.subject == "services.web.healthcheck.test")
    assert told.fidelity is fidelity
    assert told.summary.startswith("becomes health.ready: /up")


@pytest.mark.parametrize(
    ("mount", "ports", "found"),
    [
        ("data:/var/lib/mysql", "", {"mysql": 3306}),
        ("data:/var/lib/rabbitmq/", 'ports: ["15672:15672"], ', {"amqp": 5672, "http": 15672}),
        ("data:/var/lib/mysql", "expose: [3307], ", {"http": 3307}),  # what is told is not doubted
        ("data:/var/lib/mysql:ro", "", None),  # a backup reads it
        ("data:/var/lib/other", "", None),
    ],
)
def test_an_image_of_ones_own_is_known_by_where_it_keeps_data(
    mount: str, ports: str, found: dict[str, int] | None
) -> None:
    text = f"services: {{db: {{build: db, {ports}volumes: ['{mount}']}}}}\nvolumes: {{data: }}\n"
    sketch = compose.sketch({"compose.yaml": text}, environ={}, find=lambda _: None)
    assert isinstance(sketch, Sketch)
    draft = derive(sketch)
    service = draft.document["services"]["db"]
    assert service.get("ports") == found
    assert ("db" in str(list(draft.remarks))) == (found is not None)
    assert not service.get("exposed")


def test_the_web_shop_is_brought_in_with_what_it_keeps() -> None:
    text = (SHOP / "compose.yaml").read_text(encoding="utf-8")
    sketch = compose.sketch({"compose.yaml": text}, environ={}, find=lambda _: None)
    assert isinstance(sketch, Sketch)
    services = derive(sketch).document["services"]
    assert set(services) == {"storefront", "orders", "mailer", "db", "queue"}
    assert services["db"]["ports"] == {"mysql": 3306}
    assert next(iter(services["queue"]["ports"].values())) == 5672
    assert [name for name, each in services.items() if each.get("exposed")] == ["storefront"]
    assert services["storefront"]["health"] == {"ready": "/health"}


@pytest.mark.parametrize(
    ("include", "version"),
    [
        ("path: infra/db.yaml", "14"),  # the .env beside it
        ("path: infra/db.yaml\n    env_file: conf/dev.env", "16"),
        ("path: infra/db.yaml\n    env_file: [conf/dev.env, conf/new.env]", "17"),
        ("path: infra/db.yaml\n    project_directory: conf", "15"),
    ],
)
def test_what_an_include_interpolates_from(include: str, version: str) -> None:
    texts = {
        "compose.yaml": f"include:\n  - {include}\nservices: {{web: {{image: a}}}}\n",
        "infra/db.yaml": "services: {db: {image: 'postgres:${PG:-13}'}}\n",
        "infra/.env": "PG=14\n",
        "conf/.env": "PG=15\n",
        "conf/dev.env": "PG=16\n",
        "conf/new.env": "PG=17\n",
    }
    found = compose.sketch({"compose.yaml": texts["compose.yaml"]}, environ={}, find=texts.get)
    assert isinstance(found, Sketch)
    assert {each.image for each in found.containers} == {"a", f"postgres:{version}"}


@pytest.mark.parametrize(
    ("lines", "copy"),
    [
        ("environment: [REDIS_REPLICATION_MODE=slave, REDIS_MASTER_HOST=cache]", True),
        ("environment: [REDIS_REPLICATION_MODE=master]", False),
        ("command: redis-server --replicaof cache 6379", True),
        ("command: redis-server --appendonly yes", False),
    ],
)
def test_a_copy_of_a_store_is_told(lines: str, *, copy: bool) -> None:
    text = f"services:\n  web: {{image: a}}\n  second:\n    image: bitnami/redis:7.2\n    {lines}\n"
    found = compose.sketch({"compose.yaml": text}, environ={}, find=lambda _: None)
    assert isinstance(found, Sketch)
    (line,) = (e for e in derive(found).ledger if e.subject == "services.second.image")
    assert (line.fidelity, "copy of another" in line.summary) == (
        (Fidelity.APPROXIMATED, True) if copy else (Fidelity.IMPORTED, False)
    )
