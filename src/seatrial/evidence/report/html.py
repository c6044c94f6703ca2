"""`report.html`: one self-contained page, with the signed report inside it.

No network: style and script are in the page, and its content security policy allows nothing else
(https://www.w3.org/TR/CSP3/, hashes). The script only filters and unfolds; the page is whole
without it.
"""

import base64
import re
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from seatrial.contract.words import instant, number, size
from seatrial.evidence.keys import SigningKey
from seatrial.evidence.report.model import Report
from seatrial.evidence.report.page import sealed
from seatrial.evidence.report.view import WORDS, viewed

# what no HTML text may hold (https://html.spec.whatwg.org/#preprocessing-the-input-stream),
# and lone surrogates, which UTF-8 cannot write
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def html_report(report: Report, key: SigningKey) -> bytes:
    """The bytes of `report.html`, UTF-8, signed."""
    templates = Environment(
        loader=PackageLoader("seatrial.evidence.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_clean,
    )
    legend = {each.value: each for each in WORDS}
    templates.globals |= {
        "words": WORDS,
        "legend": legend,
        "number": number,
        "size": size,
        "instant": instant,
    }
    style, script = _asset(templates, "page.css"), _asset(templates, "page.js")
    text = templates.get_template("page.html").render(
        report=report,
        view=viewed(report),
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    )
    return sealed(text.encode(), report, key)


def _asset(templates: Environment, name: str) -> Markup:
    source, _, _ = PackageLoader("seatrial.evidence.report").get_source(templates, name)
    return Markup(source)  # noqa: S704 - our own file, not what a user wrote


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode('ascii')}"


def _clean(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Markup):
        return _UNWRITABLE.sub("\ufffd", value)
    return value
