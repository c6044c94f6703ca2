"""The fixed list of how a check can end, and what an error of the network is called in it."""

from __future__ import annotations

import errno
import socket
import ssl
from enum import StrEnum


class Reason(StrEnum):
    """How a check ended."""

    OK = "ok"
    UNKNOWN = "unknown"  # it could not be asked: nothing is known of what it looks at
    # the network: nothing answered
    REFUSED = "refused"  # nobody listens, or somebody on the way says no
    UNREACHABLE = "unreachable"  # no route, or the network says so
    UNRESOLVED = "unresolved"  # the name of the host leads nowhere
    TIMEOUT = "timeout"
    # somebody answered
    CLOSED = "closed"  # broken off
    PROTOCOL = "protocol"  # the answer is not of the protocol
    HANDSHAKE = "handshake"  # TLS could not be agreed upon
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    SELF_SIGNED = "self_signed"
    UNKNOWN_ISSUER = "unknown_issuer"  # nobody whom we trust stands for it
    WRONG_NAME = "wrong_name"
    CHAIN = "chain"  # another fault of the certificate's chain
    STATUS = "status"  # of HTTP, DNS or gRPC: another one than expected
    CONTENT = "content"  # the answer does not hold what it must
    NOT_SERVING = "not_serving"  # gRPC health says so


NETWORK = frozenset({Reason.REFUSED, Reason.UNREACHABLE, Reason.UNRESOLVED, Reason.TIMEOUT})

_OWN = (errno.EPERM, errno.EACCES, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_NUMBERS = {
    errno.ECONNREFUSED: Reason.REFUSED,
    errno.ECONNRESET: Reason.CLOSED,
    errno.EPIPE: Reason.CLOSED,
    errno.ETIMEDOUT: Reason.TIMEOUT,
    **dict.fromkeys(_OWN, Reason.UNKNOWN),
}
# Codes of X509_verify_cert, https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
_CHAIN = {
    9: Reason.NOT_YET_VALID,
    10: Reason.EXPIRED,
    18: Reason.SELF_SIGNED,
    19: Reason.UNKNOWN_ISSUER,
    20: Reason.UNKNOWN_ISSUER,
    21: Reason.UNKNOWN_ISSUER,
    62: Reason.WRONG_NAME,
    64: Reason.WRONG_NAME,
}
_KINDS: tuple[tuple[type[BaseException], Reason], ...] = (
    (ssl.SSLError, Reason.HANDSHAKE),
    (TimeoutError, Reason.TIMEOUT),
    (socket.gaierror, Reason.UNRESOLVED),
    (ConnectionRefusedError, Reason.REFUSED),
    (ConnectionError, Reason.CLOSED),
    (EOFError, Reason.CLOSED),
)


def of_error(error: BaseException) -> Reason:
    """What an error of a connection is called; `unknown` where it is the prober's own."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CHAIN.get(error.verify_code, Reason.CHAIN)
    for kind, reason in _KINDS:
        if isinstance(error, kind):
            return reason
    if isinstance(error, OSError):
        # asyncio tells several failed addresses of one name as one error without a number
        return _NUMBERS.get(error.errno or 0, Reason.UNREACHABLE)
    return Reason.PROTOCOL if isinstance(error, ValueError) else Reason.UNKNOWN
