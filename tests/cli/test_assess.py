"""`seatrial assess` as a stranger types it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import Run, Typed

ROOT = Path(__file__).parents[2]
SEATRIAL = Path(sys.executable).with_name("seatrial")
COMPOSE = """\
# the shop
services:
  web:
    image: nginx   # the edge
    ports: ["80:80"]
    depends_on: [api]
  api:
    build: ./api
    environment:
      DATABASE_URL: postgres://app:hunter2@db:5432/app
      SESSION_SECRET: ${SESSION_SECRET}
  db:
    image: postgres:12
    environment: {POSTGRES_PASSWORD: postgres}
    ports: ["5432:5432"]
"""
GOOD = """\
services:
  web:
    image: acme/web:1.4.2@sha256:{digest}
    restart: always
"""
COLOUR = re.compile(r"\x1b\[[\d;]*m")


@pytest.fixture
def compose(folder: Path) -> Path:
    file = folder / "compose.yaml"
    file.write_text(COMPOSE, encoding="utf-8")
    return file


@pytest.mark.usefixtures("compose")
def test_the_verdict_comes_first_then_the_riskiest_then_each_requirement(run: Run) -> None:
    done = run("assess")
    assert done.code == 1
    assert done.err == ""
    lines = done.out.splitlines()
    assert lines[0].endswith("compose.yaml: 3 services, 1 of them a store")
    assert lines[1].startswith("NOT READY  4 critical, ")
    assert "nothing is proven" in lines[2]
    first = done.out.index("CRITICAL A0501")
    assert first < done.out.index("high     A0101")
    assert re.search(r"^  compose\.yaml:10:7 the secret DATABASE_URL", done.out, re.MULTILINE)
    for number in range(1, 23):
        assert re.search(rf"^R{number:02} ", done.out, re.MULTILINE)
    assert re.search(r"^R01 Metrics +missing .* \.1-\.4$", done.out, re.MULTILINE)
    assert re.search(r"^R11 Audit +unknown .* not built$", done.out, re.MULTILINE)
    assert len(lines) <= 70, "more than a screen"
    assert all(len(line) <= 100 for line in lines)
    assert "hunter2" not in done.out


def test_all_shows_every_finding_with_its_cure(run: Run, compose: Path) -> None:
    done = run("assess", compose, "--all")
    found = run("assess", compose, "--json").json()["findings"]
    for each in found:
        at = rf"\n  \S+:{each['line']}:{each['column']} {re.escape(each['summary'])}\n"
        same = rf"{re.escape(each['subject'])} \((:\d+,\s+)*:{each['line']}[,)]"
        assert re.search(at, done.out) or re.search(same, done.out), each


def test_the_same_of_many_services_is_said_once_with_their_lines(run: Run, folder: Path) -> None:
    names = [f"s{number}" for number in range(50)]
    text = "services:\n" + "".join(f"  {name}: {{image: 'acme/{name}:1.2'}}\n" for name in names)
    (folder / "compose.yaml").write_text(text, encoding="utf-8")
    shown = run("assess").out
    assert re.search(r"A0301 no memory limit.*\n.*\n.*:2:3 s0 may .*", shown)
    assert "  and the same of 49 more: s1 (:3), s2 (:4)," in shown
    done = run("assess", "--all", env={"COLUMNS": "80"})
    assert len(re.findall("may use all memory", done.out)) == 1
    assert len(re.findall(r"s\d+ \(:\d+\)", done.out)) > 49 * 3
    assert len(run("assess", "--json").json()["findings"]) > 50 * 5


@pytest.mark.parametrize("form", ["text", "json", "sarif", "all", "fix"])
def test_no_secret_is_ever_shown(run: Run, compose: Path, form: str) -> None:
    options = [] if form == "text" else [f"--{form}"]
    done = run("assess", compose, *options)
    assert "hunter2" not in done.out + done.err
    assert "app:hunter2" not in done.out


def test_json_is_all_there_is_on_standard_output(run: Run, compose: Path) -> None:
    done = run("assess", compose, "--json")
    assert done.code == 1
    assert done.err == ""
    found = done.json()
    assert found["source"] == "compose"
    assert found["proven"] == []
    assert {each["id"] for each in found["requirements"]} == {f"R{n:02}" for n in range(1, 23)}


def test_sarif_points_at_the_lines(run: Run, compose: Path) -> None:
    found = run("assess", compose.name, "--sarif").json()
    assert found["version"] == "2.1.0"
    results = found["runs"][0]["results"]
    where = {
        each["ruleId"]: each["locations"][0]["physicalLocation"]["region"]["startLine"]
        for each in results
    }
    assert where["A0601"] == COMPOSE[: COMPOSE.index('ports: ["5432')].count("\n") + 1
    uris = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results}
    assert uris == {"compose.yaml"}


@pytest.mark.parametrize(
    ("least", "code"), [("never", 0), ("low", 1), ("high", 1), ("critical", 1)]
)
def test_the_exit_code_is_that_of_the_chosen_risk(
    run: Run, compose: Path, least: str, code: int
) -> None:
    assert run("assess", compose, "--fail-on", least).code == code


def test_a_file_without_critical_findings_passes_that_gate(run: Run, folder: Path) -> None:
    (folder / "compose.yaml").write_text(GOOD.format(digest="a" * 64), encoding="utf-8")
    assert run("assess", "--fail-on", "critical").code == 0
    assert run("assess", "--fail-on", "high").code == 1


def test_a_key_that_is_written_twice_is_said(run: Run, folder: Path) -> None:
    twice = folder / "twice.yaml"
    twice.write_text("services:\n  web: {image: nginx:1.27}\n  web: {image: redis:7}\n")
    done = run("assess", "twice.yaml")
    assert 'twice.yaml:2:3 ST1104 the key "web" is written again in line 3' in done.err


def test_a_merge_that_leads_nowhere_is_said_by_its_own_code(run: Run, folder: Path) -> None:
    (folder / "merge.yaml").write_text(
        "services:\n  web:\n    image: nginx:1.27\n    <<: nothing\n"
    )
    done = run("assess", "merge.yaml")
    assert "merge.yaml:4:9 ST1111 the merge key << names no mapping" in done.err


def test_a_seatrial_yaml_is_reviewed_by_its_own_words(run: Run, shop: Path) -> None:
    done = run("assess", "--json")
    found = done.json()
    assert found["source"] == "seatrial"
    rules = {each["rule"] for each in found["findings"]}
    assert "A1202" in rules  # a team of one
    assert not rules & {"A0801", "A0901"}  # what the runtime decides
    for each in found["findings"]:
        assert each["file"].endswith(shop.name)
        assert each["line"] > 1 or each["subject"] == "shop"
    assert run("assess", shop).code == done.code


def test_the_reference_system_has_no_critical_finding(run: Run, reference: Path) -> None:
    done = run("assess", reference, "--fail-on", "critical")
    assert done.code == 0, done.out


# -- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("compose.yaml", "services: [\n"),
        ("compose.yaml", ""),
        ("compose.yaml", "services:\n  web: 3\n"),
        ("compose.yaml", "volumes: {}\n"),
        ("compose.yaml", "services: {}\n"),
        ("seatrial.yaml", "seatrial: 1\n"),
        ("seatrial.yaml", "\x00"),
    ],
)
def test_what_cannot_be_read_is_bad_input_in_words(
    run: Run, folder: Path, name: str, text: str
) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    for options in ((), ("--json",), ("--sarif",), ("--fix",)):
        done = run("assess", *options)
        assert done.code == 2
        assert done.out == ""
        assert re.search(r"ST\d{4}", done.err)


def test_a_folder_with_nothing_and_a_path_that_is_not_there(run: Run, folder: Path) -> None:
    assert "ST1701" in run("assess").err
    assert run("assess").code == 2
    assert run("assess", folder / "no.yaml").code == 2


@pytest.mark.parametrize(
    "options", [("--fix", "--json"), ("--yes",), ("--fail-on", "some"), ("a", "b")]
)
def test_bad_usage(run: Run, options: tuple[str, ...]) -> None:
    done = run("assess", *options)
    assert done.code == 2
    assert done.out == ""


# -- exceptions ----------------------------------------------------------------------------------

EXCEPTION = "exceptions: [{{rule: {}, subject: {}, reason: moving, owner: ada, until: {}}}]\n"


def _excepted(compose: Path, rule: str, until: str, subject: str = "db") -> None:
    text = EXCEPTION.format(rule, subject, until)
    (compose.parent / ".seatrial-assess.yaml").write_text(text, encoding="utf-8")


def test_an_exception_counts_until_it_ends_and_then_says_so(run: Run, compose: Path) -> None:
    def standing() -> set[str]:
        found = run("assess", compose, "--json").json()["findings"]
        return {each["standing"] for each in found if each["rule"] == "A0601"}

    _excepted(compose, "A0601", "2999-12-31")
    assert standing() == {"excepted"}
    shown = run("assess").out
    assert "CRITICAL A0601" not in shown
    assert "1 findings are excepted" in shown
    _excepted(compose, "A0601", "2020-01-01")
    assert standing() == {"expired"}
    assert "the exception of A0601 for db ended on 2020-01-01; ada answers" in run("assess").out
    _excepted(compose, "A0403", "2999-12-31")
    assert "is about nothing" in run("assess").out


def test_a_wrong_exception_is_bad_input(run: Run, compose: Path) -> None:
    _excepted(compose, "A9999", "2999-12-31")
    done = run("assess")
    assert done.code == 2
    assert ".seatrial-assess.yaml:1:" in done.err
    assert "ST0203" in done.err


# -- fix -----------------------------------------------------------------------------------------


def test_fix_shows_the_difference_and_writes_only_with_consent(run: Run, compose: Path) -> None:
    done = run("assess", "--fix")
    assert done.code == 2
    assert "+    restart: unless-stopped" in done.out
    assert "There is no terminal to ask on: confirm it with --yes" in done.err
    assert compose.read_text(encoding="utf-8") == COMPOSE


def test_fix_keeps_everything_and_the_rules_are_silent_then(run: Run, compose: Path) -> None:
    compose.chmod(0o640)
    before = run("assess", "--json").json()["findings"]
    done = run("assess", "--fix", "--yes")
    assert done.code == 1  # what is left needs a decision
    assert "wrote " in done.err
    text = compose.read_text(encoding="utf-8")
    assert [line for line in COMPOSE.splitlines() if line not in text.splitlines()] == []
    assert compose.stat().st_mode & 0o777 == 0o640
    after = run("assess", "--json").json()["findings"]
    cured = {(each["rule"], each["subject"]) for each in before if each["fix"]}
    assert cured
    assert not cured & {(each["rule"], each["subject"]) for each in after}
    said, was = yaml.safe_load(text), yaml.safe_load(COMPOSE)
    for name, service in was["services"].items():
        assert {key: said["services"][name][key] for key in service} == service
    again = run("assess", "--fix", "--yes")
    assert "nothing can be written by itself" in again.out
    assert compose.read_text(encoding="utf-8") == text
    assert sorted(each.name for each in compose.parent.iterdir()) == ["compose.yaml"]


def test_fix_writes_through_a_link(run: Run, folder: Path) -> None:
    real = folder / "real" / "compose.yaml"
    real.parent.mkdir()
    real.write_text(COMPOSE, encoding="utf-8")
    link = folder / "compose.yaml"
    link.symlink_to(real)
    run("assess", "--fix", "--yes")
    assert link.is_symlink()
    assert "unless-stopped" in real.read_text(encoding="utf-8")


def test_fix_asks_on_a_terminal(typed: Typed, compose: Path) -> None:
    code, shown = typed("assess", "--fix", prompt="[y/N]: ", keys=b"n\n")
    assert code == 1
    assert "nothing was written" in shown
    assert compose.read_text(encoding="utf-8") == COMPOSE
    typed("assess", "--fix", prompt="[y/N]: ", keys=b"y\n")
    assert "unless-stopped" in compose.read_text(encoding="utf-8")


# -- faces ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("compose")
def test_colour_on_a_terminal_unless_no_color(typed: Typed) -> None:
    assert COLOUR.search(typed("assess")[1])
    assert not COLOUR.search(typed("assess", NO_COLOR="1")[1])
    assert not COLOUR.search(typed("assess", TERM="dumb")[1])


@pytest.mark.usefixtures("compose")
@pytest.mark.parametrize("columns", [10, 40, 60, 80, 140])
def test_no_line_is_wider_than_the_terminal(run: Run, columns: int) -> None:
    done = run("assess", env={"COLUMNS": str(columns)})
    assert max(map(len, done.out.splitlines())) <= max(columns, 30)
    assert "NOT READY" in done.out


def test_names_are_shown_without_what_a_terminal_would_obey(run: Run, folder: Path) -> None:
    text = 'services:\n  "we\\eb[31m":\n    image: nginx\n    ports: ["80:80"]\n'
    (folder / "compose.yaml").write_text(text, encoding="utf-8")
    done = run("assess", "--all")
    assert done.code == 1, done.err
    assert "\x1b" not in done.out + done.err


def test_explain_knows_the_rules(run: Run) -> None:
    done = run("explain", "a0601")
    assert done.code == 0
    assert "a store that every network reaches" in done.out
    assert "critical" in done.out
    assert "R09.1" in done.out


def test_neither_engines_nor_rich_are_loaded_for_sarif(folder: Path, compose: Path) -> None:
    program = (
        "import sys\n"
        "from seatrial.cli.main import entry\n"
        "try:\n    entry(['assess', '--sarif'])\nexcept SystemExit: pass\n"
        "heavy = [m for m in sys.modules if m.split('.')[0] in ('rich', 'httpx', 'sqlalchemy',"
        " 'aiohttp') or m.startswith(('seatrial.engines', 'seatrial.runtimes'))]\n"
        "print(heavy, file=sys.stderr)\n"
    )
    assert compose.exists()
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, check=True, capture_output=True, text=True
    )
    assert done.stderr == "[]\n"
    assert json.loads(done.stdout)["version"] == "2.1.0"
