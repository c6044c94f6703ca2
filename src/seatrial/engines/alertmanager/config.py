"""Alertmanager's own file: routes, receivers, inhibition and mute times.

Formats: the product's configuration reference. Receivers carry their labels in fields of their
own (Slack fields, PagerDuty details, mail headers), so that a person, and the sink of a
rehearsal, reads the same facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seatrial.engines.documents import seconds, to_yaml

LABELS = ("service", "severity", "team", "tier", "region", "cluster")
GROUP_BY = ("cluster", "region", "service", "alertname")
RESOLVED = "5m"  # an alert of which nothing is heard for so long is over


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
    """Who is told, over which channels.

    `notices`: what they get is no alert but a text for them, which is said as it was posted, once.
    """

    name: str
    notices: bool = False
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
    """One way through the tree: the first that matches wins.

    Every label of `match` must equal, that of each of `among` be one of its values, and that of
    each of `besides` another.
    """

    match: Mapping[str, str]
    among: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    besides: Mapping[str, str] = field(default_factory=dict)
    receiver: str
    timing: Timing
    group_by: tuple[str, ...] = GROUP_BY
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Who is told of what, and when: all that Alertmanager is configured with, in any form.

    `fallback` is the receiver of what no route takes, so that nothing is dropped. `regional`:
    there are several regions, and every message tells its own.
    """

    receivers: tuple[Receiver, ...]
    routes: tuple[Route, ...]
    fallback: str
    fallback_timing: Timing
    inhibitions: tuple[Inhibition, ...] = ()
    mute_times: tuple[MuteTime, ...] = ()
    regional: bool = False


def configuration(routing: Routing) -> str:
    """alertmanager.yml."""
    document: dict[str, object] = {
        "global": {"resolve_timeout": RESOLVED},
        "route": {
            "receiver": routing.fallback,
            "group_by": list(GROUP_BY),
            **timing(routing.fallback_timing),
            "routes": [_route(each) for each in routing.routes],
        },
        "receivers": [_receiver(each, regional=routing.regional) for each in routing.receivers],
    }
    if routing.inhibitions:
        document["inhibit_rules"] = [
            {
                "source_matchers": [f'{key}=~"{value}"' for key, value in each.source.items()],
                "target_matchers": [f'{key}=~"{value}"' for key, value in each.target.items()],
                "equal": list(each.equal),
            }
            for each in routing.inhibitions
        ]
    if routing.mute_times:
        document["time_intervals"] = [
            {"name": each.name, "time_intervals": [dict(one) for one in each.intervals]}
            for each in routing.mute_times
        ]
    return to_yaml(document)


def timing(when: Timing) -> dict[str, str]:
    """How long a group waits: at first, for later changes, and until it is sent again."""
    return {
        "group_wait": seconds(when.wait),
        "group_interval": seconds(when.interval),
        "repeat_interval": seconds(when.repeat),
    }


def matchers(route: Route) -> tuple[tuple[str, str, str], ...]:
    """What an alert's labels must be on this way: label, operator, value."""
    return (
        *((key, "=", value) for key, value in route.match.items()),
        # no name of the file has a character that means something in a regular expression
        *((key, "=~", "|".join(values)) for key, values in route.among.items()),
        *((key, "!=", value) for key, value in route.besides.items()),
    )


def _route(route: Route) -> dict[str, object]:
    document: dict[str, object] = {
        "matchers": [f'{key}{how}"{value}"' for key, how, value in matchers(route)],
        "receiver": route.receiver,
        "group_by": list(route.group_by),
        **timing(route.timing),
    }
    if route.muted:
        document["mute_time_intervals"] = list(route.muted)
    return document


def _receiver(receiver: Receiver, *, regional: bool) -> dict[str, object]:
    document: dict[str, object] = {"name": receiver.name}
    if receiver.notices:
        return document | _notices(receiver)
    if receiver.slack:
        document["slack_configs"] = [_slack(each, regional=regional) for each in receiver.slack]
    if receiver.pagerduty:
        document["pagerduty_configs"] = [
            _pagerduty(each, regional=regional) for each in receiver.pagerduty
        ]
    if receiver.email:
        document["email_configs"] = [_email(each, regional=regional) for each in receiver.email]
    if receiver.webhook:
        document["webhook_configs"] = [
            {"url": each.url, "send_resolved": True} for each in receiver.webhook
        ]
    return document


def _notices(receiver: Receiver) -> dict[str, object]:
    """The channels of somebody who is no team: the text as it was posted, and no end of it."""
    fields = [{"title": "Alert", "value": _common("alertname"), "short": True}]
    fields += [
        {"title": label.title(), "value": _common(label), "short": True}
        for label in ("service", "cluster")
    ]
    slack = {"title": _SUBJECT, "title_link": "", "text": _BODY, "color": "", "fields": fields}
    headers = {
        "Subject": _SUBJECT,
        "X-Seatrial-Alertname": _common("alertname"),
        "X-Seatrial-Service": _common("service"),
        "X-Seatrial-Cluster": _common("cluster"),
    }
    mail = {"headers": headers, "text": _BODY, "html": ""}
    once = {"send_resolved": False}
    found: dict[str, object] = {}
    if receiver.slack:
        found["slack_configs"] = [
            {**_slack(each, regional=False), **slack, **once} for each in receiver.slack
        ]
    if receiver.email:
        found["email_configs"] = [
            {**_email(each, regional=False), **mail, **once} for each in receiver.email
        ]
    return found


def _common(label: str) -> str:
    return f"{{{{ .CommonLabels.{label} }}}}"


_SUBJECT, _BODY = "{{ .CommonAnnotations.summary }}", "{{ .CommonAnnotations.description }}"
_TITLE = (
    '{{ if eq .Status "firing" }}FIRING{{ else }}RESOLVED{{ end }} '
    "{{ .CommonLabels.alertname }}: {{ .CommonLabels.service }}"
)
_TEXT = (
    "{{ .CommonAnnotations.summary }}\n{{ .CommonAnnotations.description }}\n"
    "Runbook: {{ .CommonAnnotations.runbook_url }}\nPanel: {{ .CommonAnnotations.panel_url }}"
)


def _title(*, regional: bool) -> str:
    """The line that a person reads first."""
    return f"{_TITLE} in {_common('region')}" if regional else _TITLE


def _slack(slack: Slack, *, regional: bool) -> dict[str, object]:
    where: dict[str, object] = {"channel": slack.channel, "send_resolved": True}
    where |= {"api_url_file": slack.url_file} if slack.url_file else {"api_url": slack.url}
    return where | slack_words(regional=regional)


def slack_words(*, regional: bool = False) -> dict[str, object]:
    """What a Slack message says, and where a program reads the same: in its fields."""
    fields = [{"title": "Alert", "value": _common("alertname"), "short": True}]
    fields += [
        {"title": label.title(), "value": _common(label), "short": True}
        for label in ("service", "severity", "team", *(("region",) if regional else ()))
    ]
    fields.append({"title": "Status", "value": "{{ .Status }}", "short": True})
    return {
        "title": _title(regional=regional),
        "title_link": "{{ .CommonAnnotations.panel_url }}",
        "text": _TEXT,
        "color": '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
        "fields": fields,
    }


def _pagerduty(pager: PagerDuty, *, regional: bool) -> dict[str, object]:
    document: dict[str, object] = {
        "routing_key_file": pager.key_file,
        "send_resolved": True,
        **pagerduty_words(regional=regional),
    }
    if pager.url:
        document["url"] = pager.url
    return document


def pagerduty_words(*, regional: bool = False) -> dict[str, Any]:
    """What an event says; its details are its labels."""
    return {
        "description": _title(regional=regional),
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


def _email(email: Email, *, regional: bool) -> dict[str, object]:
    document: dict[str, object] = {
        "to": email.to,
        "from": email.sender,
        "smarthost": email.smarthost,
        "require_tls": email.tls,
        "send_resolved": True,
        **email_words(regional=regional),
    }
    if email.user:
        document |= {"auth_username": email.user, "auth_password_file": email.password_file}
    return document


def email_words(*, regional: bool = False) -> dict[str, Any]:
    """What a mail says; its headers are its labels."""
    return {
        "headers": {
            "Subject": _title(regional=regional),
            "X-Seatrial-Alertname": _common("alertname"),
            "X-Seatrial-Service": _common("service"),
            "X-Seatrial-Severity": _common("severity"),
            "X-Seatrial-Team": _common("team"),
            **({"X-Seatrial-Region": _common("region")} if regional else {}),
            "X-Seatrial-Status": "{{ .Status }}",
        },
        "text": _TEXT,
        "html": "",
    }
