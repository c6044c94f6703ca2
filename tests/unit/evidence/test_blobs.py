"""Raw artefacts, each in a file named after its SHA-256."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.evidence.blobs import Blobs
from seatrial.evidence.failure import EvidenceFailure


def test_what_is_put_is_got_under_its_digest(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    sha256 = blobs.put(b"content")
    assert sha256 == hashlib.sha256(b"content").hexdigest()
    assert blobs.get(sha256) == b"content"
    assert blobs.path(sha256) == tmp_path / sha256[:2] / sha256
    assert stat.S_IMODE(blobs.path(sha256).stat().st_mode) == 0o600


@given(content=st.binary())
@settings(max_examples=25)
def test_any_bytes_can_be_kept(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    blobs = Blobs(tmp_path_factory.mktemp("blobs"))
    assert blobs.get(blobs.put(content)) == content


def test_the_same_content_is_kept_once_and_not_written_again(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    path = blobs.path(blobs.put(b"content"))
    before = path.stat()
    blobs.put(b"content")
    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [path]


def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    content = bytes(range(256))
    sha256 = blobs.put(content)
    path = blobs.path(sha256)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        path.write_bytes(changed)
        assert blobs.wrong(sha256) == "was changed"
        with pytest.raises(EvidenceFailure, match="was changed"):
            blobs.get(sha256)
    path.write_bytes(content[:-1])
    assert blobs.wrong(sha256) == "was changed"


def test_a_damaged_one_is_made_whole_by_putting_it_again(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    sha256 = blobs.put(b"content")
    blobs.path(sha256).write_bytes(b"")  # as a power cut leaves it
    assert blobs.put(b"content") == sha256
    assert blobs.wrong(sha256) == ""


def test_a_missing_one_is_said_to_be_missing(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    with pytest.raises(EvidenceFailure) as caught:
        blobs.get("0" * 64)
    assert caught.value.summary == "the artefact is missing"
    assert caught.value.cure == "run the drill again"


@pytest.mark.parametrize("name", ["", "0" * 63, "0" * 65, "G" * 64, "../" + "0" * 61, "A" * 64])
def test_what_is_no_digest_is_no_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        Blobs(tmp_path).path(name)


def test_a_folder_that_cannot_be_written_is_said_with_its_cure(tmp_path: Path) -> None:
    folder = tmp_path / "blobs"
    folder.write_text("a file where the folder belongs")
    with pytest.raises(EvidenceFailure) as caught:
        Blobs(folder).put(b"content")
    assert caught.value.place.startswith(str(folder))
    assert "make room" in caught.value.cure
