"""Alertmanager as the Prometheus Operator runs it: an AlertmanagerConfig, and the server's object.

Formats: the operator's API reference (monitoring.coreos.com/v1alpha1 AlertmanagerConfig, v1
Alertmanager). The values are those of `config.py`. What is a file there is a key of a Secret here,
and an address of a channel is a secret, too: only a rehearsal's, which is no secret, is written
out, into a Secret of its own. A mute time has no time zone in these kinds: it is UTC.
"""

from collections.abc import Mapping
from typing import Any

from seatrial.contract.output import File
from seatrial.contract.placeholder import PATTERN
from seatrial.engines.alertmanager import config
from seatrial.engines.alertmanager.engine import ENGINE
from seatrial.engines.alertmanager.workload import NAME, PORTS
from seatrial.engines.objects import MONITORING, NOBODY, POD_SECURITY, Home, Object, manifest

_SECRET = "secret."  # noqa: S105 - how a placeholder begins
_DIR = "${self.dir}/"
_CLAIM = "1Gi"  # silences and the log of notifications


class Keys:
    """Where each key and address of a channel is; `texts` are the files of `config.py` by path."""

    def __init__(self, home: Home, texts: Mapping[str, str]) -> None:
        """Nothing is written out yet."""
        self._home = home
        self._texts = texts
        self.written: dict[str, str] = {}

    def of_file(self, path: str) -> dict[str, str]:
        """The key that a file of `config.py` holds."""
        text = self._texts[path.removeprefix(_DIR)]
        match = PATTERN.fullmatch(text)
        if match is not None and match.group(1).startswith(_SECRET):
            return self._home.secret(match.group(1).removeprefix(_SECRET))
        return self.of_text(path.rpartition("/")[2], text)

    def of_text(self, name: str, text: str) -> dict[str, str]:
        """What a rehearsal says openly, as a key of the Secret that we write."""
        self.written[name] = text
        return {"name": self.name, "key": name}

    @property
    def name(self) -> str:
        """The Secret of what is written out."""
        return f"{NAME}-rehearsal"


def objects(home: Home, routing: config.Routing, *, keys: Mapping[str, str]) -> tuple[File, ...]:
    """The server, and its configuration. `keys` are the texts of the files that receivers name."""
    known = Keys(home, keys)
    spec: Object = {
        "route": {
            "receiver": routing.fallback,
            "groupBy": list(config.GROUP_BY),
            **_timing(routing.fallback_timing),
            "routes": [_route(each) for each in routing.routes],
        },
        "receivers": [_receiver(each, known) for each in routing.receivers],
        "inhibitRules": [
            {
                "sourceMatch": _matchers(each.source, "=~"),
                "targetMatch": _matchers(each.target, "=~"),
                "equal": list(each.equal),
            }
            for each in routing.inhibitions
        ],
        "muteTimeIntervals": [
            {"name": each.name, "timeIntervals": [_interval(one) for one in each.intervals]}
            for each in routing.mute_times
        ],
    }
    api = "monitoring.coreos.com/v1alpha1"
    found = [home.made(api, "AlertmanagerConfig", home.system, of=NAME, spec=spec)]
    if known.written:
        found.insert(0, home.made("v1", "Secret", known.name, of=NAME, stringData=known.written))
    return (
        manifest("routes.yaml", "who is told of what, and when", found),
        manifest(f"{NAME}.yaml", "groups, routes, mutes and sends alerts", _server(home)),
    )


def _server(home: Home) -> list[Object]:
    """One Alertmanager that knows this configuration alone.

    It is named as the whole configuration and not selected: the operator adds no namespace to its
    routes then, and what no route takes still reaches somebody.
    """
    asked = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": _CLAIM}}}
    spec = {
        "version": f"v{ENGINE.released}",
        "image": ENGINE.official(),
        "replicas": 1,
        "podMetadata": {"labels": dict(home.all)},
        "alertmanagerConfiguration": {
            "name": home.system,
            "global": {"resolveTimeout": config.RESOLVED},
        },
        "storage": {"volumeClaimTemplate": {"spec": asked}},
        "automountServiceAccountToken": False,
        "resources": {"requests": {"memory": "64Mi"}},
        "securityContext": {
            **POD_SECURITY,
            "runAsUser": NOBODY,
            "runAsGroup": NOBODY,
            "fsGroup": NOBODY,
        },
    }
    pods = {**home.all, "alertmanager": NAME}
    return [
        home.made(MONITORING, "Alertmanager", NAME, spec=spec),
        home.service(NAME, PORTS, pods),
    ]


def _timing(timing: config.Timing) -> Object:
    found = config.timing(timing)
    return {
        "groupWait": found["group_wait"],
        "groupInterval": found["group_interval"],
        "repeatInterval": found["repeat_interval"],
    }


def _matchers(labels: Mapping[str, str], how: str) -> list[Object]:
    return [{"name": key, "matchType": how, "value": value} for key, value in labels.items()]


def _route(route: config.Route) -> Object:
    found: Object = {
        "matchers": [
            {"name": key, "matchType": how, "value": value}
            for key, how, value in config.matchers(route)
        ],
        "receiver": route.receiver,
        "groupBy": list(route.group_by),
        **_timing(route.timing),
    }
    if route.muted:
        found["muteTimeIntervals"] = list(route.muted)
    return found


def _interval(interval: Mapping[str, Any]) -> Object:
    """A mute time in these kinds' words; its zone must be UTC."""
    found = {key: each for key, each in interval.items() if key != "location"}
    if "times" in found:
        found["times"] = [
            {"startTime": each["start_time"], "endTime": each["end_time"]}
            for each in found["times"]
        ]
    if "days_of_month" in found:
        ends = [str(each).partition(":") for each in found.pop("days_of_month")]
        found["daysOfMonth"] = [
            {"start": int(first), "end": int(last or first)} for first, _, last in ends
        ]
    return found


def _receiver(receiver: config.Receiver, keys: Keys) -> Object:
    found: Object = {"name": receiver.name}
    if receiver.slack:
        found["slackConfigs"] = [_slack(each, receiver.name, keys) for each in receiver.slack]
    if receiver.pagerduty:
        found["pagerdutyConfigs"] = [_pagerduty(each, keys) for each in receiver.pagerduty]
    if receiver.email:
        found["emailConfigs"] = [_email(each, keys) for each in receiver.email]
    if receiver.webhook:
        found["webhookConfigs"] = [
            {"url": each.url, "sendResolved": True} for each in receiver.webhook
        ]
    return found


def _slack(slack: config.Slack, receiver: str, keys: Keys) -> Object:
    if slack.url_file:
        address = keys.of_file(slack.url_file)
    else:
        address = keys.of_text(f"slack-{slack.url.rpartition('/')[2] or receiver}", slack.url)
    return {
        "channel": slack.channel,
        "apiURL": address,
        "sendResolved": True,
        **_camel(config.slack_words()),
    }


def _pagerduty(pager: config.PagerDuty, keys: Keys) -> Object:
    words = config.pagerduty_words()
    found: Object = {
        "routingKey": keys.of_file(pager.key_file),
        "sendResolved": True,
        "description": words["description"],
        "severity": words["severity"],
        "client": words["client"],
        "clientURL": words["client_url"],
        "details": _pairs(words["details"]),
    }
    if pager.url:
        found["url"] = pager.url
    return found


def _email(email: config.Email, keys: Keys) -> Object:
    words = config.email_words()
    found: Object = {
        "to": email.to,
        "from": email.sender,
        "smarthost": email.smarthost,
        "requireTLS": email.tls,
        "sendResolved": True,
        "headers": _pairs(words["headers"]),
        "text": words["text"],
        "html": words["html"],
    }
    if email.user:
        found["authUsername"] = email.user
    if email.password_file:
        found["authPassword"] = keys.of_file(email.password_file)
    return found


def _pairs(values: Mapping[str, str]) -> list[Object]:
    return [{"key": key, "value": value} for key, value in values.items()]


def _camel(words: Mapping[str, Any]) -> Object:
    """`title_link` as `titleLink`."""
    return {
        "".join((first, *(each.title() for each in rest))): value
        for key, value in words.items()
        for first, *rest in [key.split("_")]
    }
