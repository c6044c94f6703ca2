"""A bundle is opened with its key alone, believed when it is whole, and written over nothing."""

import base64
import io
import json
import tarfile
from pathlib import Path

import pyrage
import pytest
from pyrage.x25519 import Identity

from seatrial.app import recover as recovery
from seatrial.app.bundle import Bundle, opened
from seatrial.app.recover import Recovered, recover
from seatrial.app.unclear import Unclear
from seatrial.daemons.sealer import bundle
from seatrial.daemons.sealer.content import Content, read
from seatrial.runtimes.local.home import Home

KEY = Identity.generate()
FILE = b"seatrial: 1\nsystem: shop\n"
SECRETS = {"database": b"s3cret", "database-vault-us-cipher": b"c1pher"}
SEALED = 1_790_000_000.0


def content(folder: Path) -> Content:
    """Read as the daemon reads what `up` laid down."""
    files = {"seatrial.yaml": FILE, "gateway/nginx.conf": b"server {}\n"}
    told = {
        "system": "shop",
        "file": "seatrial.yaml",
        "runtime": "local",
        "files": {name: base64.b64encode(each).decode() for name, each in files.items()},
        "secrets": sorted(SECRETS),
    }
    secrets = folder / "secrets"
    secrets.mkdir(parents=True, exist_ok=True)
    for name, each in SECRETS.items():
        (secrets / name).write_bytes(each)
    (secrets / "of-another-time").write_bytes(b"old")
    described = folder / "described.json"
    described.write_text(json.dumps(told))
    return read(described, secrets)


def sealed(folder: Path, **changed: object) -> Path:
    """A bundle in a file; `changed` are fields of what is sealed."""
    folder.mkdir(parents=True, exist_ok=True)
    found = content(folder / "given")
    if changed:
        own = {"system": found.system, "file": found.file, "runtime": found.runtime}
        found = Content(**{**own, "members": found.members, **changed})  # type: ignore[arg-type]
    path = folder / "bundle.age"
    tar = bundle.packed(found, SEALED, "0.1.0")
    path.write_bytes(bundle.sealed(tar, [str(KEY.to_public())]))
    return path


def found(path: Path, key: Identity = KEY) -> Bundle:
    return opened(path, [str(key)])


def into(folder: Path, path: Path, **how: bool) -> Recovered:
    return recover(found(path), folder, **{"overwrite": False, "dry_run": False, **how})


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEATRIAL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_what_was_sealed_is_what_is_opened(tmp_path: Path) -> None:
    one = found(sealed(tmp_path))
    assert (one.system, one.file, one.runtime) == ("shop", "seatrial.yaml", "local")
    assert (one.sealed, one.seatrial) == (SEALED, "0.1.0")
    assert one.files == {"seatrial.yaml": FILE, "gateway/nginx.conf": b"server {}\n"}
    assert one.secrets == SECRETS
    assert "s3cret" not in repr(one)


def test_the_same_content_is_packed_the_same_and_another_one_is_told(tmp_path: Path) -> None:
    first, again = content(tmp_path / "a"), content(tmp_path / "b")
    assert bundle.packed(first, SEALED, "1") == bundle.packed(again, SEALED, "1")
    assert first.digest == again.digest
    (tmp_path / "b/secrets/database").write_bytes(b"another")
    assert read(tmp_path / "b/described.json", tmp_path / "b/secrets").digest != first.digest


def test_a_secret_that_is_named_and_not_there_is_sealed_by_nobody(tmp_path: Path) -> None:
    content(tmp_path)
    (tmp_path / "secrets/database").unlink()
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "described.json", tmp_path / "secrets")


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unclear, match=r"the key does not open .*backup.recovery_key"):
        found(sealed(tmp_path), Identity.generate())


def test_a_second_recipient_opens_it_too(tmp_path: Path) -> None:
    other, path = Identity.generate(), tmp_path / "b.age"
    keys = [str(each.to_public()) for each in (KEY, other)]
    path.write_bytes(bundle.sealed(bundle.packed(content(tmp_path), SEALED, "1"), keys))
    assert found(path, other).secrets == found(path).secrets == SECRETS


def test_one_bit_anywhere_is_noticed(tmp_path: Path) -> None:
    path = sealed(tmp_path)
    whole = path.read_bytes()
    for at in range(30, len(whole), 131):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(Unclear):
            found(path)
    for length in (40, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(Unclear, match=r"damaged|does not open"):
            found(path)


@pytest.mark.parametrize("text", [b"", b"PK\x03\x04", b"seatrial: 1\n"])
def test_what_is_no_bundle_is_called_so(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "x").write_bytes(text)
    with pytest.raises(Unclear, match=r"x is no bundle; .*seatrial backup system --out"):
        found(tmp_path / "x")


def spoiled(path: Path, name: str, text: bytes) -> None:
    """Seal a tar in which a member is another one than its manifest says, or one more."""
    tar = io.BytesIO(pyrage.decrypt(path.read_bytes(), [KEY]))
    made = io.BytesIO()
    with tarfile.open(fileobj=tar) as old, tarfile.open(fileobj=made, mode="w") as new:
        members = {each.name: old.extractfile(each).read() for each in old}  # type: ignore[union-attr]
        for each, content in {**members, name: text}.items():
            member = tarfile.TarInfo(each)
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    path.write_bytes(bundle.sealed(made.getvalue(), [str(KEY.to_public())]))


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("secrets/database", b"forged", "secrets/database is not what was sealed"),
        ("files/more", b"more", "differ by files/more"),
        ("manifest.json", b"{}", "KeyError"),
    ],
)
def test_what_is_not_what_the_manifest_says_is_damaged(
    tmp_path: Path, name: str, text: bytes, told: str
) -> None:
    path = sealed(tmp_path)
    spoiled(path, name, text)
    with pytest.raises(Unclear, match=f"is damaged: .*{told}"):
        found(path)


def test_a_newer_form_is_left_to_a_newer_seatrial(tmp_path: Path) -> None:
    path = sealed(tmp_path)
    spoiled(path, "manifest.json", b'{"format": 2, "seatrial": "9.9"}')
    with pytest.raises(Unclear, match=r"format 2, and this seatrial reads 1; use seatrial 9\.9"):
        found(path)


@pytest.mark.parametrize("name", ["files/../out", "files//etc/passwd", "secrets/../x", "files/"])
def test_nothing_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    path = sealed(tmp_path, members={name: b"x", "files/seatrial.yaml": FILE})
    with pytest.raises(Unclear, match="is damaged"):
        found(path)


@pytest.mark.parametrize("name", ["../shop", "/shop", "", "Shop"])
def test_a_system_that_is_named_as_none_can_be_is_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unclear, match="does not name its system"):
        found(sealed(tmp_path, system=name))


def test_files_lie_where_they_were_and_secrets_where_up_looks(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    done = into(folder, sealed(tmp_path))
    assert (folder / "seatrial.yaml").read_bytes() == FILE
    assert (folder / "gateway/nginx.conf").read_bytes() == b"server {}\n"
    secrets = Home.of("shop", folder).path / "secrets"
    assert {each.name: each.read_bytes() for each in secrets.iterdir()} == SECRETS
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert {each.stat().st_mode & 0o777 for each in secrets.iterdir()} == {0o600}
    assert (done.files, done.secrets, done.written, done.kept) == (2, 2, 4, ())


def test_nothing_is_written_over_unless_that_is_said_and_then_it_is_kept(tmp_path: Path) -> None:
    folder, path = tmp_path / "new", sealed(tmp_path)
    into(folder, path)
    secret = Home.of("shop", folder).path / "secrets/database"
    secret.write_text("of now")
    (folder / "gateway/nginx.conf").unlink()
    with pytest.raises(Unclear, match=r"secrets/database; .*--overwrite"):
        into(folder, path)
    assert secret.read_text() == "of now"
    assert not (folder / "gateway/nginx.conf").exists()
    done = into(folder, path, overwrite=True)
    assert secret.read_bytes() == SECRETS["database"]
    assert [each.read_text() for each in done.kept] == ["of now"]
    secret.write_text("and again")
    assert into(folder, path, overwrite=True).kept[0].read_text() == "and again"


def test_whoever_was_killed_halfway_goes_on_and_could_not_have_started_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, path = tmp_path / "new", sealed(tmp_path)
    real = recovery.write_text

    def killed(each: Path, content: bytes) -> None:
        if each.name == "seatrial.yaml":
            raise KeyboardInterrupt
        real(each, content)

    monkeypatch.setattr(recovery, "write_text", killed)
    with pytest.raises(KeyboardInterrupt):
        into(folder, path)
    assert (folder / "gateway/nginx.conf").exists()
    assert not (folder / "seatrial.yaml").exists()
    monkeypatch.setattr(recovery, "write_text", real)
    done = into(folder, path)
    assert (done.written, (folder / "seatrial.yaml").read_bytes()) == (1, FILE)
    assert into(folder, path).written == 0


def test_a_dry_run_writes_nothing(tmp_path: Path, home: Path) -> None:
    assert into(tmp_path / "new", sealed(tmp_path), dry_run=True).written == 4
    assert not (tmp_path / "new").exists()
    assert not home.exists()


def test_the_folder_of_another_system_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/seatrial.yaml").write_text("seatrial: 1\nsystem: bank\n")
    with pytest.raises(Unclear, match=r"the bundle is of shop, and .* describes bank"):
        into(tmp_path / "other", sealed(tmp_path), overwrite=True)


def test_a_system_that_is_up_there_is_left_alone(tmp_path: Path) -> None:
    folder, path = tmp_path / "new", sealed(tmp_path)
    Home.of("shop", folder).write("origin.json", {"file": "x"})
    with pytest.raises(Unclear, match=r"shop is up from .*seatrial down"):
        into(folder, path)


def test_a_link_leads_nothing_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "gateway").symlink_to(tmp_path)
    with pytest.raises(Unclear, match="leads out of"):
        into(folder, sealed(tmp_path))
    assert not (tmp_path / "nginx.conf").exists()


def test_no_room_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sealed(tmp_path)
    real = recovery.shutil.disk_usage

    def full(there: Path) -> object:
        return real(there)._replace(free=1000)

    monkeypatch.setattr(recovery.shutil, "disk_usage", full)
    with pytest.raises(Unclear, match=r"it needs 1 MiB at .*, and .* are free; make room"):
        into(tmp_path / "new", path)
    assert not (tmp_path / "new").exists()
