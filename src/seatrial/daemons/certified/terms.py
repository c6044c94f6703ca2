"""How long a certificate is good for, and the certificate. Pure but for the key, which is drawn."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from seatrial.daemons.shared.errors import StartError

_DAY = dt.timedelta(days=1)
MOST_DAYS = 3650.0


class TermsError(StartError):
    """The terms cannot be used; the message says what is wanted."""


def parse(text: str) -> float:
    """The days of `{"days": 90}`. Raises TermsError."""
    try:
        days = json.loads(text)["days"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise TermsError(f'terms: {{"days": 90}} is wanted: {error}') from error
    if isinstance(days, bool) or not isinstance(days, int | float) or not 0 < days <= MOST_DAYS:
        raise TermsError(f"terms: days: a number above 0, at most {MOST_DAYS:g}, not {days!r}")
    return float(days)


def issue(name: str, host: str, days: float, now: dt.datetime) -> bytes:
    """A key (P-256) and a certificate that it signed itself, from a day before `now` on, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    signed = (
        x509.CertificateBuilder(
            issuer_name=called,
            subject_name=called,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - _DAY,
            not_valid_after=now + days * _DAY,
        )
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return secret + signed.public_bytes(serialization.Encoding.PEM)
