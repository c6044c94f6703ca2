"""`python -m seatrial.daemons.certified.issue NAME HOST DAYS`: a certificate and its key, as PEM.

A process of its own, which ends: what makes certificates takes as much memory as all else that the
daemon holds, and is needed once or twice in its life.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = dt.timedelta(days=1)


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


if __name__ == "__main__":
    _, called, at, span = sys.argv
    sys.stdout.buffer.write(issue(called, at, float(span), dt.datetime.now(dt.UTC)))
