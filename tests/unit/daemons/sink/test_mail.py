from __future__ import annotations

import pytest

from seatrial.daemons.sink import mail

MAIL = (
    b"From: alertmanager@example.invalid\r\nTo: payments@example.invalid\r\n"
    b"Subject: [FIRING:1] ApiDown\r\nDate: Mon, 23 Nov 2026 20:33:04 +0000\r\n"
    b"Message-Id: <1700000000.1@host>\r\nX-Seatrial-Alertname: ApiDown\r\n"
    b"X-Seatrial-Service: api\r\nX-Seatrial-Status: resolved\r\nX-Seatrial-Region: \r\n"
    b"Content-Type: multipart/alternative;  boundary=abc\r\nMIME-Version: 1.0\r\n\r\n"
    b"--abc\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    b"Content-Type: text/html; charset=UTF-8\r\n\r\n<p>down</p>\r\n--abc--\r\n"
)


def test_labels_status_and_subject_are_read() -> None:
    parts = mail.parse(MAIL)
    assert parts.faults == ()
    assert parts.labels == {"alertname": "ApiDown", "service": "api"}
    assert (parts.status, parts.summary) == ("resolved", "[FIRING:1] ApiDown")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (b"From: alertmanager@example.invalid\r\n", b"", "From"),
        (b"From: alertmanager@example.invalid", b"From: nobody", "From"),
        (b"Date: Mon, 23 Nov 2026 20:33:04 +0000", b"Date: soon", "Date"),
        (b"Message-Id: <1700000000.1@host>\r\n", b"", "Message-ID"),
        (b"<1700000000.1@host>", b"17", "Message-ID"),
        (b"Subject: [FIRING:1] ApiDown", b"Subject: ", "Subject"),
        (b"To: ", b"To: a@example.invalid\r\nTo: ", "To"),
        (b"--abc--\r\n", b"", "mail"),
        (b"<p>down</p>", b"", "body"),
        (b"<p>down</p>", b"x" * 999, "line"),
        (MAIL, b"", "From"),
        (MAIL, b"\xff\x00\r\n\r\n", "From"),
    ],
)
def test_wrong_mail_names_its_place(old: bytes, new: bytes, place: str) -> None:
    assert old in MAIL
    faults = mail.parse(MAIL.replace(old, new)).faults
    assert any(fault.startswith(f"{place}:") for fault in faults), faults
