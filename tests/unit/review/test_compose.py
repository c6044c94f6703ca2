"""From the text of a Compose file to what the rules say: what no hand-made sketch can show."""

from __future__ import annotations

import pytest
from review_samples import TODAY

from seatrial.review.assess import findings
from seatrial.review.rules import BY_ID
from seatrial.review.subject import Subject
from seatrial.system.importers import compose
from seatrial.system.importers.sketch import Sketch


def told(service: str, **files: str) -> set[str]:
    text = "services:\n  db:\n    image: acme/db:1\n    healthcheck: {test: [CMD, ask]}\n  web:\n"
    text += "".join(f"    {line}\n" for line in service.splitlines())
    texts = {"compose.yaml": text, **files}
    found = compose.sketch({"compose.yaml": text}, environ={}, find=texts.get)
    assert isinstance(found, Sketch), found
    return {each.rule.id for each in findings(Subject.of(found, TODAY)) if each.subject == "web"}


@pytest.mark.parametrize(
    ("environment", "rules"),
    [
        ("SECRET_KEY: hunter2-long", {"A0501"}),
        ("SECRET_KEY: ${SECRET_KEY}", {"A0502"}),
        ("SECRET_KEY:", {"A0502"}),
        ("SECRET_KEY: changeme", {"A0505"}),
        ("SECRET_KEY_FILE: /run/secrets/key", set()),
        ("DATABASE_URL: postgres://app:hunter2@db/app", {"A0501"}),
        ("DATABASE_URL: postgres://app:postgres@db/app", {"A0505"}),
        ("DATABASE_URL: postgres://app:${DB_PASSWORD}@db/app", set()),
        ("DATABASE_URL: postgres://db/app", set()),
        ("TOKEN_TTL: 300", set()),
        ("ALLOW_EMPTY_PASSWORD: yes", {"A0503"}),
    ],
)
def test_where_a_secret_comes_from_decides(environment: str, rules: set[str]) -> None:
    secrets = {each for each in told(f"environment:\n  {environment}") if each.startswith("A05")}
    assert secrets == rules


def test_a_secret_of_env_files_is_not_in_the_compose_file() -> None:
    found = told("env_file: web.env", **{"web.env": "SECRET_KEY=hunter2-long\n"})
    assert "A0502" in found
    assert "A0501" not in found


@pytest.mark.parametrize(
    ("depends", "waits"),
    [
        ("depends_on: [db]", False),
        ("depends_on: {db: {condition: service_started}}", False),
        ("depends_on: {db: {condition: service_healthy}}", True),
        ("depends_on: {db: {condition: service_completed_successfully}}", True),
    ],
)
def test_what_is_waited_for_is_read(depends: str, *, waits: bool) -> None:
    assert ("A1102" not in told(depends)) is waits


@pytest.mark.parametrize(
    ("written", "rule", "fires"),
    [
        ('restart: "no"', "A0801", False),
        ('restart: "no"\nports: ["80:80"]', "A0801", True),
        ("deploy: {restart_policy: {condition: any}}", "A0801", False),
        ("logging: {driver: local}", "A0901", False),
        ("logging: {options: {max-size: 1m}}", "A0901", False),
        ("logging: {driver: json-file, options: {max-file: '3'}}", "A0901", True),
        ("mem_limit: 1g", "A0301", False),
        ("deploy: {resources: {limits: {memory: 1g}}}", "A0301", False),
        ("deploy: {resources: {reservations: {memory: 1g}}}", "A0301", True),
        ("security_opt: [no-new-privileges:true]", "A0409", False),
        ("security_opt: [no-new-privileges]", "A0409", False),
        ("user: '0'", "A0401", True),
        ("user: nobody", "A0401", False),
        ("volumes: [/var/run/docker.sock:/var/run/docker.sock:ro]", "A0405", True),
        ("build: ./web\nvolumes: ['./web:/app']", "A0702", True),
        ("volumes: ['./conf/app.toml:/app/app.toml:ro']", "A0702", False),
        ("volumes: ['/:/host:ro']", "A0411", False),
        ("volumes: ['/etc:/host/etc']", "A0411", True),
        ("healthcheck: {test: [NONE]}", "A0202", True),
        ("healthcheck: {test: 'exit 0'}", "A0203", True),
        ("healthcheck: {test: 'curl -f http://localhost/ || exit 1'}", "A0203", False),
        ("ports: ['127.0.0.1:9229:9229']", "A0603", False),
        ("ports: ['9229:9229']", "A0603", True),
        ("network_mode: host", "A0406", True),
        ("deploy: {replicas: 2}\nports: ['80:80']", "A1001", False),
    ],
)
def test_the_forms_of_compose_are_understood(written: str, rule: str, *, fires: bool) -> None:
    assert (rule in told(written)) is fires


JOBS = """
services:
  web:
    image: acme/web:1
    ports: ["80:80"]
    depends_on: {load: {condition: service_completed_successfully}}
  load: {image: acme/load:1}
  worker: {image: acme/worker:1}
  db: {image: "postgres:16", command: postgres -c fsync=on}
  dump: {image: "postgres:16", command: pg_dump -h db app}
  topics: {image: "apache/kafka:3", command: [/opt/kafka/bin/kafka-topics.sh, --create]}
  checks: {image: acme/web:1, command: pytest -q}
  shell: {image: "postgres:16", profiles: [tools]}
"""


def test_what_runs_to_its_end_is_not_restarted() -> None:
    sketch = compose.sketch({"compose.yaml": JOBS}, environ={}, find=lambda _: None)
    assert isinstance(sketch, Sketch)
    found = findings(Subject.of(sketch, TODAY), (BY_ID["A0801"], BY_ID["A0701"]))
    told = {rule: {e.subject for e in found if e.rule.id == rule} for rule in ("A0801", "A0701")}
    assert told == {"A0801": {"web", "worker", "db"}, "A0701": {"db", "shell"}}
    edited = {e.subject for e in found if e.rule.id == "A0801" and e.cure.edit is not None}
    assert edited == {"web", "db"}, "whether a worker ends is known to its owner alone"
