"""The key's secret half is in one file that was not there; the other one is told."""

import datetime as dt
from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from seatrial.app import recovery_key
from seatrial.app.unclear import Unclear

NOW = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)


def test_both_halves_belong_together_and_only_the_owner_reads_one(tmp_path: Path) -> None:
    out = tmp_path / "recovery.key"
    told = recovery_key.new(out, NOW)
    (own,) = recovery_key.read(out)
    assert str(Identity.from_str(own).to_public()) == told
    assert out.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["recovery.key"]


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    out = tmp_path / "recovery.key"
    recovery_key.new(out, NOW)
    before = out.read_bytes()
    with pytest.raises(Unclear, match="is there already, and a key is never written over"):
        recovery_key.new(out, NOW)
    assert out.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["recovery.key"]
    with pytest.raises(Unclear, match="there is no folder"):
        recovery_key.new(tmp_path / "none/key", NOW)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "holds no recovery key"),
        (b"age1qqqq\n", "the public half of a key, which opens nothing"),
        (b"\xff\xfe", "holds no recovery key"),
        (b"hunter2\n", "holds no recovery key"),
    ],
)
def test_what_is_no_key_is_called_so_and_not_quoted(tmp_path: Path, text: bytes, told: str) -> None:
    (tmp_path / "key").write_bytes(text)
    with pytest.raises(Unclear, match=told) as raised:
        recovery_key.read(tmp_path / "key")
    assert "hunter2" not in str(raised.value)
