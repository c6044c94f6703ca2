import json
import os
import shutil
from pathlib import Path

import pytest

from seatrial.contract.engine import Engine, StartCheck, VersionProbe
from seatrial.runtimes.local.install import record
from seatrial.runtimes.local.install.cache import default_root
from seatrial.runtimes.local.install.find import best
from seatrial.runtimes.local.install.record import Installed
from seatrial.runtimes.local.install.search import candidates
from seatrial.runtimes.local.install.version import found_in, new_enough, order

TINY = Engine(
    name="tiny",
    title="Tiny",
    programs=("tiny", "tinyctl"),
    version=VersionProbe(argv=("tiny", "--version"), pattern=r"version (\S+)"),
    minimum="2.5",
    sources=(),
    start=StartCheck(argv=("tiny",)),
    image=None,
    docs="",
    aliases={"tiny": ("tiny-server",)},
)


def make(home: Path, version: str = "2.9", source: str = "release") -> Installed:
    home.mkdir(parents=True)
    programs = {name: home / name for name in TINY.programs}
    for path in programs.values():
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    made = Installed(
        name="tiny",
        version=version,
        source=source,
        programs=programs,
        env={"LD_LIBRARY_PATH": f"{home}/lib:{home}/usr/lib"},
        home=home,
        stamps={name: record.stamp(path) for name, path in programs.items()},
    )
    (home / record.NAME).write_text(record.to_text(made))
    return made


def test_a_record_is_read_back_and_may_be_moved(tmp_path: Path) -> None:
    made = make(tmp_path / "a")
    assert record.load(tmp_path / "a") == made
    shutil.move(tmp_path / "a", tmp_path / "b")
    moved = record.load(tmp_path / "b")
    assert moved is not None
    assert moved.programs["tiny"] == tmp_path / "b/tiny"
    assert moved.env == {"LD_LIBRARY_PATH": f"{tmp_path}/b/lib:{tmp_path}/b/usr/lib"}


def test_a_copy_with_other_times_is_settled_by_its_bytes(tmp_path: Path) -> None:
    made = make(tmp_path / "a")
    program = made.programs["tiny"]
    os.utime(program, ns=(1, 1))
    assert record.load(tmp_path / "a") is not None
    program.write_text("#!/bin/Sh\n")  # as long as before
    assert record.load(tmp_path / "a") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        "{}",
        '{"programs": {}}',
        '{"programs": {"tiny": 7}}',
        "\ufeff{}",
    ],
)
def test_what_is_no_record_makes_a_folder_incomplete(tmp_path: Path, text: str) -> None:
    make(tmp_path / "a")
    (tmp_path / "a" / record.NAME).write_text(text)
    assert record.load(tmp_path / "a") is None


@pytest.mark.parametrize("cut", range(0, 400, 37))
def test_half_a_record_is_none(tmp_path: Path, cut: int) -> None:
    make(tmp_path / "a")
    path = tmp_path / "a" / record.NAME
    whole = path.read_text()
    path.write_text(whole[: min(cut, len(whole) - 3)])
    assert record.load(tmp_path / "a") is None


def test_a_program_that_is_gone_or_not_to_be_run_makes_it_incomplete(tmp_path: Path) -> None:
    made = make(tmp_path / "a")
    made.programs["tinyctl"].unlink()
    assert record.load(tmp_path / "a") is None
    assert record.verify(made) == ("tinyctl",)
    other = make(tmp_path / "b")
    other.programs["tiny"].chmod(0o644)
    assert record.load(tmp_path / "b") is None


def test_the_users_own_comes_before_ours_and_then_the_newest(tmp_path: Path) -> None:
    old, new = make(tmp_path / "a", "2.9"), make(tmp_path / "b", "2.10.1")
    own = make(tmp_path / "c", "2.6", "path")
    too_old = make(tmp_path / "d", "2.4.9", "path")
    assert best([old, new], TINY) == new
    assert best([old, own, new, too_old], TINY) == own
    assert best([too_old], TINY) is None
    entry = json.loads((tmp_path / "a" / record.NAME).read_text())
    del entry["programs"]["tinyctl"]
    (tmp_path / "a" / record.NAME).write_text(json.dumps(entry))
    partial = record.load(tmp_path / "a")
    assert partial is not None
    assert best([partial], TINY) is None


def test_programs_are_taken_from_beside_the_main_one(tmp_path: Path) -> None:
    for folder, names in {"one": ("tiny-server",), "two": ("tiny", "tinyctl")}.items():
        for name in names:
            path = tmp_path / folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("#!/bin/sh\n")
            path.chmod(0o755)
    searched = f"relative:{tmp_path}/one:{tmp_path}/two"
    assert list(candidates(TINY, searched, ())) == [
        {name: tmp_path / "two" / name for name in ("tiny", "tinyctl")}
    ]


@pytest.mark.parametrize(
    ("environ", "root", "expected"),
    [
        ({"SEATRIAL_CACHE": "/data/c"}, True, "/data/c"),
        ({}, True, "/var/cache/seatrial"),
        ({"XDG_CACHE_HOME": "/x"}, False, "/x/seatrial"),
        ({"XDG_CACHE_HOME": "relative"}, False, "/home/ada/.cache/seatrial"),
        ({"SEATRIAL_CACHE": "", "XDG_CACHE_HOME": ""}, False, "/home/ada/.cache/seatrial"),
    ],
)
def test_a_cache_is_where_the_user_may_write(
    environ: dict[str, str],
    root: bool,  # noqa: FBT001 - a column of the table
    expected: str,
) -> None:
    assert str(default_root(environ, root=root, home=Path("/home/ada"))) == expected


@pytest.mark.parametrize(
    ("version", "enough"),
    [("2.5", True), ("2.10", True), ("2.5.0-rc1", False), ("2.4.9", False), ("devel", False)],
)
def test_versions_are_compared_by_value(version: str, enough: bool) -> None:  # noqa: FBT001
    assert new_enough(version, "2.5") is enough


def test_a_version_is_found_in_what_a_program_says() -> None:
    assert found_in("tiny, version 2.9 (abc)", r"version (\S+)") == "2.9"
    assert found_in("usage: tiny", r"version (\S+)") is None
    assert max(["2.9", "2.10", "odd"], key=order) == "2.10"
