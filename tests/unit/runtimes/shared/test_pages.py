"""A page that is followed: made anew, read as it stands, done command by command, taken back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from seatrial.contract.action import FOLLOWED, PRINTED, Follow, Misprint
from seatrial.contract.runtime import Executed, RuntimeFailure
from seatrial.contract.timeline import Observation
from seatrial.runtimes.shared import pages
from seatrial.runtimes.shared.carry import Family
from seatrial.runtimes.shared.faults import SEEN
from seatrial.runtimes.shared.state import ORIGIN, State

PAGE = (
    "# restore\n\n```sh\nseatrial look\n```\n\n```sh\nseatrial restore '<MOMENT>' '<COPY>'\n```\n"
)
FOLLOW = Follow(
    workload="orders-backups",
    page="restore",
    blanks=(("MOMENT", "${now}"), ("COPY", "own-${injection}")),
    undo=(
        ("seatrial", "leave", "--file", "${file}"),
        ("seatrial", "remove", "--file", "${file}", "<COPY>"),
    ),
    nothing=("there is nothing to leave", "there is no copy"),
)


class Shell:
    """Runs nothing: makes the page, and answers as it was told to."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.found: list[list[str]] = []
        self.page: str | None = PAGE
        self.answers: dict[str, Executed] = {}

    def __call__(self, line: str, folder: Path, _within: float) -> Executed:
        self.lines.append(line)
        self.found.append(sorted(each.name for each in folder.iterdir()))
        if line.startswith("seatrial docs") and self.page is not None:
            (folder / "pages").mkdir()
            (folder / "pages/restore.md").write_text(self.page, encoding="utf-8")
        told = [answer for words, answer in self.answers.items() if words in line]
        return told[0] if told else Executed(status=0, stdout="well", stderr="")


@pytest.fixture
def shell() -> Shell:
    return Shell()


@pytest.fixture
def family(tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Family:
    monkeypatch.setattr(pages, "_AGAIN", 0.0)
    monkeypatch.setattr(pages, "_UNDONE_WITHIN", 0.05)
    state = State(tmp_path)
    state.write(ORIGIN, {"file": "/srv/shop/seatrial.yaml"})
    return pages.family(state, shell)


def followed(family: Family) -> tuple[Observation, ...]:
    planned = family.plan(FOLLOW)
    learned = family.act(FOLLOW, planned)
    assert learned is not None
    seen: tuple[Observation, ...] = learned[SEEN]
    assert {key: value for key, value in learned.items() if key != SEEN} == planned
    return seen


def test_the_page_is_made_in_an_empty_folder_and_its_commands_are_run(
    family: Family, shell: Shell
) -> None:
    seen = followed(family)
    made, look, restore = shell.lines
    assert made == "seatrial docs --file /srv/shop/seatrial.yaml --out pages --format md"
    assert shell.found == [[], ["pages"], ["pages"]]
    assert look == "seatrial look"
    moment = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00:00"
    assert re.fullmatch(rf"seatrial restore '{moment}' 'own-[0-9a-f]{{8}}'", restore)
    assert [each.kind for each in seen] == [FOLLOWED, PRINTED, FOLLOWED, FOLLOWED]
    assert (seen[1].value, seen[1].text) == (2, PAGE)
    assert [each.labels.get("number") for each in seen] == ["0", None, "1", "2"]
    assert json.loads(seen[3].text)["said"] == "well"


def test_after_a_command_that_fails_no_other_is_run(family: Family, shell: Shell) -> None:
    shell.answers["look"] = Executed(status=2, stdout="no command", stderr="")
    seen = followed(family)
    assert [each.value for each in seen if each.kind == FOLLOWED] == [0, 2]
    assert len(shell.lines) == 2


def test_where_no_page_is_made_no_command_is_run(family: Family, shell: Shell) -> None:
    shell.page = None
    assert [each.value for each in followed(family)] == [0, 0]
    shell.answers["docs"] = Executed(status=3, stdout="", stderr="")
    assert [each.value for each in followed(family)] == [3]


def test_a_misprint_is_read_until_it_is_taken_back(family: Family, shell: Shell) -> None:
    wrong = Misprint(
        workload="orders-backups", page="restore", old="seatrial look", new="seatrial x"
    )
    planned = family.plan(wrong)
    assert family.act(wrong, planned) is None
    followed(family)
    assert shell.lines[1] == "seatrial x"
    shell.lines.clear()
    family.undo(planned)
    family.undo(planned)
    followed(family)
    assert shell.lines[1] == "seatrial look"


def test_what_is_left_is_removed_under_the_very_name_that_was_written(
    family: Family, shell: Shell
) -> None:
    planned = family.plan(FOLLOW)
    family.act(FOLLOW, planned)
    copy = shell.lines[-1].split()[-1].strip("'")
    family.undo(planned)
    assert shell.lines[-2:] == [
        "seatrial leave --file /srv/shop/seatrial.yaml",
        f"seatrial remove --file /srv/shop/seatrial.yaml {copy}",
    ]


def test_that_nothing_is_left_is_no_failure_and_anything_else_is(
    family: Family, shell: Shell
) -> None:
    planned = family.plan(FOLLOW)
    shell.answers["remove"] = Executed(status=2, stdout="Error: there is no copy own-1", stderr="")
    family.undo(planned)
    shell.answers["remove"] = Executed(status=2, stdout="a restore is being done", stderr="")
    with pytest.raises(RuntimeFailure, match="ended with 2") as caught:
        family.undo(planned)
    assert caught.value.logs == ("a restore is being done",)


def test_without_a_file_that_was_started_from_nothing_can_be_followed(
    tmp_path: Path, shell: Shell
) -> None:
    with pytest.raises(RuntimeFailure, match="nobody knows from which file"):
        pages.family(State(tmp_path / "none"), shell).plan(FOLLOW)
