"""Backups of files: what the file says, what is planned of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.app.plan import Plan, plan
from seatrial.capabilities.backup.files import place as own
from seatrial.runtimes.local.runtime import LocalRuntime
from seatrial.system.problem import Problem

EXAMPLE = Path(__file__).parents[3] / "examples/backup-files/seatrial.yaml"
Found = Callable[[str], "tuple[Problem, ...]"]


@pytest.fixture
def kept() -> str:
    return EXAMPLE.read_text(encoding="utf-8")


@pytest.fixture
def local(tmp_path: Path) -> Callable[[str], Plan]:
    def make(text: str) -> Plan:
        file = tmp_path / "seatrial.yaml"
        file.write_text(text, encoding="utf-8")
        return plan(file, LocalRuntime("kept", tmp_path))

    return make


def test_the_daemon_stands_in_the_services_place(local: Callable[[str], Plan], kept: str) -> None:
    planned = local(kept)
    there = {each.name: each for each in planned.workloads}
    front, daemon = there["front"], there["front-backups"]
    assert [(each.path, each.durable) for each in front.volumes] == [
        ("uploads", True),
        ("data", True),
        (".seatrial", True),
    ]
    assert front.argv[-2:] == ("${self.dir}/uploads", "${self.dir}/data")
    assert (daemon.shares, daemon.after, daemon.tools) == ("front", ("front",), ("restic",))
    assert "front-backups-cipher" in daemon.secrets
    (text,) = (each.text for each in daemon.files if each.path == "plan.json")
    told = json.loads(text)
    assert (told["product"], told["kept"], told["folders"]) == (
        "files",
        ["uploads", "data"],
        ["uploads"],
    )
    assert told["pair"]["backup"] == "python3 keep.py out ${place}/data ${out}"
    assert told["invariants"]["each upload is there"].endswith("${place}/data ${place}/uploads")


def test_all_that_is_kept_is_copied_where_no_command_stands_for_it(
    local: Callable[[str], Plan], kept: str
) -> None:
    head, _, tail = kept.partition("    backup:\n")
    text = f"{head}    backup: {{}}\n    invariants:{tail.partition('    invariants:')[2]}"
    daemon = next(each for each in local(text).workloads if each.name == "front-backups")
    told = json.loads(next(each.text for each in daemon.files if each.path == "plan.json"))
    assert (told["folders"], told["pair"]) == (["uploads", "data"], None)


def test_only_what_is_copied_is_meant_by_a_command() -> None:
    assert own.command("a ${self.dir} ${self.keeps.x} ${system.dir} ${out}") == (
        "a ${place} ${place}/x ${system.dir} ${out}"
    )


@pytest.mark.parametrize(
    ("edit", "code", "words"),
    [
        (("files: [uploads]", "files: [uplods]"), "ST7124", "keeps no folder 'uplods'"),
        (
            ("      backup: python3 keep.py out ${self.keeps.data} ${out}\n", ""),
            "ST7122",
            "no backup.",
        ),
        (("keep.py out ${self.keeps.data} ${out}", "keep.py"), "ST7122", "does not say ${out}"),
        (("out ${self.keeps.data} ${out}", "out ${out} 'x"), "ST7122", "cannot be read"),
        (("out ${self.keeps.data}", "out ${self.keeps.dat}"), "ST1403", "does not keep"),
        (("out ${self.keeps.data}", "out ${self.address}"), "ST1403", "unknown there"),
        (("keeps: [uploads, data]", "keeps: [uploads, data]\n    scale: 2"), "ST1309", "scale 2"),
        (("keeps: [uploads, data]", "keeps: [uploads, ../data]"), "ST1307", "data"),
        (("keeps: [uploads, data]", "keeps: [uploads, data, tmp]"), "ST1309", "thrown away"),
        (("    keeps: [uploads, data]\n", ""), "ST1309", "without keeps"),
        (("      files: [uploads]", "      schedule: {full: 20m}"), "ST7106", "may be lost"),
        (("      files: [uploads]", "      flies: [uploads]"), "ST7101", "flies"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    problems: Found, kept: str, edit: tuple[str, str], code: str, words: str
) -> None:
    before, after = edit
    assert before in kept
    found = [each for each in problems(kept.replace(before, after)) if each.code == code]
    assert found, [each.code for each in problems(kept.replace(before, after))]
    assert any(words in each.summary for each in found), found
    assert all(each.place is not None and each.cure for each in found)


def test_kept_and_backed_up_by_nobody_is_an_error_unless_excepted(
    problems: Found, kept: str
) -> None:
    head, _, tail = kept.partition("    backup:\n")
    text = f"{head}{tail[tail.index('    invariants:') :]}"
    (found,) = (each for each in problems(text) if each.code == "ST7105")
    assert "keeps files that nobody backs up" in found.summary
    excepted = (
        "exceptions:\n  - {requirement: R20.2, subject: front, reason: by hand, owner: data,"
        " until: 2099-01-01}\n"
    )
    assert not [each for each in problems(text + excepted) if each.code == "ST7105"]
    left = text.replace("    invariants:", "    backup: {files: [uploads]}\n    invariants:")
    (found,) = (each for each in problems(left) if each.code == "ST7121")
    assert "nobody backs up data" in found.summary


def test_of_several_regions_each_would_keep_its_own(problems: Found, kept: str) -> None:
    text = kept.replace("promises: [R18, R20]", "promises: [R01, R18, R20]")
    text += "regions: {eu: {home: true}, us: {}}\n"
    (found,) = (each for each in problems(text) if each.code == "ST7123")
    assert "eu, us" in found.summary
    assert not [
        each
        for each in problems(text.replace("    grace: 2s", "    grace: 2s\n    regions: [eu]"))
        if each.code == "ST7123"
    ]
