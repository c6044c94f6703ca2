"""Whom a check trusts, for every kind that speaks TLS."""

from __future__ import annotations

import ssl
from functools import cache


@cache
def trusting(*, verify: bool, alpn: str = "") -> ssl.SSLContext:
    """One context for all checks: loading the authorities takes longer than a check."""
    found = ssl.create_default_context()
    if not verify:
        found.check_hostname = False
        found.verify_mode = ssl.CERT_NONE
    if alpn:
        found.set_alpn_protocols([alpn])
    return found
