"""A real Alertmanager speaks to the sink and to the watchdog."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.engines

LABELS = {"alertname": "ApiDown", "service": "api", "team": "payments", "severity": "page"}

ROUTE = """
route:
  receiver: payments
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: {repeat}
receivers:
  - name: payments
"""

RECEIVERS = """
    slack_configs:
      - api_url: http://{http}/slack/payments
        send_resolved: true
        fields:
          - {{title: Alert, value: '{{{{ .CommonLabels.alertname }}}}', short: true}}
          - {{title: Service, value: '{{{{ .CommonLabels.service }}}}', short: true}}
          - {{title: Severity, value: '{{{{ .CommonLabels.severity }}}}', short: true}}
          - {{title: Team, value: '{{{{ .CommonLabels.team }}}}', short: true}}
          - {{title: Region, value: '{{{{ .CommonLabels.region }}}}', short: true}}
          - {{title: Status, value: '{{{{ .Status }}}}', short: true}}
    pagerduty_configs:
      - url: http://{http}/pagerduty/payments/v2/enqueue
        routing_key: {key}
        severity: critical
        details:
          alertname: '{{{{ .CommonLabels.alertname }}}}'
          service: '{{{{ .CommonLabels.service }}}}'
          severity: '{{{{ .CommonLabels.severity }}}}'
          team: '{{{{ .CommonLabels.team }}}}'
          status: '{{{{ .Status }}}}'
    email_configs:
      - to: payments@example.invalid
        from: alertmanager@example.invalid
        smarthost: {smtp}
        require_tls: false
        send_resolved: true
        headers:
          Subject: '[{{{{ .Status | toUpper }}}}] {{{{ .CommonLabels.alertname }}}}'
          X-Seatrial-Alertname: '{{{{ .CommonLabels.alertname }}}}'
          X-Seatrial-Service: '{{{{ .CommonLabels.service }}}}'
          X-Seatrial-Severity: '{{{{ .CommonLabels.severity }}}}'
          X-Seatrial-Team: '{{{{ .CommonLabels.team }}}}'
          X-Seatrial-Status: '{{{{ .Status }}}}'
    webhook_configs:
      - url: http://{http}/webhook/payments
        send_resolved: true
"""


def _post(url: str, *, ends: timedelta) -> None:
    now = datetime.now(UTC)
    alert = {
        "labels": LABELS,
        "annotations": {"summary": "api is down"},
        "startsAt": (now - timedelta(minutes=1)).isoformat(),
        "endsAt": (now + ends).isoformat(),
    }
    httpx.post(f"{url}/api/v2/alerts", json=[alert], trust_env=False).raise_for_status()


def _arrivals(sink: dict[str, str]) -> list[dict[str, Any]]:
    answer = httpx.get(f"http://{sink['http']}/arrivals", trust_env=False).json()
    found: list[dict[str, Any]] = answer["arrivals"]
    return found


def test_all_four_channels_fire_and_resolve_in_a_valid_form(
    daemon: Callable[..., dict[str, str]],
    alertmanager: Callable[[str], tuple[str, Any]],
    wait_until: Callable[..., Any],
    tmp_path: Path,
) -> None:
    sink = daemon("sink", "--smtp-port", "0", "--journal", tmp_path / "sink")
    receivers = RECEIVERS.format(http=sink["http"], smtp=sink["smtp"], key="a" * 32)
    url, _ = alertmanager(ROUTE.format(repeat="4h") + receivers)
    for status, ends in (("firing", timedelta(hours=1)), ("resolved", timedelta(0))):
        _post(url, ends=ends)

        def all_there(status: str = status) -> bool:
            return {a["channel"] for a in _arrivals(sink) if a["status"] == status} == {
                "slack", "pagerduty", "email", "webhook",
            }  # fmt: skip

        wait_until(all_there)
    for arrival in _arrivals(sink):
        assert arrival["faults"] == [], arrival
        assert arrival["labels"] == LABELS, arrival
        assert (arrival["alertname"], arrival["receiver"]) == ("ApiDown", "payments")


def test_a_deaf_channel_gets_the_page_once_it_hears_again(
    daemon: Callable[..., dict[str, str]],
    alertmanager: Callable[[str], tuple[str, Any]],
    wait_until: Callable[..., Any],
    tmp_path: Path,
) -> None:
    sink = daemon("sink", "--smtp-port", "0", "--journal", tmp_path / "sink")
    deaf = f"http://{sink['http']}/deaf"
    channels = {"channels": ["slack", "email"]}
    httpx.post(deaf, json=channels, trust_env=False).raise_for_status()
    receivers = RECEIVERS.format(http=sink["http"], smtp=sink["smtp"], key="a" * 32)
    url, _ = alertmanager(ROUTE.format(repeat="4h") + receivers)
    _post(url, ends=timedelta(hours=1))

    def refused() -> bool:
        counts = httpx.get(deaf, trust_env=False).json()["refused"]
        return counts["slack"] > 0 and counts["email"] > 0

    wait_until(refused)
    assert {a["channel"] for a in _arrivals(sink)} <= {"pagerduty", "webhook"}
    httpx.delete(deaf, trust_env=False).raise_for_status()
    wait_until(lambda: {"slack", "email"} <= {a["channel"] for a in _arrivals(sink)})


def test_watchdog_pages_when_alertmanager_is_killed(
    daemon: Callable[..., dict[str, str]],
    alertmanager: Callable[[str], tuple[str, Any]],
    wait_until: Callable[..., Any],
    tmp_path: Path,
) -> None:
    sink = daemon("sink", "--smtp-port", "0", "--journal", tmp_path / "sink")
    watchdog = daemon(
        "watchdog",
        *("--name", "shop", "--silence", "5", "--journal", tmp_path / "watchdog"),
        *("--slack-url", f"http://{sink['http']}/slack/platform"),
    )
    beat = f"    webhook_configs:\n      - url: http://{watchdog['http']}/beat\n"
    url, process = alertmanager(ROUTE.format(repeat="1s") + beat)
    _post(url, ends=timedelta(hours=1))

    def status() -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(
            f"http://{watchdog['http']}/status",
            trust_env=False,
        ).json()
        return found

    wait_until(lambda: status()["beats"] >= 3)
    assert _arrivals(sink) == []
    process.kill()
    wait_until(lambda: _arrivals(sink))
    assert [a["alertname"] for a in _arrivals(sink)] == ["WatchdogSilent"]
    assert status()["state"] == "paging"
