"""A certificate that an authority of ours signs, for an address."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from seatrial.daemons.certified import become
from seatrial.daemons.certified.become import signed
from seatrial.runtimes.shared.authority import made, public

NOW = dt.datetime(2026, 11, 27, 20, 0, tzinfo=dt.UTC)


def test_it_is_signed_for_its_address_and_by_nobody_else() -> None:
    authority, other = made("vault", NOW), made("other", NOW)
    shown = signed(authority.encode(), "127.7.0.9", NOW)
    found = x509.load_pem_x509_certificate(shown)
    found.verify_directly_issued_by(x509.load_pem_x509_certificate(public(authority).encode()))
    with pytest.raises(ValueError, match="Issuer"):
        found.verify_directly_issued_by(x509.load_pem_x509_certificate(public(other).encode()))
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["127.7.0.9"], "pgBackRest looks at names"
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["127.7.0.9"]
    key = serialization.load_pem_private_key(shown, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.public_key() == found.public_key()
    assert found.not_valid_before_utc < NOW < found.not_valid_after_utc


def test_a_name_is_no_address() -> None:
    shown = signed(made("vault", NOW).encode(), "vault", NOW)
    found = x509.load_pem_x509_certificate(shown)
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["vault"]
    assert not names.get_values_for_type(x509.IPAddress)


def test_what_is_no_authority_is_refused() -> None:
    with pytest.raises(ValueError, match="PEM"):
        signed(b"nothing", "127.7.0.9", NOW)


def test_a_daemon_becomes_itself_with_this_python(tmp_path: Path) -> None:
    """Where no program is called `python`, as on the machine's own PATH."""
    (tmp_path / "signer.pem").write_text(made("repository", dt.datetime.now(dt.UTC)))
    shown = tmp_path / "shown.pem"
    words = ("--host=127.7.0.9", f"--authority={tmp_path / 'signer.pem'}", f"--shown={shown}")
    asks = "import sys; print(sys.executable, sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-m", become.__name__, *words, "--", "python", "-c", asks, "word"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout.split()) == (0, [sys.executable, "word"]), done.stderr
    assert shown.stat().st_mode & 0o777 == 0o600
