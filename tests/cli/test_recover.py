"""key, recover and backup system as a user types them: what is told, and what is refused."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.daemons.sealer import bundle
from seatrial.daemons.sealer.content import read

if TYPE_CHECKING:
    from conftest import Run


@pytest.fixture
def key(run: Run) -> str:
    """A new key in recovery.key; the half that is told."""
    done = run("key", "new", "--out", "recovery.key")
    assert done.code == 0
    return done.out.strip()


@pytest.fixture
def sealed(folder: Path, shop: Path, key: str) -> Path:
    """A bundle of the shop, as the daemon makes it."""
    given = folder / "given"
    (given / "secrets").mkdir(parents=True)
    (given / "secrets/orders").write_text("s3cret")
    told = {"system": "shop", "file": "seatrial.yaml", "runtime": "local", "secrets": ["orders"]}
    files = {"seatrial.yaml": base64.b64encode(shop.read_bytes()).decode()}
    (given / "described.json").write_text(json.dumps({**told, "files": files}))
    content = read(given / "described.json", given / "secrets")
    path = folder / "shop.age"
    path.write_bytes(bundle.sealed(bundle.packed(content, 1_790_000_000.0, "0.1.0"), [key]))
    return path


def words(text: str) -> str:
    return " ".join(text.split())


def test_a_key_is_told_with_what_to_do_and_never_written_over(
    folder: Path, run: Run, key: str
) -> None:
    assert key.startswith("age1")
    before = (folder / "recovery.key").read_text()
    assert "AGE-SECRET-KEY-" in before
    done = run("key", "new", "--out", "recovery.key")
    assert (done.code, done.out) == (2, "")
    assert "is there already, and a key is never written over" in words(done.err)
    assert (folder / "recovery.key").read_text() == before
    more = run("key", "new", "--out", "another.key")
    assert f"backup: {{recovery_key: {more.out.strip()}}}" in words(more.err)
    assert "AGE-SECRET-KEY" not in more.out + more.err


def test_a_system_comes_back_and_is_checked_well(folder: Path, run: Run, sealed: Path) -> None:
    env = {"SEATRIAL_HOME": str(folder / "home")}
    typed = ("recover", "--key", "recovery.key", "--from", sealed, "--into", "new")
    would = run(*typed, "--dry-run", env=env)
    assert (would.code, (folder / "new").exists()) == (0, False)
    assert "2 would be written" in words(would.out)
    done = run(*typed, env=env)
    assert done.code == 0
    assert "1 file into new, 1 secret into" in words(done.out)
    assert "seatrial check -f" in words(done.err)
    assert "s3cret" not in done.out + done.err
    assert run("check", "-f", "new/seatrial.yaml", env=env).code == 0
    (secret,) = folder.glob("home/shop-*/secrets/orders")
    assert secret.read_text() == "s3cret"
    secret.write_text("of now")
    refused = run(*typed, env=env)
    assert (refused.code, refused.out) == (2, "")
    assert "--overwrite, which keeps what was there beside it" in words(refused.err)
    over = run(*typed, "--overwrite", env=env)
    assert over.code == 0
    assert "orders.replaced" in words(over.err)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("none.key", "shop.age"), "none.key cannot be read"),
        (("shop.age", "shop.age"), "shop.age holds no recovery key"),
        (("other.key", "shop.age"), "the key does not open shop.age"),
        (("recovery.key", "none.age"), "none.age cannot be read"),
        (("recovery.key", "seatrial.yaml"), "seatrial.yaml is no bundle"),
        (("recovery.key", "half.age"), "half.age is damaged"),
    ],
)
def test_what_cannot_be_opened_is_refused_with_its_cure(
    folder: Path, run: Run, sealed: Path, typed: tuple[str, str], told: str
) -> None:
    (folder / "half.age").write_bytes(sealed.read_bytes()[:-40])
    run("key", "new", "--out", "other.key")
    done = run("recover", "--key", typed[0], "--from", typed[1], "--into", "new")
    assert (done.code, done.out) == (2, "")
    assert told in words(done.err)
    assert not (folder / "new").exists()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("", "`seatrial key new --out FILE` makes a key"),
        ("backup: {recovery_key: KEY}\n", "add R20 to promises"),
    ],
)
def test_a_system_that_is_not_sealed_says_what_to_do(
    run: Run, shop: Path, key: str, more: str, told: str
) -> None:
    shop.write_text(shop.read_text() + more.replace("KEY", key))
    done = run("backup", "system")
    assert (done.code, done.out) == (2, "")
    assert told in words(done.err)


def test_a_secret_half_in_the_file_is_refused_and_not_shown(
    folder: Path, run: Run, shop: Path, key: str
) -> None:
    del key
    secret = (folder / "recovery.key").read_text().splitlines()[-1]
    shop.write_text(f"{shop.read_text()}backup: {{recovery_key: {secret}}}\n")
    done = run("check")
    assert done.code == 2
    assert "ST7110 backup.recovery_key is the secret half of a key" in words(done.err)
    assert secret[20:40] not in done.out + done.err
