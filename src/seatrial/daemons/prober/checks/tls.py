"""Whether a TLS certificate is trusted, and when it ends, trusted or not."""

from __future__ import annotations

import asyncio
import ssl
import time

from cryptography import x509

from seatrial.daemons.prober.checks.model import Check, Seen, address, failed
from seatrial.daemons.prober.checks.reasons import Reason, of_error
from seatrial.daemons.prober.checks.trust import trusting


async def ask(check: Check, target: str) -> Seen:
    """Shake hands; where the certificate is not trusted, once more to read it.

    Only the server's own certificate is read: its issuers' may end earlier.
    """
    try:
        ends = await _ends(check, target, verify=check.verify)
    except ssl.SSLCertVerificationError as error:
        fault = failed(of_error(error), error.verify_message or error)
        try:
            ends = await _ends(check, target, verify=False)
        except (OSError, EOFError, ValueError):
            return fault  # what was wrong at first is said; when it ends is not known
        return Seen(reason=fault.reason, fault=fault.fault, ends=ends)
    if ends <= time.time():  # where nobody judges it
        return Seen(reason=Reason.EXPIRED, fault="the certificate has ended", ends=ends)
    return Seen(reason=Reason.OK, ends=ends)


async def _ends(check: Check, target: str, *, verify: bool) -> float:
    host, port = address(target)
    _, writer = await asyncio.open_connection(
        host, port, ssl=trusting(verify=verify), server_hostname=check.host or host
    )
    try:
        shaken: ssl.SSLObject = writer.get_extra_info("ssl_object")
        shown = shaken.getpeercert(binary_form=True)
    finally:
        # without waiting for the other end's goodbye, which may never come
        writer.transport.abort()
    if shown is None:
        raise ValueError("no certificate was shown")
    return x509.load_der_x509_certificate(shown).not_valid_after_utc.timestamp()
