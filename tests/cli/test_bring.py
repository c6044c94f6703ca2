"""`seatrial init --from`: what others wrote, brought in as a user sees it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run, Typed

COMPOSE = """\
services:
  web:
    build: ./web
    ports: ["80:8080"]
    restart: always
    environment:
      DATABASE_URL: postgres://app:hunter2@db:5432/app
      API_KEY: hunter2
  db:
    image: postgres:15
"""


@pytest.fixture
def project(folder: Path) -> Path:
    file = folder / "compose.yaml"
    file.write_text(COMPOSE, encoding="utf-8")
    return file


def test_a_project_becomes_a_file_that_passes_check(run: Run, folder: Path, project: Path) -> None:
    done = run("init", "--from", project.name)
    assert done.code == 0, done.err
    assert done.out == "seatrial check\n"
    assert "dropped" in done.err
    assert "compose.yaml:5:5" in done.err
    assert "services.web.restart" in done.err
    assert "hunter2" not in done.err
    text = (folder / "seatrial.yaml").read_text(encoding="utf-8")
    assert "hunter2" not in text
    assert "${db.password}" in text
    checked = run("check", "--json")
    assert checked.code == 0
    # nobody answers for anything, and what runs beside is seen from outside only
    assert {each["code"] for each in checked.json()["problems"]} == {"ST1216", "ST2106"}


def test_containers_that_are_started_already_are_gone_beside(
    run: Run, folder: Path, project: Path
) -> None:
    project.write_text(f"{COMPOSE}  prometheus:\n    image: prom/prometheus:v3\n", encoding="utf-8")
    (folder / "describing").mkdir()
    assert run("init", "describing", "--from", project.name).code == 0
    text = (folder / "describing" / "seatrial.yaml").read_text(encoding="utf-8")
    assert "runtime: compose\n    beside: ../compose.yaml\n" in text
    assert "  prometheus-service:\n" in text  # the name is that of what seatrial runs
    assert run("check", "-f", "describing/seatrial.yaml").code == 0


def test_the_same_again_changes_no_byte(run: Run, folder: Path, project: Path) -> None:
    run("init", "--from", project.name)
    before = {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    done = run("init", "--from", project.name)
    assert done.code == 0
    assert "nothing is new in seatrial.yaml" in done.err
    assert {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()} == before


def test_what_is_new_is_merged_and_edits_stay(run: Run, folder: Path, project: Path) -> None:
    run("init", "--from", project.name)
    file = folder / "seatrial.yaml"
    edited = file.read_text(encoding="utf-8").replace("exposed: true", "exposed: false  # not yet")
    file.write_text(edited, encoding="utf-8")
    project.write_text(COMPOSE + "  cron: {image: a/cron}\n", encoding="utf-8")
    assert run("init", "--from", project.name).code == 0
    text = file.read_text(encoding="utf-8")
    assert "exposed: false  # not yet" in text
    assert "  cron:\n    owner: unassigned\n" in text


def test_a_folder_is_asked_for_its_compose_file_and_override(run: Run, folder: Path) -> None:
    home = folder / "deploy"
    home.mkdir()
    (home / "docker-compose.yml").write_text(COMPOSE, encoding="utf-8")
    (home / "docker-compose.override.yml").write_text(
        "services: {web: {environment: {EXTRA: more}}}", encoding="utf-8"
    )
    assert run("init", "--from", "deploy", "--name", "shop").code == 0
    text = (folder / "seatrial.yaml").read_text(encoding="utf-8")
    assert "system: shop\n" in text
    assert "EXTRA: more" in text
    assert "build: deploy/web\n" in text


def test_json_is_all_there_is_on_standard_output(run: Run, project: Path) -> None:
    done = run("init", "--from", project.name, "--json")
    told = done.json()
    assert done.err == ""
    assert told["changed"] is True
    assert sum(told["counts"].values()) == len(told["ledger"])
    assert {"fidelity", "subject", "file", "line", "column", "summary", "cure"} == set(
        told["ledger"][0]
    )
    assert "hunter2" not in done.out


def test_further_files_outside_of_the_checkout_are_not_read(run: Run, folder: Path) -> None:
    (folder / "outside.env").write_text("STOLEN=yes\n", encoding="utf-8")
    home = folder / "checkout"
    (home / ".git").mkdir(parents=True)
    (home / "compose.yaml").write_text(
        "services: {web: {image: a, env_file: ../outside.env}}", encoding="utf-8"
    )
    done = run("init", "--from", "checkout", "--full")
    assert done.code == 0
    assert "was not found" in done.err
    assert "STOLEN" not in (folder / "seatrial.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "ST1701"),
        ("a: b\n", "ST1701"),
        ("services: {}\n", "ST1702"),
        ("services: [\n", "ST1102"),
        ("\tservices: x\n", "ST110"),
        ("\x00", "ST1006"),
        ("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n", "ST1724"),
        ("image: {{ .Values.image }}\n", "ST1721"),
        ("openapi: 9.0.0\npaths: {}\n", "ST1732"),
    ],
)
def test_what_cannot_be_brought_in_is_bad_input(
    run: Run, folder: Path, content: str, said: str
) -> None:
    (folder / "compose.yaml").write_text(content, encoding="utf-8")
    done = run("init", "--from", "compose.yaml")
    assert done.code == 2
    assert said in done.err
    assert not (folder / "seatrial.yaml").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--from", "not-there.yaml"),
        ("--from", "."),
        ("--from", "compose.yaml", "--force"),
        ("--from", "compose.yaml", "--name", "No Name"),
        ("--from", "compose.yaml", "--owner", "No Owner"),
        ("--yes",),
        ("--json",),
    ],
    ids=" ".join,
)
def test_wrong_use_is_bad_input(run: Run, folder: Path, words: tuple[str, ...]) -> None:
    if "." not in words:
        (folder / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    assert run("init", *words).code == 2
    assert not (folder / "seatrial.yaml").exists()


def test_a_file_that_does_not_load_is_left_alone(run: Run, folder: Path, project: Path) -> None:
    file = folder / "seatrial.yaml"
    file.write_text("seatrial: 1\nsystem: shop\n", encoding="utf-8")
    done = run("init", "--from", project.name)
    assert done.code == 2
    assert "ST1302" in done.err
    assert file.read_text(encoding="utf-8") == "seatrial: 1\nsystem: shop\n"


def test_names_of_others_reach_no_terminal_as_orders(run: Run, folder: Path) -> None:
    document = {"services": {"we\x1b[31mb": {"image": "a", "bad\x1b]0;x": 1}}}
    (folder / "compose.yaml").write_text(json.dumps(document), encoding="utf-8")
    done = run("init", "--from", "compose.yaml")
    assert done.code == 0
    assert "\x1b" not in done.err


def test_on_a_terminal_it_asks_and_shows_the_difference(
    typed: Typed, folder: Path, project: Path
) -> None:
    code, shown = typed(
        "init", "--from", project.name, prompt="The system's name", keys=b"\n\n\nn\n"
    )
    assert code == 0, shown
    assert "Services that users reach (web)" in shown
    assert "+system:" in shown.replace(" ", "")
    assert "left alone" in shown
    assert not (folder / "seatrial.yaml").exists()
    code, shown = typed("init", "--from", project.name, "--yes")
    assert code == 0
    assert "Services that users reach" not in shown
    assert (folder / "seatrial.yaml").exists()


def test_manifests_and_descriptions_of_apis_become_a_file_that_loads(
    run: Run, folder: Path
) -> None:
    (folder / "shop.yaml").write_text(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\n"
        "spec:\n  selector: {matchLabels: {app: shop}}\n"
        "  template:\n    metadata: {labels: {app: shop}}\n"
        "    spec: {containers: [{name: shop, image: "
        "acme/shop:1.2, ports: [{containerPort: 80}]}]}\n",
        encoding="utf-8",
    )
    assert run("init", "--from", "shop.yaml", "--yes").code == 0
    for name in ("orders", "stock"):
        (folder / f"{name}.yaml").write_text(
            f"openapi: 3.0.0\ninfo: {{title: {name}, version: '1'}}\n"
            "paths:\n  /things: {get: {responses: {'200': {description: all}}}}\n",
            encoding="utf-8",
        )
        assert run("init", "--from", f"{name}.yaml", "--yes").code == 0
    text = (folder / "seatrial.yaml").read_text(encoding="utf-8")
    assert "image: acme/shop:1.2" in text
    assert "get: /things" in text
    checked = run("check", "--json")
    assert checked.code == 0, checked.err
