import hashlib
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.runtimes.local.install.failure import NoSpace, Unavailable, of_os_error, refusal
from seatrial.runtimes.local.install.fetch import Fetcher
from seatrial.runtimes.local.install.release import architecture, listed, unpack


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(stopped=lambda: False)


def test_a_file_is_saved_with_its_digest(fetcher: Fetcher, server: Any, tmp_path: Path) -> None:
    server.files["/f"] = b"x" * 600_000
    digest = fetcher.file(server.address + "/f", tmp_path / "f")
    assert digest == hashlib.sha256(server.files["/f"]).hexdigest()
    assert (tmp_path / "f").read_bytes() == server.files["/f"]


def test_a_refusal_names_the_address_and_the_answer(
    fetcher: Fetcher, server: Any, tmp_path: Path
) -> None:
    for ask in (fetcher.text, lambda url: fetcher.file(url, tmp_path / "f")):
        with pytest.raises(Unavailable, match=f"{server.address}/gone answers 404"):
            ask(server.address + "/gone")


def test_a_download_that_ends_early_is_no_download(
    fetcher: Fetcher, server: Any, tmp_path: Path
) -> None:
    server.files["/f"] = b"x" * 1000
    server.stall_after = 10
    server.go_on.set()
    with pytest.raises(Unavailable, match="/f: "):
        fetcher.file(server.address + "/f", tmp_path / "f")


def test_an_installation_that_is_stopped_stops_its_downloads(server: Any, tmp_path: Path) -> None:
    server.files["/f"] = b"x" * 1000
    with pytest.raises(Unavailable, match="interrupted"):
        Fetcher(stopped=lambda: True).file(server.address + "/f", tmp_path / "f")


def test_a_host_that_cannot_be_reached_is_asked_once(
    fetcher: Fetcher, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert server.asked == []
    asked: list[object] = []

    def refuse(address: object, **_: object) -> socket.socket:
        asked.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", refuse)
    for _ in range(3):
        with pytest.raises(Unavailable, match=r"127.0.0.1 cannot be reached: Connection refused"):
            fetcher.text("http://127.0.0.1:9/f")
    assert len(asked) == 1


def test_a_digest_is_found_in_a_list_of_sums() -> None:
    sums = "AA11  ./tiny_amd64.tar.gz\nbb22 *tiny_arm64.tar.gz\n\ncc33  tiny_amd64.tar.gz.sig\n"
    assert listed(sums, "tiny_amd64.tar.gz") == "aa11"
    assert listed(sums, "tiny_arm64.tar.gz") == "bb22"
    assert listed(sums, "tiny") is None
    assert listed("<html>", "tiny") is None


def test_a_file_of_one_digest_alone_is_that_of_the_archive_it_is_named_after() -> None:
    assert listed(f"{'AB' * 32}\n", "any.tar.gz") == "ab" * 32
    assert listed(f"{'ab' * 31}\n", "any.tar.gz") is None


def test_an_architecture_is_said_in_the_words_of_releases() -> None:
    assert [architecture(each) for each in ("x86_64", "aarch64", "s390x")] == [
        "amd64",
        "arm64",
        "s390x",
    ]


def test_half_an_archive_is_refused(pack: Callable[..., bytes], tmp_path: Path) -> None:
    (tmp_path / "half.tar.gz").write_bytes(pack(padding=100_000)[:200])
    with pytest.raises(Unavailable, match=r"half\.tar\.gz cannot be unpacked"):
        unpack(tmp_path / "half.tar.gz", tmp_path / "into", 1)


def test_a_full_disk_is_told_from_every_other_trouble() -> None:
    full = OSError(28, "No space left on device")
    assert isinstance(of_os_error(full), NoSpace)
    assert not isinstance(of_os_error(OSError(13, "Permission denied")), NoSpace)
    assert isinstance(refusal("sync", "sync: error: No space left on device"), NoSpace)
    assert str(refusal("apt failed", "W: a\nE: the reason\nlast")) == "apt failed: E: the reason"
    assert str(refusal("it failed", "\n")) == "it failed"
