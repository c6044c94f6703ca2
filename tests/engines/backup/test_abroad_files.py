"""Files in another region, by a real restic over TLS: brought back with nothing left at home."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from abroad import (
    REGION,
    expectations,
    home_gone,
    in_region,
    objects,
    seen_red,
    server_gone,
)
from rig import Rig, first_backup, rigged
from test_files import EXAMPLE, SERVICE, drilled, judged, own, take, upload

from seatrial.capabilities.backup import place
from seatrial.contract.scenario import State

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("backup-abroad-files")]


@pytest.fixture(scope="module")
def far() -> Iterator[Rig]:
    """The example's service, seen from the other region, with two backups there."""
    text = (EXAMPLE / "seatrial.yaml").read_text().replace("system: backup-files", "system: backed")
    text = in_region(
        text.replace("    backup:\n", "    regions: [eu]\n    backup:\n      also_in: us\n")
    )
    with TemporaryDirectory(prefix="seatrial-abroad-") as folder:
        for name in ("app.py", "keep.py"):
            shutil.copy(EXAMPLE / name, folder)
        with rigged(Path(folder), text, SERVICE) as found:
            first_backup(found)
            far = first_backup(replace(found, region=REGION))
            upload(far, "first", "kept")
            take(far)
            yield far


def test_a_snapshot_there_is_what_its_moment_says(far: Rig) -> None:
    work = drilled(far)
    found = expectations(far)
    assert set(found) == {"exact", "taken", "whole"}
    for one in found.values():
        told = judged(one, work)
        assert told.state is State.MET, (told.reason, work)
    assert far.backed.told()["copies"] == [], "a drill leaves no copy"
    assert not (own(far) / ".seatrial/in-us/out").exists(), "nor what a command has put out"


@pytest.mark.parametrize("name", ["exact", pytest.param("taken", marks=pytest.mark.long), "whole"])
def test_each_control_turns_red_and_is_undone(far: Rig, name: str) -> None:
    one = expectations(far)[name]
    assert judged(one, seen_red(far, one, drilled)).state is State.BROKEN
    again = judged(one, drilled(far))
    assert again.state is State.MET, again.reason


def test_nothing_that_lies_there_can_be_read_there(far: Rig) -> None:
    upload(far, "secret", "only at home is it to be read")
    take(far)
    found = objects(far)
    assert len(found) > 5
    for each in found:
        held = each.read_bytes()
        assert b"only at home" not in held, each
        assert b"uploads" not in held, each


def test_it_is_brought_back_with_all_of_home_stopped_and_overwritten(far: Rig) -> None:
    upload(far, "precious", "gold")
    taken = take(far)
    upload(far, "late", "tin")
    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    with home_gone(far, own(far) / "uploads", own(far) / "data"):
        said = far.run("restore", SERVICE, "--to", moment, "--from", REGION, "--into", "again")
        assert f"from {taken['label']}" in said
        assert f"in {REGION}" in said
        assert "ok   each upload is there" in said
        copy = far.copies / "again"
        assert (copy / "uploads/precious").read_text() == "gold"
        assert not (copy / "uploads/late").exists()
        assert sorted(each.name for each in copy.iterdir()) == ["data", "uploads"]
        far.run("restore", SERVICE, "--from", REGION, "--remove", "again")


def test_a_daemon_that_knows_nothing_learns_all_of_it_from_there(far: Rig) -> None:
    before = far.backed.told()["backups"]
    far.runtime.stop(far.daemon_name)
    for each in (far.folder / place.REPOSITORY).iterdir():
        each.unlink()
    far.runtime.start(far.daemon_name)
    first_backup(far)
    assert far.backed.told()["backups"][: len(before)] == before


def test_both_are_shown(far: Rig) -> None:
    lines = [each.split() for each in far.run("backup").splitlines() if f" {SERVICE} " in each]
    places = [REGION if each[-1] == REGION else "home" for each in lines]
    assert set(places) == {"home", REGION}, lines


def test_a_server_there_that_is_gone_is_told_and_nothing_waits_for_it_at_home(far: Rig) -> None:
    error = server_gone(far, take)
    assert "us" in error or "repository" in error, error


def test_another_key_is_told_in_words(far: Rig) -> None:
    file = far.folder / "cipher"
    kept = file.read_bytes()
    file.write_text("another\n")
    try:
        far.backed.begin()
        error = far.followed("backup")["error"]
        assert "another password than the secret front-vault-us-cipher" in error, error
    finally:
        file.write_bytes(kept)
    take(far)
