"""Makes an authority that signs certificates; who shows one has it signed where it runs."""

import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_YEARS, _DAY = 10, dt.timedelta(days=1)


def made(name: str, now: dt.datetime) -> str:
    """A key (P-256) and the certificate that it signed for itself, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    signed = (
        x509.CertificateBuilder(
            issuer_name=called,
            subject_name=called,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - _DAY,
            not_valid_after=now + _YEARS * 365 * _DAY,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return (secret + signed.public_bytes(serialization.Encoding.PEM)).decode().strip()


def public(authority: str) -> str:
    """Its certificate alone. Raises ValueError where the text holds none."""
    found = x509.load_pem_x509_certificate(authority.encode())
    return found.public_bytes(serialization.Encoding.PEM).decode().strip()
