from __future__ import annotations

import hashlib
import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

SLACK = {"text": "[FIRING] ApiDown"}


def _mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "am@example.invalid"
    mail["To"] = "payments@example.invalid"
    mail["Date"] = "Mon, 23 Nov 2026 20:33:04 +0000"
    mail["Message-ID"] = "<1@example.invalid>"
    mail["Subject"] = "[RESOLVED] ApiDown"
    mail["X-Seatrial-Alertname"] = "ApiDown"
    mail.set_content("over")
    return mail


def _sink(start: Callable[..., Any], journal: Path) -> Any:
    return start("sink", "--smtp-port", "0", "--journal", journal)


def test_arrivals_survive_kill_9_and_a_torn_line(
    start: Callable[..., Any],
    tmp_path: Path,
) -> None:
    journal = tmp_path / "j"
    sink = _sink(start, journal)
    for _ in range(5):
        assert sink.post("/slack/ops", SLACK).text == "ok"
    before = sink.get("/arrivals")["arrivals"]
    sink.kill()
    with journal.open("ab") as file:
        file.write(b'{"arrivals":[{"id":"6"')
    again = _sink(start, journal)
    assert again.ready["torn_bytes"] == 22
    assert again.get("/arrivals")["arrivals"] == before
    again.post("/slack/ops", SLACK)
    assert [a["id"] for a in again.get("/arrivals")["arrivals"]] == ["1", "2", "3", "4", "5", "6"]
    raw = httpx.get(again.url("/arrivals/5/raw"), trust_env=False).content
    assert hashlib.sha256(raw).hexdigest() == before[4]["raw_sha256"]
    assert again.end() == 0


def test_mail_arrives_by_smtp_and_a_wrong_one_is_answered_and_recorded(
    start: Callable[..., Any],
    tmp_path: Path,
) -> None:
    sink = _sink(start, tmp_path / "j")
    host, port = sink.ready["smtp"].rsplit(":", 1)
    with smtplib.SMTP(host, int(port)) as smtp:
        smtp.send_message(_mail())
        with pytest.raises(smtplib.SMTPDataError) as refused:
            smtp.sendmail("a@b.invalid", ["payments@example.invalid"], "Subject: x\r\n\r\ny")
    assert refused.value.smtp_code == 554
    good, bad = sink.get("/arrivals?channel=email&receiver=payments")["arrivals"]
    assert (good["status"], good["alertname"], good["valid"]) == ("resolved", "ApiDown", True)
    assert good["address"] == "payments@example.invalid"
    assert not bad["valid"]
    assert "Date" in " ".join(bad["faults"])


def test_deaf_channel_refuses_and_counts_apart(start: Callable[..., Any], tmp_path: Path) -> None:
    sink = _sink(start, tmp_path / "j")
    host, port = sink.ready["smtp"].rsplit(":", 1)
    assert sink.post("/deaf", {"channels": ["slack", "email"], "receivers": []}).is_success
    assert sink.post("/slack/ops", SLACK).status_code == 503
    with smtplib.SMTP(host, int(port)) as smtp, pytest.raises(smtplib.SMTPRecipientsRefused) as no:
        smtp.send_message(_mail())
    assert no.value.recipients["payments@example.invalid"][0] == 451
    assert sink.get("/arrivals")["arrivals"] == []
    shown = sink.get("/deaf")
    assert (shown["channels"], shown["refused"]["slack"]) == (["email", "slack"], 1)
    httpx.delete(sink.url("/deaf"), trust_env=False)
    assert sink.post("/slack/ops", SLACK).is_success
    assert len(sink.get("/arrivals?since=1.5")["arrivals"]) == 1
    assert sink.get("/arrivals?since=99999999999")["arrivals"] == []
    assert 'sink_refused_total{channel="email"} 1.0' in sink.text("/metrics")


@pytest.mark.parametrize("body", [{}, {"channels": ["fax"]}, {"receivers": "ops"}, []])
def test_senseless_deafness_is_refused(
    start: Callable[..., Any],
    tmp_path: Path,
    body: Any,
) -> None:
    sink = _sink(start, tmp_path / "j")
    assert sink.post("/deaf", body).status_code == 400


def test_each_product_answers_in_its_own_way(start: Callable[..., Any], tmp_path: Path) -> None:
    sink = _sink(start, tmp_path / "j")
    assert sink.post("/slack/ops", {"text": 1}).text == "invalid_payload"
    wrong = sink.post("/pagerduty/ops/v2/enqueue", {"event_action": "trigger"})
    assert (wrong.status_code, wrong.json()["status"]) == (400, "invalid event")
    right = sink.post(
        "/pagerduty/ops/v2/enqueue",
        {"routing_key": "a" * 32, "event_action": "resolve", "dedup_key": "k"},
    )
    assert (right.status_code, right.json()["dedup_key"]) == (202, "k")
    assert sink.post("/slack/" + "x" * 101, SLACK).status_code == 404
    assert sink.get("/arrivals?since=x")["error"].startswith("since:")
    valid = [a["valid"] for a in sink.get("/arrivals")["arrivals"]]
    assert valid == [False, False, True]
    assert sink.text("/readyz") == sink.text("/livez") == "ok\n"
