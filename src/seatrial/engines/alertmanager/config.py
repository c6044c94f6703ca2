"""Alertmanager's own file: routes, receivers, inhibition and mute times.

Formats: the product's configuration reference. Receivers carry their labels in fields of their
own (Slack fields, PagerDuty details, mail headers), so that a person, and the sink of a
rehearsal, reads the same facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from seatrial.engines.documents import seconds, to_yaml

LABELS = ("service", "severity", "team", "tier", "region", "cluster")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """An incoming webhook. `url` or, in production, `url_file`; `channel` as `#name`."""

    channel: str
    url: str = ""
    url_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerDuty:
    """Events API v2. `url` is only set in a rehearsal; the key is in a file."""

    key_file: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """A mailbox, and the server that takes mail for it (`host:port`)."""

    to: str
    sender: str
    smarthost: str
    tls: bool = True
    user: str = ""
    password_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A program that takes Alertmanager's webhook, version 4."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Who is told, over which channels."""

    name: str
    slack: tuple[Slack, ...] = ()
    pagerduty: tuple[PagerDuty, ...] = ()
    email: tuple[Email, ...] = ()
    webhook: tuple[Webhook, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """group_wait, group_interval and repeat_interval in seconds."""

    wait: float
    interval: float
    repeat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way through the tree: every label must equal; the first that matches wins."""

    match: Mapping[str, str]
    receiver: str
    timing: Timing
    group_by: tuple[str, ...] = ("cluster", "region", "service", "alertname")
    muted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhibition:
    """While an alert matches `source`, those that match `target` are held back.

    Values of `source` and `target` are regular expressions, anchored by Alertmanager.
    """

    source: Mapping[str, str]
    target: Mapping[str, str]
    equal: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteTime:
    """A named time interval, in Alertmanager's own words (weekdays, times, location)."""

    name: str
    intervals: tuple[Mapping[str, object], ...] = field(default=())


def configuration(
    *,
    receivers: tuple[Receiver, ...],
    routes: tuple[Route, ...],
    fallback: str,
    fallback_timing: Timing,
    inhibitions: tuple[Inhibition, ...],
    mute_times: tuple[MuteTime, ...],
) -> str:
    """alertmanager.yml. `fallback` takes what no route takes, so that nothing is dropped."""
    document: dict[str, object] = {
        "global": {"resolve_timeout": "5m"},
        "route": {
            "receiver": fallback,
            "group_by": ["cluster", "region", "service", "alertname"],
            **_timing(fallback_timing),
            "routes": [_route(each) for each in routes],
        },
        "receivers": [_receiver(each) for each in receivers],
    }
    if inhibitions:
        document["inhibit_rules"] = [
            {
                "source_matchers": [f'{key}=~"{value}"' for key, value in each.source.items()],
                "target_matchers": [f'{key}=~"{value}"' for key, value in each.target.items()],
                "equal": list(each.equal),
            }
            for each in inhibitions
        ]
    if mute_times:
        document["time_intervals"] = [
            {"name": each.name, "time_intervals": [dict(one) for one in each.intervals]}
            for each in mute_times
        ]
    return to_yaml(document)


def _timing(timing: Timing) -> dict[str, object]:
    return {
        "group_wait": seconds(timing.wait),
        "group_interval": seconds(timing.interval),
        "repeat_interval": seconds(timing.repeat),
    }


def _route(route: Route) -> dict[str, object]:
    document: dict[str, object] = {
        "matchers": [f'{key}="{value}"' for key, value in route.match.items()],
        "receiver": route.receiver,
        "group_by": list(route.group_by),
        **_timing(route.timing),
    }
    if route.muted:
        document["mute_time_intervals"] = list(route.muted)
    return document


def _receiver(receiver: Receiver) -> dict[str, object]:
    document: dict[str, object] = {"name": receiver.name}
    if receiver.slack:
        document["slack_configs"] = [_slack(each) for each in receiver.slack]
    if receiver.pagerduty:
        document["pagerduty_configs"] = [_pagerduty(each) for each in receiver.pagerduty]
    if receiver.email:
        document["email_configs"] = [_email(each) for each in receiver.email]
    if receiver.webhook:
        document["webhook_configs"] = [
            {"url": each.url, "send_resolved": True} for each in receiver.webhook
        ]
    return document


def _common(label: str) -> str:
    return f"{{{{ .CommonLabels.{label} }}}}"


_TITLE = (
    '{{ if eq .Status "firing" }}FIRING{{ else }}RESOLVED{{ end }} '
    "{{ .CommonLabels.alertname }}: {{ .CommonLabels.service }}"
)
_TEXT = (
    "{{ .CommonAnnotations.summary }}\n{{ .CommonAnnotations.description }}\n"
    "Runbook: {{ .CommonAnnotations.runbook_url }}\nPanel: {{ .CommonAnnotations.panel_url }}"
)


def _slack(slack: Slack) -> dict[str, object]:
    where: dict[str, object] = {"channel": slack.channel, "send_resolved": True}
    where |= {"api_url_file": slack.url_file} if slack.url_file else {"api_url": slack.url}
    fields = [{"title": "Alert", "value": _common("alertname"), "short": True}]
    fields += [
        {"title": label.title(), "value": _common(label), "short": True}
        for label in ("service", "severity", "team")
    ]
    fields.append({"title": "Status", "value": "{{ .Status }}", "short": True})
    return where | {
        "title": _TITLE,
        "title_link": "{{ .CommonAnnotations.panel_url }}",
        "text": _TEXT,
        "color": '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
        "fields": fields,
    }


def _pagerduty(pager: PagerDuty) -> dict[str, object]:
    document: dict[str, object] = {
        "routing_key_file": pager.key_file,
        "send_resolved": True,
        "description": _TITLE,
        "severity": '{{ if eq .CommonLabels.severity "page" }}critical{{ else }}warning{{ end }}',
        "client": "seatrial",
        "client_url": "{{ .CommonAnnotations.panel_url }}",
        "details": {
            "alertname": _common("alertname"),
            "status": "{{ .Status }}",
            "summary": "{{ .CommonAnnotations.summary }}",
            "runbook": "{{ .CommonAnnotations.runbook_url }}",
            **{label: _common(label) for label in LABELS},
        },
    }
    if pager.url:
        document["url"] = pager.url
    return document


def _email(email: Email) -> dict[str, object]:
    document: dict[str, object] = {
        "to": email.to,
        "from": email.sender,
        "smarthost": email.smarthost,
        "require_tls": email.tls,
        "send_resolved": True,
        "headers": {
            "Subject": _TITLE,
            "X-Seatrial-Alertname": _common("alertname"),
            "X-Seatrial-Service": _common("service"),
            "X-Seatrial-Severity": _common("severity"),
            "X-Seatrial-Team": _common("team"),
            "X-Seatrial-Status": "{{ .Status }}",
        },
        "text": _TEXT,
        "html": "",
    }
    if email.user:
        document |= {"auth_username": email.user, "auth_password_file": email.password_file}
    return document
