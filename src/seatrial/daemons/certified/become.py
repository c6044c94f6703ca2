"""`python -m seatrial.daemons.certified.become ... -- PROGRAM WORD...`: a server, with its own TLS.

Has an authority sign a new key for the address, writes both where the program reads them, and then
becomes the program: nothing of this stays in memory. At each start, so that none ever ends. The
program may be a daemon of ours, which shows the certificate to others: `python` is this Python.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import ipaddress
import os
import shutil
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAYS, _DAY = 825, dt.timedelta(days=1)
_PRIVATE = 0o600
# pgBackRest's servers call each other, and show the same certificate when they do
_USES = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]


def signed(authority: bytes, host: str, now: dt.datetime) -> bytes:
    """A key and its certificate for `host`, good from a day before `now` on, as PEM.

    An address stands in it as a name, too: pgBackRest looks at names only, restic at addresses.
    Raises ValueError for what is no authority.
    """
    issuer = x509.load_pem_x509_certificate(authority)
    signer = serialization.load_pem_private_key(authority, None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise ValueError("its key is not of an elliptic curve")  # noqa: TRY004 - of what came in
    key = ec.generate_private_key(ec.SECP256R1())
    names: list[x509.GeneralName] = [x509.DNSName(host)]
    with contextlib.suppress(ValueError):  # it is a name
        names.append(x509.IPAddress(ipaddress.ip_address(host)))
    certificate = (
        x509.CertificateBuilder(
            issuer_name=issuer.subject,
            subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]),
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - _DAY,
            not_valid_after=now + _DAYS * _DAY,
        )
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage(_USES), critical=False)
        .sign(signer, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return secret + certificate.public_bytes(serialization.Encoding.PEM)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.certified.become",
        description="Makes a certificate, then becomes the program that shows it.",
    )
    parser.add_argument("--host", required=True, help="the address that it is for")
    parser.add_argument("--authority", type=Path, required=True, help="PEM: key and certificate")
    parser.add_argument("--shown", type=Path, required=True, help="where to write what is shown")
    parser.add_argument("words", nargs="+", help="the program and its words")
    return parser.parse_args()


def main() -> None:
    """Become it; a sentence and status 1 where that cannot be."""
    options = _options()
    try:
        shown = signed(options.authority.read_bytes(), options.host, dt.datetime.now(dt.UTC))
        options.shown.unlink(missing_ok=True)
        written = os.open(options.shown, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        with os.fdopen(written, "wb") as file:
            file.write(shown)
    except (OSError, ValueError) as error:
        sys.exit(f"no certificate was made: {error}")
    program = sys.executable if options.words[0] == "python" else shutil.which(options.words[0])
    if program is None:
        sys.exit(f"{options.words[0]} is not there; run `seatrial engines install`")
    os.execv(program, [program, *options.words[1:]])  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    main()
