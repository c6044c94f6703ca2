"""Who runs a system that whoever asks does not: told from what anybody may see of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seatrial.app.environment import states
from seatrial.app.find import Asked, find
from seatrial.contract.runtime import NothingRuns, RuntimeFailure
from seatrial.runtimes.shared import whose
from seatrial.runtimes.shared.state import State, default_base
from seatrial.runtimes.shared.whose import nothing_runs, theirs


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a file; states of users lie below `users`, those of who asks elsewhere."""
    monkeypatch.setenv("SEATRIAL_HOME", str(tmp_path / "own"))
    monkeypatch.setattr(whose, "default_base", lambda uid, _home: tmp_path / f"users/{uid}")
    found = tmp_path / "shop"
    found.mkdir()
    return found


def begun(folder: Path, uid: int, suffix: str = "", file: str = "origin.json") -> Path:
    """A system that this user has brought up."""
    users = next(each for each in folder.parents if (each / "shop").is_dir()) / "users"
    path = users / str(uid) / State.of("shop", folder, suffix).path.name
    path.mkdir(parents=True)
    (path / file).write_text("{}", encoding="utf-8")
    os.chown(path, uid, -1)
    return path


@pytest.mark.parametrize("suffix", ["", "-compose"])
def test_who_runs_it_and_how_to_run_it_as_them(
    folder: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = begun(folder, 0, suffix)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    failure = nothing_runs("shop", folder)
    assert failure.summary == f"root runs shop, and its state is in {path}"
    assert failure.cure == "run the command as root, as with `sudo`"
    assert isinstance(failure, NothingRuns)


def test_root_is_told_of_a_user_who_owns_the_folder(folder: Path) -> None:
    os.chown(folder, 65534, -1)
    begun(folder, 65534)
    failure = nothing_runs("shop", folder)
    assert failure.summary.startswith("nobody runs shop, ")
    assert failure.cure == "run the command as nobody, as with `sudo -u nobody`"


def test_who_runs_it_elsewhere_is_told_what_names_another_folder(folder: Path) -> None:
    begun(folder, 0)
    assert "without SEATRIAL_HOME" in nothing_runs("shop", folder).cure


def test_what_was_not_begun_or_is_of_another_folder_is_nobodys(folder: Path) -> None:
    begun(folder, 0, file="durable.json")
    (folder / "deeper").mkdir()
    begun(folder / "deeper", 0, "-compose")
    assert theirs("shop", folder) is None
    assert nothing_runs("shop", folder).summary == "nothing of this system runs here"


def test_what_is_ones_own_is_not_anothers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(folder, 0)
    monkeypatch.setenv("SEATRIAL_HOME", str(folder.parent / "users/0"))
    assert theirs("shop", folder) is None


def test_a_command_about_what_runs_says_who_runs_it(folder: Path) -> None:
    begun(folder, 0)
    file = folder / "seatrial.yaml"
    asked = Asked(file=file, explicit=False, there=True, name="shop")
    with pytest.raises(RuntimeFailure, match="root runs shop"):
        find(asked)
    State.of("shop", folder).write("origin.json", {})
    assert states(folder, "local", up=True).keys() == {"shop"}
    assert find(asked).runtime is not None  # one's own comes first


def test_each_user_has_a_folder_of_their_own() -> None:
    assert default_base(0, "/root") == Path("/var/lib/seatrial")
    assert default_base(1000, "/home/ada") == Path("/home/ada/.local/state/seatrial")


def test_a_home_that_may_not_be_entered_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "glob", closed)
    assert State.folders("shop", Path("/srv/shop"), Path("/home/ada/.local/state/seatrial")) == ()
