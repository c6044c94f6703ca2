import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.app.files import FOLDER, FileChange, compare, write, write_text
from seatrial.app.plan import Plan
from seatrial.contract.output import File

Make = Callable[..., Plan]


@pytest.fixture
def plan_of(planned: Callable[..., Plan], tmp_path: Path) -> Make:
    """A plan that renders just these files, beside a file of its own."""
    base = planned()

    def one(**files: str) -> Plan:
        documents = tuple(File(path=p, text=t, why="for a test") for p, t in files.items())
        return replace(base, folder=tmp_path / "sys", workloads=(), documents=documents)

    return one


def found(plan: Plan) -> dict[str, str]:
    return {each.path: each.change.value for each in compare(plan)}


def on_disk(plan: Plan) -> dict[str, str]:
    folder = plan.folder / FOLDER
    return {
        each.name: each.read_text()
        for each in folder.rglob("*")
        if each.is_file() and each.name not in {"manifest.json", ".gitignore"}
    }


def test_a_file_is_created_kept_updated_and_removed(plan_of: Make) -> None:
    first = plan_of(a="1", b="2")
    assert found(first) == {"a": "create", "b": "create"}
    assert not (first.folder / FOLDER).exists()
    write(first)
    assert found(first) == {"a": "keep", "b": "keep"}
    second = plan_of(a="1!", c="3")
    assert found(second) == {"a": "update", "b": "remove", "c": "create"}
    write(second)
    assert on_disk(second) == {"a": "1!", "c": "3"}
    assert set(found(second).values()) == {"keep"}


def test_a_file_edited_by_hand_is_never_overwritten_silently(plan_of: Make) -> None:
    write(plan_of(a="1", b="2"))
    changed = plan_of(a="1!", b="2!")
    (changed.folder / FOLDER / "a").write_text("mine")
    assert found(changed) == {"a": "edited", "b": "update"}
    for _ in range(2):  # also not at the second try
        plans = write(changed)
        assert on_disk(changed) == {"a": "mine", "b": "2!"}
    assert [each.path for each in plans if each.change is FileChange.EDITED] == ["a"]
    write(changed, overwrite=True)
    assert on_disk(changed) == {"a": "1!", "a.edited": "mine", "b": "2!"}
    assert set(found(changed).values()) == {"keep"}


def test_every_text_of_a_hand_that_is_overwritten_is_kept_and_its_copy_named(plan_of: Make) -> None:
    plan = plan_of(a="1", b="2")
    write(plan)
    kept = {}
    for text in ("mine", "mine again", "and again"):
        (plan.folder / FOLDER / "a").write_text(text)
        done = {each.path: each.kept for each in write(plan, overwrite=True)}
        assert done["b"] == ""
        kept[done["a"]] = text
    assert kept == {"a.edited": "mine", "a.edited.2": "mine again", "a.edited.3": "and again"}
    assert on_disk(plan) == {"a": "1", "b": "2", **kept}


def test_a_file_that_a_workload_runs_on_names_it(planned: Callable[..., Plan]) -> None:
    plan = planned()
    owners = {each.path: each.workload for each in compare(plan)}
    assert owners["rendered/prometheus/prometheus.yml"] == "prometheus"
    assert owners["schema.json"] == ""


def test_an_edited_file_that_is_no_longer_rendered_is_kept_or_put_aside(plan_of: Make) -> None:
    write(plan_of(a="1", b="2"))
    gone = plan_of(b="2")
    (gone.folder / FOLDER / "a").write_text("mine")
    write(gone)
    assert on_disk(gone) == {"a": "mine", "b": "2"}
    assert found(gone)["a"] == "edited"
    write(gone, overwrite=True)
    assert on_disk(gone) == {"a.edited": "mine", "b": "2"}
    assert found(gone) == {"b": "keep"}


def test_an_edit_that_says_what_would_be_rendered_is_no_conflict(plan_of: Make) -> None:
    write(plan_of(a="1"))
    changed = plan_of(a="2")
    (changed.folder / FOLDER / "a").write_text("2")
    assert found(changed) == {"a": "keep"}


def test_a_file_that_was_there_before_us_counts_as_edited(plan_of: Make) -> None:
    plan = plan_of(a="1")
    write_text(plan.folder / FOLDER / "a", "somebody else's")
    write(plan)
    assert on_disk(plan) == {"a": "somebody else's"}


def test_a_file_that_was_deleted_by_hand_comes_back(plan_of: Make) -> None:
    plan = plan_of(a="1")
    write(plan)
    (plan.folder / FOLDER / "a").unlink()
    assert found(plan) == {"a": "create"}
    write(plan)
    assert on_disk(plan) == {"a": "1"}


def test_an_empty_file_is_a_file(plan_of: Make) -> None:
    plan = plan_of(a="", b="2")
    write(plan)
    assert on_disk(plan) == {"a": "", "b": "2"}
    assert found(plan) == {"a": "keep", "b": "keep"}
    write(plan_of(b="2"))
    assert on_disk(plan) == {"b": "2"}
    write(plan_of(b=""))
    assert on_disk(plan) == {"b": ""}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"a": 1}'])
def test_a_manifest_that_is_not_whole_costs_no_edit(plan_of: Make, text: str) -> None:
    plan = plan_of(a="1")
    write(plan)
    (plan.folder / FOLDER / "a").write_text("mine")
    (plan.folder / FOLDER / "manifest.json").write_text(text)
    write(plan)
    assert on_disk(plan) == {"a": "mine"}


def test_a_write_that_is_interrupted_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text(tmp_path / "a", "old")

    def interrupt(_handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_text(tmp_path / "a", "new")
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {"a": "old"}


def test_what_was_written_before_an_interruption_is_known_as_ours(
    plan_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the manifest: the next run must not take our own files for edited ones."""
    write(plan_of(a="1", b="2"))
    changed = plan_of(a="1!", b="2!")
    real = os.fsync
    calls: list[int] = []

    def interrupt(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(handle)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            write(changed)
    write(plan_of(a="1!!", b="2!!"))
    assert on_disk(changed) == {"a": "1!!", "b": "2!!"}


def test_the_folder_is_readable_and_out_of_version_control(plan_of: Make) -> None:
    plan = plan_of(a="1")
    write(plan)
    folder = plan.folder / FOLDER
    assert (folder / ".gitignore").read_text() == "*\n"
    assert stat.S_IMODE((folder / "a").stat().st_mode) == 0o644
    assert list(json.loads((folder / "manifest.json").read_text())) == ["a"]
