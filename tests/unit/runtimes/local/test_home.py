import os
import stat
from pathlib import Path

import pytest

from seatrial.runtimes.local.home import Home
from seatrial.runtimes.shared.state import replace_text


def test_two_folders_with_the_same_system_have_two_homes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SEATRIAL_HOME", str(tmp_path))
    one, two = (Home.of("shop", tmp_path / name) for name in ("a", "b"))
    assert one.path != two.path
    assert one.path.parent == two.path.parent == tmp_path
    assert one == Home.of("shop", tmp_path / "a")


def test_a_folder_leads_to_the_homes_of_its_systems(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SEATRIAL_HOME", str(tmp_path / "states"))
    folder, other = tmp_path / "a", tmp_path / "b"
    assert Home.all_of(folder) == {}
    for system, where in (("shop", folder), ("new-shop", folder), ("shop", other)):
        Home.of(system, where).path.mkdir(parents=True)
    Home.of("shop", folder).path.with_suffix(".lock").touch()
    assert Home.all_of(folder) == {each: Home.of(each, folder) for each in ("shop", "new-shop")}


def test_a_home_of_which_only_data_is_left_is_not_begun(home: Home) -> None:
    assert not home.begun
    home.write("durable.json", ["w/database/0/data"])
    assert not home.begun
    home.write("desired.json", {})
    assert home.begun


@pytest.mark.parametrize(
    ("uid", "state", "expected"),
    [
        (0, "", "/var/lib/seatrial"),
        (1000, "", "/home/ada/.local/state/seatrial"),
        (1000, "/data/state", "/data/state/seatrial"),
    ],
)
def test_a_home_is_where_the_user_may_write(
    monkeypatch: pytest.MonkeyPatch, uid: int, state: str, expected: str
) -> None:
    monkeypatch.delenv("SEATRIAL_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("XDG_STATE_HOME", state)
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    assert str(Home.of("shop", Path("/src")).path.parent) == expected


def test_a_sockets_path_fits_into_what_the_kernel_takes() -> None:
    # sun_path holds 107 bytes and the final zero; a system's name has at most 63 letters
    longest = Home.of("s" * 63, Path("/srv"))
    assert len(str(longest.socket)) <= 107


def test_a_document_is_read_back_and_private(home: Home) -> None:
    home.write("applied.json", {"api": {"0:spec": "d1"}})
    assert home.read("applied.json") == {"api": {"0:spec": "d1"}}
    assert stat.S_IMODE((home.path / "applied.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "{", "\x00\x01", '{"a": '])
def test_a_document_that_is_not_whole_counts_as_absent(home: Home, text: str) -> None:
    assert home.read("applied.json") is None
    home.path.mkdir(parents=True)
    (home.path / "applied.json").write_text(text)
    assert home.read("applied.json") is None


def test_a_write_that_fails_leaves_the_old_text_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    target = tmp_path / "f"
    replace_text(target, "old", mode=0o640)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace_text(target, "new", mode=0o640)
    assert target.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["f"]


def test_a_file_has_its_mode_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o777)
    try:
        replace_text(tmp_path / "f", "text", mode=0o640)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o640
