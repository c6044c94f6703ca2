"""A certificate that an authority of ours signs, for an address."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

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
