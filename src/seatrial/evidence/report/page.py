"""How a page carries its signed envelope, and how the two are told apart again.

The envelope stands in one data block; its digest of the page is over every byte around it.
"""

from hashlib import sha256

from seatrial.evidence.failure import EvidenceFailure
from seatrial.evidence.keys import SigningKey
from seatrial.evidence.report.body import signed
from seatrial.evidence.report.model import Report

OPEN = b'<script type="application/json" id="seatrial-envelope">'
CLOSE = b"</script>"


def sealed(page: bytes, report: Report, key: SigningKey) -> bytes:
    """The page with its signed envelope in the (empty) data block.

    The envelope is canonical JSON of base64 and digests: it holds no `<` that could end the block.
    """
    head, tail = _around(page)
    envelope = signed(report, key, page=sha256(head + tail).hexdigest()).text
    return head + envelope + tail


def split(document: bytes) -> tuple[bytes, bytes]:
    """The envelope's text, and the page without it. Raises EvidenceFailure for other pages."""
    head, tail = _around(document)
    envelope, close, rest = tail.partition(CLOSE)
    return envelope, head + close + rest


def _around(page: bytes) -> tuple[bytes, bytes]:
    head, mark, tail = page.partition(OPEN)
    if not mark or OPEN in tail or CLOSE not in tail:
        raise EvidenceFailure(
            "this is not a seatrial report, or its signed part is gone", "get an unchanged copy"
        )
    return head + mark, tail
