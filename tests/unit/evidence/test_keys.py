"""The signing key: made at first use, private to its owner."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from seatrial.evidence.failure import EvidenceFailure
from seatrial.evidence.keys import PRIVATE, PUBLIC, SigningKey, public_key, signing_key


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_it_is_made_at_first_use_for_its_owner_only(tmp_path: Path, umask: int) -> None:
    folder = tmp_path / "deep" / "keys"
    folder.parent.mkdir()
    before = os.umask(umask)
    try:
        made = signing_key(folder)
    finally:
        os.umask(before)
    assert _mode(folder / PRIVATE) == 0o600
    assert _mode(folder / PUBLIC) == 0o644
    assert _mode(folder) & 0o077 == 0
    assert (folder / PUBLIC).read_text() == made.public.pem
    assert sorted(each.name for each in folder.iterdir()) == [PRIVATE, PUBLIC]


def test_the_second_use_gets_the_same_key(tmp_path: Path) -> None:
    first = signing_key(tmp_path)
    content = (tmp_path / PRIVATE).read_bytes()
    assert signing_key(tmp_path).public.id == first.public.id
    assert (tmp_path / PRIVATE).read_bytes() == content


def test_processes_that_come_first_at_once_agree_on_one_key(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from seatrial.evidence.keys import signing_key\n"
        "sys.stdin.readline(); print(signing_key(Path(sys.argv[1])).public.id)"
    )
    folder = tmp_path / "keys"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for each in running:  # all are told to begin before any is waited for
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    told = [each.communicate(timeout=60)[0].strip() for each in running]
    assert [each.returncode for each in running] == [0] * 4
    assert set(told) == {signing_key(folder).public.id}
    assert sorted(each.name for each in folder.iterdir()) == [PRIVATE, PUBLIC]


def test_a_lost_or_wrong_public_half_is_written_again(tmp_path: Path) -> None:
    made = signing_key(tmp_path)
    (tmp_path / PUBLIC).unlink()
    signing_key(tmp_path)
    assert (tmp_path / PUBLIC).read_text() == made.public.pem
    (tmp_path / PUBLIC).write_text("something else")
    signing_key(tmp_path)
    assert (tmp_path / PUBLIC).read_text() == made.public.pem


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_that_others_may_reach_is_refused(tmp_path: Path, mode: int) -> None:
    signing_key(tmp_path)
    (tmp_path / PRIVATE).chmod(mode)
    with pytest.raises(EvidenceFailure) as caught:
        signing_key(tmp_path)
    assert caught.value.summary == "others may read the signing key"
    assert caught.value.cure == f"run `chmod 600 {tmp_path / PRIVATE}`"
    assert caught.value.place == str(tmp_path / PRIVATE)


def _rsa() -> bytes:
    return generate_private_key(65537, 2048).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )


@pytest.mark.parametrize("content", [b"", b"no key", _rsa()], ids=["empty", "text", "rsa"])
def test_what_is_no_ed25519_key_is_neither_used_nor_overwritten(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / PRIVATE
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(EvidenceFailure, match="not an Ed25519 private key"):
        signing_key(tmp_path)
    assert path.read_bytes() == content


def test_only_an_ed25519_public_key_is_one(key: SigningKey) -> None:
    assert public_key(key.public.pem.encode()).id == key.public.id
    rsa = generate_private_key(65537, 2048).public_key()
    pem = rsa.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for each in (b"", b"-----BEGIN PUBLIC KEY-----\n", pem):
        with pytest.raises(EvidenceFailure, match="not an Ed25519 public key"):
            public_key(each, "signing.pub")


def test_its_id_is_the_digest_of_its_der(key: SigningKey) -> None:
    der = key.public.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key.public.id == hashlib.sha256(der).hexdigest()
    assert len(der) == 44  # RFC 8410: 12 bytes of algorithm, 32 of key


def test_a_signature_is_of_one_message_by_one_key(key: SigningKey, stranger: SigningKey) -> None:
    signature = key.sign(b"message")
    key.public.verify(signature, b"message")
    for verifier, message in ((key, b"messagE"), (stranger, b"message")):
        with pytest.raises(InvalidSignature):
            verifier.public.verify(signature, message)


def test_its_representation_does_not_tell_it(tmp_path: Path) -> None:
    made = signing_key(tmp_path)
    secret = made.key.private_bytes_raw()
    for told in (repr(made), str(made), f"{made}"):
        assert secret.hex() not in told
        assert "Private" not in told
