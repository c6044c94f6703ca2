from __future__ import annotations

import json
from dataclasses import replace
from email import policy

import pytest

from seatrial.daemons.shared.labels import Status
from seatrial.daemons.sink import mail, pagerduty, slack
from seatrial.daemons.watchdog import messages
from seatrial.daemons.watchdog.memory import recall
from seatrial.daemons.watchdog.messages import Page

PAGE = Page(
    id="watchdog-shop-1-firing",
    incident="watchdog-shop-1",
    at=1795466461.5,
    alert="WatchdogSilent",
    status="firing",
    system="shop",
    team="platform",
    reason="Alertmanager, the path or both are dead: no beat for 40 s",
)
LABELS = {
    "alertname": "WatchdogSilent",
    "severity": "page",
    "team": "platform",
    "service": "monitoring",
    "system": "shop",
}


@pytest.mark.parametrize("status", ["firing", "resolved"])
def test_each_form_is_what_its_receiver_asks_for(status: Status) -> None:
    page = replace(PAGE, status=status)
    by_slack = slack.parse(json.dumps(messages.slack(page)).encode(), "application/json")
    event = messages.pagerduty(page, "k" * 32)
    by_pagerduty = pagerduty.parse(json.dumps(event).encode())
    letter = messages.mail(page, sender="w@s.invalid", recipient="ops@s.invalid")
    by_mail = mail.parse(letter.as_bytes(policy=policy.SMTP))
    for parts in (by_slack, by_pagerduty.parts, by_mail):
        assert parts.faults == ()
        assert (parts.status, dict(parts.labels)) == (status, LABELS)
    assert by_pagerduty.dedup_key == "watchdog-shop-1"


def test_what_was_not_accepted_and_what_is_open_is_recalled() -> None:
    records = [
        {"armed": True},
        {"page": PAGE.to_json()},
        {"accepted": PAGE.id, "channel": "slack"},
        {"page": {"of": "another form"}},
    ]
    memory = recall(records, ["slack", "email"])
    assert (memory.armed, memory.open_page) == (True, PAGE)
    assert memory.unsent == {"slack": (), "email": (PAGE,)}
    over = replace(PAGE, id="x", status="resolved")
    assert recall([*records, {"page": over.to_json()}], ["slack"]).open_page is None
