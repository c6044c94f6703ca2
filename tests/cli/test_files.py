"""A file that is missing, broken or no file: place, sentence, cure, exit code 2."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

READERS = ("check", "plan", "diff", "up", "prove", "test", "report", "impact")
DOOR_ONLY = ("status", "down", "undo", "silence")  # they read no more than the system's name
# file:line:column error ST1234 sentence; cure
TOLD = re.compile(r"^(\S+):(\d+):(\d+) error (ST\d{4}) ([^;]+); (.+)$", re.MULTILINE)
SERVICE = (
    "system: shop\nteams: {web: {chat: '#web'}}\nservices: {api: {owner: web, run: sleep 9}}\n"
)
BROKEN: dict[str, tuple[str | bytes, str]] = {
    "syntax": ("seatrial: 1\nsystem: [\n", "ST1102"),
    "empty": ("", "ST1101"),
    "list": ("- seatrial\n", "ST1112"),
    "tab": ("seatrial: 1\nsystem: shop\nservices:\n\tapi: {}\n", "ST1103"),
    "unknown key": (f"servces: {{}}\n{SERVICE}seatrial: 1\n", "ST1301"),
    "version": (f"seatrial: 99\n{SERVICE}", "ST1202"),
    "not utf-8": (b"seatrial: 1\nsystem: sh\xffp\n", "ST1005"),
    "nul": (b"seatrial: 1\nsystem: sh\x00p\n", "ST1006"),
}


def only(err: str) -> tuple[str, str, str, str, str, str]:
    found = TOLD.findall(err)
    assert found, err
    first: tuple[str, str, str, str, str, str] = found[0]
    return first


@pytest.mark.parametrize("name", READERS)
def test_a_missing_file_is_named_with_its_cure(run: Run, folder: Path, name: str) -> None:
    done = run(name)
    assert done.code == 2
    assert done.out == ""
    file, _, _, code, _, cure = only(done.err)
    assert (file, code) == ("seatrial.yaml", "ST1001")
    assert "seatrial init" in cure
    assert list(folder.iterdir()) == []  # nothing is written for a file that is not there


@pytest.mark.parametrize("name", DOOR_ONLY)
def test_what_only_needs_the_name_refuses_a_missing_file_too(run: Run, name: str) -> None:
    # "nothing is left" about a mistyped path would leave a system running, unseen.
    done = run(name, "-f", "mistyped.yaml")
    assert done.code == 2
    assert "mistyped.yaml:1:1 error ST1001" in done.err
    assert done.out == ""
    # who ends a system or looks at it wants no new file
    assert "seatrial init" not in done.err
    assert f"`seatrial {name} --file FOLDER/seatrial.yaml`" in done.err


@pytest.mark.parametrize("name", ["status", "down", "undo"])
def test_what_only_needs_the_name_works_with_a_broken_file(
    run: Run, folder: Path, name: str
) -> None:
    (folder / "seatrial.yaml").write_text("seatrial: 1\nsystem: shop\nservices: [\n")
    done = run(name)
    assert done.code == (1 if name == "status" else 0), done.err
    assert "error" not in done.err


@pytest.mark.parametrize("name", READERS)
def test_a_directory_in_place_of_the_file(run: Run, folder: Path, name: str) -> None:
    (folder / "seatrial.yaml").mkdir()
    done = run(name)
    assert done.code == 2
    assert only(done.err)[3] == "ST1002"


def test_a_file_that_may_not_be_read(run: Run, shop: Path) -> None:
    shop.chmod(0)
    held = "-dac_override,-dac_read_search"
    root = ("setpriv", f"--bounding-set={held}", f"--inh-caps={held}")
    done = run("check", under=root if os.geteuid() == 0 else ())
    assert done.code == 2
    assert only(done.err)[3] == "ST1003"
    assert "permission" in done.err
    door = run("down", under=root if os.geteuid() == 0 else ())
    assert only(door.err)[3] == "ST1003"


def test_a_path_through_a_file(run: Run, shop: Path) -> None:
    done = run("check", "-f", f"{shop.name}/seatrial.yaml")
    assert done.code == 2
    assert only(done.err)[3] == "ST1003"


@pytest.mark.parametrize("text", [BROKEN[each] for each in BROKEN], ids=[*BROKEN])
def test_a_broken_file_has_place_sentence_and_cure(
    run: Run, folder: Path, text: tuple[str | bytes, str]
) -> None:
    content, code = text
    (folder / "seatrial.yaml").write_bytes(
        content.encode() if isinstance(content, str) else content
    )
    done = run("check")
    assert done.code == 2
    assert done.out == ""
    file, line, column, told, sentence, cure = only(done.err)
    assert file == "seatrial.yaml"
    assert int(line) >= 1
    assert int(column) >= 1
    assert told == code
    assert sentence
    assert cure
    asked = run("check", "--json")
    assert asked.code == 2
    assert asked.err == ""
    document = asked.json()
    assert document["ok"] is False
    first = document["problems"][0]
    assert (first["code"], first["file"]) == (code, "seatrial.yaml")
    assert (first["line"], first["column"]) == (int(line), int(column))
    assert first["summary"]
    assert first["cure"]
    assert run("explain", code).code == 0


def test_the_caret_stands_under_the_value(run: Run, folder: Path, shop: Path) -> None:
    shop.write_text(
        shop.read_text(encoding="utf-8").replace("owner: web\n    run", "owner: wbe\n    run")
    )
    done = run("check")
    lines = done.err.splitlines()
    at = next(index for index, line in enumerate(lines) if "wbe" in line and "error" in line)
    _, line, column, code, _, cure = only(lines[at])
    written = shop.read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert written[int(column) - 1 :].startswith("wbe")
    assert lines[at + 1] == f"    {written}"
    assert lines[at + 2] == "    " + " " * (int(column) - 1) + "^"
    assert 'did you mean "web"?' in cure
    assert code == "ST1203"
    assert folder.exists()


def test_every_problem_of_a_file_is_told_at_once(run: Run, shop: Path) -> None:
    text = shop.read_text(encoding="utf-8")
    shop.write_text(text.replace("start: api", "start: apo").replace("99.9", "999"))
    found = run("check", "--json").json()["problems"]
    assert len({each["line"] for each in found}) == 2


def test_a_capabilitys_section_has_places_and_words_too(run: Run, shop: Path) -> None:
    shop.write_text(
        shop.read_text(encoding="utf-8") + "alerting: {holt: 10s}\nmonitoring: {scrape: 1h}\n"
    )
    done = run("check")
    assert done.code == 2
    places = {(each[1], each[3]) for each in TOLD.findall(done.err)}
    lines = len(shop.read_text(encoding="utf-8").splitlines())
    assert {line for line, _ in places} == {str(lines - 1), str(lines)}
    for _, code in places:
        assert run("explain", code).code == 0


def test_a_byte_order_mark_is_no_problem(run: Run, shop: Path) -> None:
    shop.write_bytes(b"\xef\xbb\xbf" + shop.read_bytes())
    done = run("check", "--json")
    assert done.code == 0
    assert done.json() == {"ok": True, "problems": []}


def test_windows_line_ends_are_no_problem(run: Run, shop: Path) -> None:
    shop.write_bytes(shop.read_bytes().replace(b"\n", b"\r\n"))
    assert run("check").code == 0
    assert json.loads(run("plan", "--json").out)["system"] == "shop"


def test_what_a_terminal_would_obey_is_never_shown(run: Run, folder: Path) -> None:
    (folder / "seatrial.yaml").write_text('seatrial: 1\nsystem: "a\\e[2Jb"\nteams: {}\n')
    done = run("check")
    assert done.code == 2
    assert "\x1b" not in done.err


def test_the_file_can_be_named_by_the_environment(run: Run, shop: Path) -> None:
    moved = shop.rename(shop.with_name("other.yaml"))
    assert run("check", env={"SEATRIAL_FILE": moved.name}).code == 0
    assert run("check").code == 2


@pytest.mark.parametrize("broken", ["", "  needs: [", "services: [x", "\tx"])
def test_a_secret_in_the_file_is_never_shown(run: Run, shop: Path, broken: str) -> None:
    text = shop.read_text(encoding="utf-8").replace(
        "    health: {ready: /}\n",
        "    health: {ready: /}\n"
        "    environment: {API_KEY: hunter2, URL: 'http://me:hunter2@${apo.host}'}\n"
        "    pager: hunter2\n",
    )
    shop.write_text(text + broken, encoding="utf-8")
    for words in (("check",), ("check", "--json"), ("plan",), ("up",)):
        done = run(*words)
        assert done.code == 2
        assert "ST1" in done.out + done.err
        assert "hunter2" not in done.out + done.err


def test_a_pipe_is_refused_and_not_waited_for(run: Run, folder: Path) -> None:
    os.mkfifo(folder / "seatrial.yaml")
    assert only(run("check").err)[3] == "ST1002"
    assert only(run("down").err)[3] == "ST1002"
