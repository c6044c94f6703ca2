"""`report.json`: the signed envelope, and nothing around it.

Readable with `jq -r .payload report.json | base64 -d | jq`.
"""

from collections.abc import Mapping

from seatrial.evidence.keys import SigningKey
from seatrial.evidence.report.body import signed
from seatrial.evidence.report.model import Report


def json_report(report: Report, key: SigningKey, files: Mapping[str, str] | None = None) -> bytes:
    """The bytes of `report.json`. `files` maps the files beside it to their SHA-256 in hex."""
    return signed(report, key, files=files).text
