"""The authority whose certificate places trust, and the certificate that they are shown.

Both are made at their first use. Keys are files of mode 0600 and never leave the folder.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from seatrial.daemons.shared.errors import StartError

CA_DAYS, DAYS, RENEW_DAYS = 3650.0, 90.0, 30.0
AUTHORITY, KEY, SHOWN = "ca.pem", "ca.key", "shown.pem"
_DAY = dt.timedelta(days=1)
_PRIVATE = 0o600


class AuthorityError(StartError):
    """What was kept cannot be used; the message says which file, and the cure."""


def due(folder: Path, names: Iterable[str], now: dt.datetime) -> bool:
    """Whether the certificate must be made anew: none yet, ends soon, or is for other names."""
    try:
        found = x509.load_pem_x509_certificate((folder / SHOWN).read_bytes())
    except (OSError, ValueError):
        return True
    ends_soon = found.not_valid_after_utc - now < RENEW_DAYS * _DAY
    told = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return ends_soon or set(told) != set(_names(names))


def ensure(folder: Path, names: Iterable[str], now: dt.datetime) -> Path:
    """The file with the certificate for `names` and its key, made where it is due.

    Raises AuthorityError when what was kept cannot be read.
    """
    wanted = tuple(names)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / AUTHORITY).exists():
        key = ec.generate_private_key(ec.SECP256R1())
        called = _called("seatrial probers")
        own = _about(called, called, key.public_key(), now, CA_DAYS)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        _write(folder / KEY, _pem(key))
        # last: without it the key counts for nothing, and both are made anew
        _write(folder / AUTHORITY, _public(own.sign(key, hashes.SHA256())))
    if due(folder, wanted, now):
        _issue(folder, wanted, now)
    return folder / SHOWN


def trusted(folder: Path) -> str:
    """The authority's own certificate, which is no secret."""
    return (folder / AUTHORITY).read_text()


def _issue(folder: Path, names: tuple[str, ...], now: dt.datetime) -> None:
    try:
        authority = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
        signer = serialization.load_pem_private_key((folder / KEY).read_bytes(), None)
    except (OSError, ValueError) as error:
        message = f"{folder}: its authority cannot be read: {error}; remove the folder, and export"
        raise AuthorityError(f"{message} each place anew") from error
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise AuthorityError(f"{folder / KEY}: is no key of an elliptic curve; remove the folder")
    key = ec.generate_private_key(ec.SECP256R1())
    server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    signed = (
        _about(_called("seatrial home"), authority.subject, key.public_key(), now, DAYS)
        .add_extension(x509.SubjectAlternativeName(_names(names)), critical=False)
        .add_extension(server, critical=False)
        .sign(signer, hashes.SHA256())
    )
    _write(folder / SHOWN, _pem(key) + _public(signed))


def _names(names: Iterable[str]) -> list[x509.GeneralName]:
    return [_name(each) for each in dict.fromkeys(names)]


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _about(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: dt.datetime,
    days: float,
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=now - _DAY,  # a clock outside may be late
        not_valid_after=now + days * _DAY,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _public(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and from the first byte on its owner's alone."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
