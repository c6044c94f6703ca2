"""The signing key: made at first use, Ed25519 (RFC 8032), private to its owner.

In its folder lie `signing.key` (PKCS #8 PEM, mode 0600) and `signing.pub`
(SubjectPublicKeyInfo PEM, RFC 8410), which is for giving away. A key's id is the SHA-256 of its
SubjectPublicKeyInfo in DER, in hex.
"""

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from seatrial.evidence.disk import written
from seatrial.evidence.failure import EvidenceFailure

PRIVATE, PUBLIC = "signing.key", "signing.pub"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What a signature is checked with."""

    key: Ed25519PublicKey

    @property
    def id(self) -> str:
        """SHA-256 of the key's SubjectPublicKeyInfo (DER), in hex."""
        der = self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(der).hexdigest()

    @property
    def pem(self) -> str:
        """The key as PEM."""
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(
            "ascii"
        )

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raise cryptography's InvalidSignature unless the signature is this message's."""
        self.key.verify(signature, message)


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """What evidence is signed with. It has no representation that would tell it."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """The half that is for giving away."""
        return PublicKey(self.key.public_key())

    def sign(self, message: bytes) -> bytes:
        """The signature of a message, 64 bytes."""
        return self.key.sign(message)


def signing_key(folder: Path) -> SigningKey:
    """The folder's key, made if it has none. Any number of processes may come first at once.

    Raises EvidenceFailure when the key cannot be read, is not Ed25519, or others may read it.
    """
    path = folder / PRIVATE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        written(path, fresh, mode=0o600, replace=False)  # whoever is first wins
    key = _loaded(path)
    pem = key.public.pem.encode("ascii")
    public = folder / PUBLIC
    if not public.exists() or public.read_bytes() != pem:
        written(public, pem, mode=0o644, replace=True)
    return key


def public_key(pem: bytes, place: str = "") -> PublicKey:
    """The public key in a PEM text. Raises EvidenceFailure for anything but Ed25519."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise EvidenceFailure(
            "this is not an Ed25519 public key in PEM", f"give the file {PUBLIC}", place
        )
    return PublicKey(key)


def _loaded(path: Path) -> SigningKey:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_bytes()
    except OSError as error:
        raise EvidenceFailure(
            f"the signing key cannot be read ({error.strerror})",
            "give it to the user who runs seatrial",
            str(path),
        ) from None
    if mode & 0o077:
        raise EvidenceFailure(
            "others may read the signing key", f"run `chmod 600 {path}`", str(path)
        )
    try:
        key = load_pem_private_key(text, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise EvidenceFailure(
            "this is not an Ed25519 private key",
            "move it away: a new key is made, and old reports keep verifying with the old "
            f"{PUBLIC}",
            str(path),
        )
    return SigningKey(key)
