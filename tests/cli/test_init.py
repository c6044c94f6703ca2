from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

if TYPE_CHECKING:
    from conftest import Run


def test_a_first_file_is_valid_without_a_single_warning(run: Run, folder: Path) -> None:
    made = run("init", "shop")
    assert made.code == 0
    assert made.out == "seatrial check -f shop/seatrial.yaml\n"
    checked = run("check", "--json", "-f", "shop/seatrial.yaml")
    assert checked.code == 0
    assert checked.json() == {"ok": True, "problems": []}
    assert "system: shop\n" in (folder / "shop/seatrial.yaml").read_text(encoding="utf-8")


def test_what_it_prints_is_the_next_command_as_it_can_be_run(run: Run, folder: Path) -> None:
    told = run("init", "my shop").out
    assert told == "seatrial check -f 'my shop/seatrial.yaml'\n"
    assert run(*shlex.split(told)[1:]).code == 0
    (folder / "here").mkdir()
    assert run("init", cwd=folder / "here").out == "seatrial check\n"


def test_the_first_file_can_be_planned(run: Run) -> None:
    run("init", "--name", "shop")
    planned = run("plan", "--json").json()
    assert planned["system"] == "shop"
    assert {"service-down-web", "coverage"} <= set(planned["scenarios"])


def test_the_keys_behind_a_bare_hash_are_valid_too(run: Run, folder: Path) -> None:
    run("init", "--name", "shop")
    file = folder / "seatrial.yaml"
    text = file.read_text(encoding="utf-8")
    opened, count = re.subn(r"^#(?=\S|  )", "", text, flags=re.MULTILINE)
    assert count >= 8
    file.write_text(opened, encoding="utf-8")
    done = run("check")
    assert done.code == 0, done.err
    assert "1 store" in done.out
    assert done.err == ""


def test_editors_find_the_schema_that_the_first_line_names(run: Run, folder: Path) -> None:
    run("init")
    file = folder / "seatrial.yaml"
    first = file.read_text(encoding="utf-8").splitlines()[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert named is not None
    schema = json.loads((folder / named[1]).read_text(encoding="utf-8"))
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    jsonschema.validate(written, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**written, "servces": {}}, schema)


def test_a_file_that_is_there_is_left_alone(run: Run, folder: Path, shop: Path) -> None:
    before = shop.read_bytes()
    done = run("init")
    assert done.code == 2
    assert "seatrial.yaml:1:1 error ST0101 a file is already there; " in done.err
    assert "--force" in done.err
    assert shop.read_bytes() == before
    assert not (folder / ".seatrial").exists()


def test_force_keeps_every_old_file(run: Run, folder: Path, shop: Path) -> None:
    before = shop.read_bytes()
    assert run("init", "--force", "--name", "one").code == 0
    again = run("init", "--force", "--name", "two")
    assert "seatrial.yaml.old1" in again.err
    assert (folder / "seatrial.yaml.old").read_bytes() == before
    assert "system: one" in (folder / "seatrial.yaml.old1").read_text(encoding="utf-8")
    assert "system: two" in shop.read_text(encoding="utf-8")


def test_a_link_to_nowhere_is_a_file_that_is_there(run: Run, folder: Path) -> None:
    (folder / "seatrial.yaml").symlink_to(folder / "gone")
    assert run("init").code == 2
    assert (folder / "seatrial.yaml").is_symlink()


@pytest.mark.parametrize("name", ["Shop", "2nd", "a b", "", "x" * 64, "a-", "ünter", "a\nb"])
def test_a_name_that_no_system_can_have_is_refused(run: Run, folder: Path, name: str) -> None:
    done = run("init", "--name", name)
    assert done.code == 2
    assert "ST0102" in done.err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("folder_name", "name"),
    [("My Shop", "my-shop"), ("2024_shop", "shop"), ("42", "my-system"), ("日本", "my-system")],
)
def test_the_folders_name_becomes_a_name(run: Run, folder_name: str, name: str) -> None:
    assert f"for the system {name}\n" in run("init", folder_name).err


def test_a_file_is_no_folder(run: Run, shop: Path) -> None:
    assert run("init", shop.name).code == 2
