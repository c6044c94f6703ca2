"""Who is told, and what is held back: read from the rendered alertmanager.yml."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml

from seatrial.app.plan import Plan
from seatrial.capabilities.alerting.render import configuration
from seatrial.capabilities.alerting.routes import Clock
from seatrial.contract.declaration import Severity

MUTED = """\
alerting:
  mute:
    nights:
      severity: ticket
      teams: [data]
      weekdays: ['monday:friday']
      times: ['20:00-24:00', '00:00-07:00']
      timezone: Europe/Berlin
    weekends: {severity: info, weekdays: [saturday, sunday]}
"""


def config_of(planned: Plan, clock: Clock | None = None) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(configuration(planned.contexts["alerting"], clock=clock))
    return found


def matches(matchers: list[str], labels: Mapping[str, str]) -> bool:
    """Whether labels match Alertmanager's matchers, `=` and `=~` only."""
    for each in matchers:
        name, operator, value = re.fullmatch(r'(\w+)(=~|=)"(.*)"', each).groups()  # type: ignore[union-attr]
        have = labels.get(name, "")
        if operator == "=" and have != value:
            return False
        if operator == "=~" and not re.fullmatch(value, have):
            return False
    return True


def receiver_of(document: dict[str, Any], labels: Mapping[str, str]) -> str:
    for route in document["route"]["routes"]:
        if matches(route["matchers"], labels):
            return str(route["receiver"])
    return str(document["route"]["receiver"])


def channels(document: dict[str, Any], receiver: str) -> set[str]:
    (found,) = (each for each in document["receivers"] if each["name"] == receiver)
    return {key.removesuffix("_configs") for key in found} - {"name"}


EXPECTED = {
    "page": {"slack", "email", "pagerduty"},
    "ticket": {"slack", "email"},
    "info": {"slack"},
}


def test_every_team_and_severity_reaches_its_own_receiver(reference: Plan) -> None:
    document = config_of(reference)
    for team in reference.system.teams:
        for severity in Severity:
            labels = {"team": team, "severity": severity.value, "alertname": "X"}
            receiver = receiver_of(document, labels)
            assert receiver == f"{team}-{severity.value}"
            assert channels(document, receiver) == EXPECTED[severity.value]


def test_every_alert_that_is_written_reaches_its_owner(reference: Plan) -> None:
    document = config_of(reference)
    for alert in reference.declarations.alerts:
        labels = {
            "alertname": alert.name,
            "team": alert.owner,
            "severity": alert.severity.value,
        }
        wanted = "watchdog" if alert.name == "Watchdog" else f"{alert.owner}-{alert.severity.value}"
        assert receiver_of(document, labels) == wanted


def test_what_nobody_owns_is_told_to_everybody(reference: Plan) -> None:
    document = config_of(reference)
    receiver = receiver_of(document, {"alertname": "X", "severity": "page", "team": "ghosts"})
    assert receiver == "unrouted"
    (found,) = (each for each in document["receivers"] if each["name"] == receiver)
    told = {each["channel"] for each in found["slack_configs"]}
    assert told == {team.chat for team in reference.system.teams.values()}


def test_the_watchdog_beats_fast_and_is_never_grouped_away(reference: Plan) -> None:
    first = config_of(reference)["route"]["routes"][0]
    assert first["receiver"] == "watchdog"
    assert first["matchers"] == ['alertname="Watchdog"']
    assert (first["group_wait"], first["group_interval"], first["repeat_interval"]) == (
        "0s", "5s", "10s",
    )  # fmt: skip


def test_every_receiver_that_is_named_is_there_once(reference: Plan, production: Plan) -> None:
    for planned in (reference, production):
        document = config_of(planned)
        names = [each["name"] for each in document["receivers"]]
        used = {each["receiver"] for each in document["route"]["routes"]}
        assert len(names) == len(set(names))
        assert {*used, document["route"]["receiver"]} == set(names)


def test_every_channel_says_when_it_is_over(reference: Plan) -> None:
    for receiver in config_of(reference)["receivers"]:
        over = not receiver["name"].startswith("audience-")  # what they are told has no end
        for key, configs in receiver.items():
            if key.endswith("_configs"):
                assert all(each["send_resolved"] is over for each in configs)


def test_production_reads_its_keys_from_files_and_names_no_sink(
    planned: Callable[..., Plan], shop: str
) -> None:
    section = """\
alerting:
  slack: slack-webhook
  email: {smarthost: "mail:587", sender: a@shop.example, user: a, password: mail-password}
"""
    found = planned(shop + section, "production")
    text = configuration(found.contexts["alerting"])
    assert "sink" not in text
    document = yaml.safe_load(text)
    assert channels(document, "web-page") == {"slack", "email", "pagerduty"}
    assert channels(document, "data-page") == {"slack"}
    manager = next(each for each in found.workloads if each.name == "alertmanager")
    keys = {each.path: each.text for each in manager.files if each.secret}
    assert keys == {
        "keys/web": "${secret.pagerduty-web}",
        "keys/slack": "${secret.slack-webhook}",
        "keys/mail": "${secret.mail-password}",
    }
    for path in keys:
        assert f"${{self.dir}}/{path}" in text
    watchdog = next(each for each in found.workloads if each.name == "watchdog")
    assert {each.path: each.text for each in watchdog.files} == {
        "key": "${secret.pagerduty-web}",
        "slack": "${secret.slack-webhook}",
        "mail": "${secret.mail-password}",
    }
    words = set(watchdog.argv)
    assert {"--smtp=mail:587", "--smtp-tls", "--smtp-user=a"} <= words
    assert "--smtp-password-file=${self.dir}/mail" in words


def test_the_secrets_that_files_ask_for_are_asked_of_the_user(
    planned: Callable[..., Plan], shop: str
) -> None:
    step = '- {get: /, headers: {Authorization: "Bearer ${secret.probe-key}"}}'
    text = shop.replace("- get: /", step) + "alerting: {slack: slack-webhook}\n"
    found = planned(text, "production")
    assert {"pagerduty-web", "slack-webhook", "probe-key", "database"} <= set(found.secrets)
    for workload in found.workloads:
        named = {
            name
            for file in workload.files
            for name in re.findall(r"\$\{secret\.([^}]+)\}", file.text)
        }
        assert named <= set(workload.secrets), workload.name
        assert named <= set(found.secrets), workload.name
        for file in workload.files:
            assert file.secret or "${secret." not in file.text, (workload.name, file.path)


def inhibits(document: dict[str, Any], source: dict[str, str], target: dict[str, str]) -> bool:
    return any(
        matches(rule["source_matchers"], source)
        and matches(rule["target_matchers"], target)
        and all(source.get(each, "") == target.get(each, "") for each in rule["equal"])
        for rule in document["inhibit_rules"]
    )


def outage(service: str, alert: str = "ServiceDown", **more: str) -> dict[str, str]:
    found = {"alertname": alert, "service": service, "tier": "outage", "severity": "page"}
    return {**found, "region": "eu", "cluster": "workflow-platform", **more}


NEEDS = {
    # who needs it, directly or through others
    "database": {"api", "worker", "gateway", "run-a-workflow", "browse"},
    "cache": {"api", "worker", "gateway", "run-a-workflow", "browse"},
    "api": {"gateway", "run-a-workflow", "browse"},
    "gateway": {"run-a-workflow", "browse"},
}


def test_an_outage_of_the_whole_holds_back_each_replicas_ticket(reference: Plan) -> None:
    document = config_of(reference)
    ticket = {**outage("api", "ReplicaDown"), "tier": "saturation", "severity": "ticket"}
    assert inhibits(document, outage("api"), {**ticket, "replica": "0"})
    assert inhibits(document, outage("api", "ProbeFailing"), {**ticket, "replica": "0"})
    assert not inhibits(document, outage("api", region="us"), ticket)
    assert not inhibits(document, outage("worker"), ticket)
    assert not inhibits(document, ticket, outage("api", "ProbeFailing"))


def test_inhibition_follows_needs_and_nothing_else(reference: Plan) -> None:
    document = config_of(reference)
    described = reference.system
    names = (*described.services, *described.stores, *described.journeys)
    below = {
        **NEEDS,
        "worker": {name for name, each in described.journeys.items() if "worker" in each.through},
    }
    for dead in (*described.services, *described.stores):
        for other in names:
            held = inhibits(document, outage(dead), outage(other, "JourneyFailing"))
            assert held == (other in below[dead]), (dead, other)


def test_nothing_is_held_back_in_another_region_or_cluster(reference: Plan) -> None:
    document = config_of(reference)
    assert inhibits(document, outage("api"), outage("gateway"))
    assert not inhibits(document, outage("api"), outage("gateway", region="us"))
    assert not inhibits(document, outage("api"), outage("gateway", cluster="drill"))


def test_no_two_alerts_hold_each_other_back_and_none_itself(reference: Plan) -> None:
    document = config_of(reference)
    labelled = [
        {
            "alertname": each.name,
            "service": each.subject,
            "tier": each.tier.value,
            "severity": each.severity.value,
            "region": "eu",
            "cluster": "c",
            "n": str(number),
        }
        for number, each in enumerate(reference.declarations.alerts)
    ]
    held = {
        (one["n"], other["n"])
        for one in labelled
        for other in labelled
        if inhibits(document, one, other)
    }
    assert len(held) > 50
    assert not any(one == other for one, other in held)
    assert not {(other, one) for one, other in held} & held


def test_only_an_outage_holds_back(reference: Plan) -> None:
    document = config_of(reference)
    ticket = outage("database", "ConnectionsNearLimit", tier="saturation", severity="ticket")
    assert not inhibits(document, ticket, outage("api"))


def test_death_explains_the_errors_of_the_same_service_and_not_the_reverse(
    reference: Plan,
) -> None:
    document = config_of(reference)
    for symptom in ("ServiceErrors", "ProbeFailing"):
        assert inhibits(document, outage("gateway"), outage("gateway", symptom))
        assert not inhibits(document, outage("gateway", symptom), outage("gateway"))


def test_a_burning_page_holds_back_its_ticket(reference: Plan) -> None:
    document = config_of(reference)
    page = outage("browse", "ErrorBudgetBurn", tier="burn")
    ticket = outage("browse", "ErrorBudgetDrain", tier="burn", severity="ticket")
    assert inhibits(document, page, ticket)
    assert not inhibits(document, ticket, page)
    assert inhibits(document, outage("browse", "JourneyFailing"), page)


def test_mute_times_are_in_alertmanagers_words(planned: Callable[..., Plan], shop: str) -> None:
    document = config_of(planned(shop + MUTED, "production"))
    assert document["time_intervals"] == [
        {
            "name": "nights",
            "time_intervals": [
                {
                    "location": "Europe/Berlin",
                    "weekdays": ["monday:friday"],
                    "times": [
                        {"start_time": "20:00", "end_time": "24:00"},
                        {"start_time": "00:00", "end_time": "07:00"},
                    ],
                }
            ],
        },
        {
            "name": "weekends",
            "time_intervals": [{"location": "UTC", "weekdays": ["saturday", "sunday"]}],
        },
    ]


def test_mute_times_hold_for_their_teams_and_severity_and_never_for_a_page(
    planned: Callable[..., Plan], shop: str
) -> None:
    document = config_of(planned(shop + MUTED))
    muted = {
        each["receiver"]: each.get("mute_time_intervals", [])
        for each in document["route"]["routes"]
    }
    assert muted == {
        "watchdog": [],
        "web-page": [], "web-ticket": [], "web-info": ["weekends"],
        "data-page": [], "data-ticket": ["nights"], "data-info": ["weekends"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("environment", "clock", "first"),
    [
        ("rehearsal", None, {"years": ["1970"]}),
        ("rehearsal", Clock.ALWAYS, {"times": [{"start_time": "00:00", "end_time": "24:00"}]}),
        ("production", Clock.NEVER, {"years": ["1970"]}),
    ],
)
def test_a_rehearsal_does_not_depend_on_the_hour(
    planned: Callable[..., Plan],
    shop: str,
    environment: str,
    clock: Clock | None,
    first: dict[str, object],
) -> None:
    document = config_of(planned(shop + MUTED, environment), clock)
    assert [each["time_intervals"] for each in document["time_intervals"]] == [[first], [first]]


PERSON = """\
people:
  ada: {name: Ada Moreau, email: ada@shop.example}
"""


def test_a_person_who_owns_something_is_paged(planned: Callable[..., Plan], shop: str) -> None:
    text = shop.replace("owner: data}", "owner: ada}").replace("teams:", PERSON + "teams:")
    for environment in ("rehearsal", "production"):
        document = config_of(planned(text, environment))
        labels = {"alertname": "StoreDown", "team": "ada", "severity": "page"}
        assert receiver_of(document, labels) == "ada-page"
