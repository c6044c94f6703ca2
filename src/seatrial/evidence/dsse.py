"""DSSE v1 envelopes: https://github.com/secure-systems-lab/dsse/blob/master/envelope.md.

The signature covers the pre-authentication encoding of payload type and payload. An envelope's
text is canonical JSON and is accepted in no other form, so that no byte of it can differ unseen.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature

from seatrial.evidence.canonical import canonical, parsed
from seatrial.evidence.failure import EvidenceFailure
from seatrial.evidence.keys import PublicKey, SigningKey

IN_TOTO = "application/vnd.in-toto+json"
_CURE = "do not trust it; get an unchanged copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A signed payload: its type, its bytes, the signature (64 bytes) and the key's id."""

    payload: bytes
    signature: bytes
    keyid: str
    payload_type: str = IN_TOTO

    @property
    def text(self) -> bytes:
        """The envelope as canonical JSON."""
        return canonical(
            {
                "payload": base64.b64encode(self.payload).decode("ascii"),
                "payloadType": self.payload_type,
                "signatures": [
                    {
                        "keyid": self.keyid,
                        "sig": base64.b64encode(self.signature).decode("ascii"),
                    }
                ],
            }
        )


def encoding(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed: `DSSEv1 SP len SP type SP len SP payload`."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, key: SigningKey, payload_type: str = IN_TOTO) -> Envelope:
    """An envelope around the payload, signed with Ed25519 (RFC 8032)."""
    return Envelope(
        payload=payload,
        signature=key.sign(encoding(payload_type, payload)),
        keyid=key.public.id,
        payload_type=payload_type,
    )


def read(text: bytes) -> Envelope:
    """The envelope in a text. Its signature is not looked at: `check` does that.

    Raises EvidenceFailure when it is not the canonical text of an envelope with one signature.
    """
    document = parsed(text, "the envelope")
    try:
        (signature,) = document["signatures"]
        envelope = Envelope(
            payload=_bytes(document["payload"]),
            signature=_bytes(signature["sig"]),
            keyid=_word(signature["keyid"]),
            payload_type=_word(document["payloadType"]),
        )
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise EvidenceFailure(
            "this is not a DSSE envelope with one signature", "give a file that seatrial wrote"
        ) from None
    if envelope.text != text:
        raise EvidenceFailure("the envelope's text was changed", _CURE)
    return envelope


def check(envelope: Envelope, key: PublicKey) -> None:
    """Raise EvidenceFailure unless this key signed this payload."""
    if envelope.keyid != key.id:
        raise EvidenceFailure(
            f"it is signed by key {envelope.keyid[:16]}, not by {key.id[:16]}",
            "give the public key of whoever made it, or do not trust it",
        )
    try:
        key.verify(envelope.signature, encoding(envelope.payload_type, envelope.payload))
    except InvalidSignature:
        raise EvidenceFailure("the signature does not fit: something was changed", _CURE) from None


def _bytes(text: Any) -> bytes:
    return base64.b64decode(_word(text).encode("ascii"), validate=True)


def _word(text: Any) -> str:
    if not isinstance(text, str) or not re.fullmatch(r"[\x20-\x7e]*", text):
        raise TypeError
    return text
