"""Real handshakes with the real daemon: what it shows, and what a SIGHUP changes."""

from __future__ import annotations

import datetime as dt
import json
import signal
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from seatrial.daemons.certified.issue import issue
from seatrial.daemons.certified.terms import TermsError, parse

NOW = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)


def left(shown: str) -> float:
    """Days until the certificate that is shown there ends."""
    host, _, port = shown.rpartition(":")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    plain = socket.create_connection((host, int(port)), timeout=60)
    with context.wrap_socket(plain) as wrapped:
        found = wrapped.getpeercert(binary_form=True)
    assert found
    ends = x509.load_der_x509_certificate(found).not_valid_after_utc
    return (ends - dt.datetime.now(dt.UTC)).total_seconds() / 86400


def test_a_renewal_is_shown_to_the_next_who_asks(
    start: Callable[..., Any], until: Callable[..., Any], tmp_path: Path
) -> None:
    terms = tmp_path / "terms.json"
    terms.write_text(json.dumps({"days": 90}))
    shown = start("certified", "--terms", terms)
    assert 89.9 < left(shown.ready["tls"]) <= 90
    terms.write_text('{"days": 0}')
    shown.process.send_signal(signal.SIGHUP)  # it cannot be, and changes nothing
    terms.write_text(json.dumps({"days": 13}))
    shown.process.send_signal(signal.SIGHUP)
    until(lambda: left(shown.ready["tls"]) < 14)
    assert left(shown.ready["tls"]) > 12.9
    assert shown.end() == 0


def test_a_certificate_is_for_its_host_and_its_days() -> None:
    found = x509.load_pem_x509_certificate(issue("x", "127.0.0.9", 13, NOW))
    assert found.not_valid_after_utc - NOW == dt.timedelta(days=13)
    assert found.not_valid_before_utc < NOW


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"days": true}', '{"days": 0}', '{"days": 1e9}'])
def test_wrong_terms_are_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(TermsError, match="days"):
        parse(text)
