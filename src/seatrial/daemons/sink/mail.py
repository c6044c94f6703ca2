"""Checks a mail by RFC 5322 and MIME and reads the alert from its X-Seatrial headers.

Sources: RFC 5322 sections 2.1.1 (line length), 3.6 (fields and how often each may come), 3.6.4
(Message-ID); RFC 2045 (MIME-Version).
"""

from __future__ import annotations

import email.utils
import re
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage

from seatrial.daemons.shared.labels import LABELS, MAIL_PREFIX, Status, status_of
from seatrial.daemons.sink import forms
from seatrial.daemons.sink.arrival import Parts

LINE_LIMIT = 998
_ONCE = ("From", "To", "Date", "Message-ID", "Subject")
_MESSAGE_ID = re.compile(r"<[^\s<>@]+@[^\s<>@]+>")


def parse(content: bytes) -> Parts:
    """Read one mail as it came after DATA."""
    try:
        mail = message_from_bytes(content, policy=policy.default)
        faults = _check(mail, content)
        headers = {name.lower(): str(value).strip() for name, value in mail.items()}
    except (MessageError, ValueError, LookupError, IndexError, AttributeError) as error:
        # The standard parser raises all of these on mail that is broken enough.
        return Parts(faults=(f"mail: cannot be parsed: {error}",))
    labels = {
        name.removeprefix(MAIL_PREFIX): value
        for name, value in headers.items()
        if name.startswith(MAIL_PREFIX) and name.removeprefix(MAIL_PREFIX) in LABELS and value
    }
    status: Status | None = status_of(headers.get(f"{MAIL_PREFIX}status", ""))
    status = status or status_of(headers.get("subject", ""))
    return Parts(
        status=status or "firing",
        labels=labels,
        summary=forms.summary(headers.get("subject")),
        faults=tuple(faults),
    )


def _check(mail: EmailMessage, content: bytes) -> list[str]:
    faults = []
    for name in _ONCE:
        count = len(mail.get_all(name, []))
        if count != 1:
            faults.append(f"{name}: must come once, came {count} times")
        elif not str(mail[name]).strip():
            faults.append(f"{name}: is blank")
    if faults:
        return faults
    faults += _check_values(mail)
    faults += [f"mail: {type(defect).__name__}: {defect}" for defect in _defects(mail)]
    if mail.get("MIME-Version", "1.0").strip() != "1.0":
        faults.append(f"MIME-Version: 1.0 is wanted, not {mail['MIME-Version']}")
    if not _has_text(mail):
        faults.append("body: a text/plain or text/html part with content is wanted")
    longest = max((len(line) for line in content.splitlines()), default=0)
    if longest > LINE_LIMIT:
        faults.append(f"line: {longest} octets, {LINE_LIMIT} are allowed")
    return faults


def _check_values(mail: EmailMessage) -> list[str]:
    faults = []
    for name in ("From", "To"):
        pairs = email.utils.getaddresses([str(mail[name])])
        if not pairs or not all(_is_address(address) for _, address in pairs):
            faults.append(f"{name}: not an address: {mail[name]}")
    try:
        email.utils.parsedate_to_datetime(str(mail["Date"]))
    except ValueError:
        faults.append(f"Date: not a date of RFC 5322: {mail['Date']}")
    if not _MESSAGE_ID.fullmatch(str(mail["Message-ID"]).strip()):
        faults.append(f"Message-ID: <left@right> is wanted, not {mail['Message-ID']}")
    return faults


def _is_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(local and at and domain) and not re.search(r"[\s<>]", text)


def _defects(mail: EmailMessage) -> list[Exception]:
    found: list[Exception] = []
    for part in mail.walk():
        found += part.defects
        for value in part.values():
            found += getattr(value, "defects", ())
    return found


def _has_text(mail: EmailMessage) -> bool:
    body = mail.get_body(preferencelist=("html", "plain"))
    return body is not None and bool(str(body.get_content()).strip())
