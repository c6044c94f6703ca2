"""Which rules are in force, as what, and what is told of the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from seatrial.capabilities.detection import CAPABILITY
from seatrial.capabilities.detection.declare import found
from seatrial.capabilities.detection.model import Found
from seatrial.capabilities.detection.rules import pack
from seatrial.contract.capability import Dialect, Intent
from seatrial.system.load import loads
from seatrial.system.problem import Problem, Severity

SYSTEM = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web"}, data: {chat: "#data"}}
services:
  edge: {owner: web, image: "e:1", ports: {http: 80}, metrics: {port: 81, path: /s, kind: nginx}}
  shop: {owner: web, image: "s:1", ports: {http: 81}}
stores:
  db: {engine: postgres, version: "15", owner: data}
"""
RULE = """\
title: The admin page
logsource: {category: webserver}
detection:
  page: {cs-uri-stem|startswith: /admin}
  condition: page
level: high
"""
COUNT = """\
---
title: Many of them
correlation:
  type: event_count
  rules: [TheAdminPage]
  group-by: [c-ip]
  timespan: 1m
  condition: {gte: 3}
"""


def intent(texts: dict[str, str] | None = None, **settings: Any) -> Intent:
    system = loads(SYSTEM).system
    assert system is not None
    return Intent(
        system=system,
        settings=CAPABILITY.settings.model_validate(settings),
        texts=MappingProxyType(texts or {}),
    )


def of(text: str) -> Found:
    return found(intent({"own.yml": text}))


def only(text: str) -> Problem:
    (problem,) = CAPABILITY.check(intent({"own.yml": text}))
    return problem


def test_the_pack_is_in_force_without_a_word() -> None:
    assert CAPABILITY.check(intent()) == ()
    names = {each.name for each in CAPABILITY.declare(intent()).detections}
    assert {"CredentialStuffing", "Scanner", "WebShell", "PrivilegeChange", "LogGap"} <= names
    assert "FailedLogin" not in names  # a part of others, which alone is no alert
    assert len(pack()) == 3


def test_nobody_is_told_of_what_the_pack_cannot_do_here() -> None:
    text = SYSTEM.replace(", metrics: {port: 81, path: /s, kind: nginx}", "").replace(
        "postgres", "redis"
    )
    system = loads(text).system
    assert system is not None
    elsewhere = replace(intent(), system=system)
    assert CAPABILITY.check(elsewhere) == ()
    names = {each.name for each in CAPABILITY.declare(elsewhere).detections}
    assert "PrometheusStopped" in names
    assert not names & {"Scanner", "CredentialStuffing", "PrivilegeChange"}


def test_a_rule_is_an_alert_of_whom_it_speaks() -> None:
    (alert,) = (
        each
        for each in CAPABILITY.declare(intent({"own.yml": RULE})).detections
        if each.name == "TheAdminPage"
    )
    assert (alert.subject, alert.owner, alert.severity) == ("edge", "web", "page")
    assert alert.expr == (
        '_time:1m ({"service" in ("edge")} and "path":~"(?is)^/admin")'
        " | stats by (region) count() as events"
    )


def test_parts_of_a_correlation_speak_only_if_it_says_so() -> None:
    silent, loud = of(RULE + COUNT), of(RULE + COUNT + "  generate: true\n")
    assert not silent.rules["TheAdminPage"].alone
    assert loud.rules["TheAdminPage"].alone
    (made,) = (each for each in silent.correlations if each.name == "ManyOfThem")
    assert made.fields == {"TheAdminPage": ("client",)}
    assert (made.type, made.count, made.span, made.subject) == ("event_count", 3, 60.0, "edge")


def test_gt_is_one_more_and_lt_is_asked_for_now() -> None:
    (more,) = (
        e
        for e in of(RULE + COUNT.replace("gte", "gt")).correlations
        if e.parts == ("TheAdminPage",)
    )
    assert more.count == 4
    few = COUNT.replace("gte", "lte").replace("  group-by: [c-ip]\n", "")
    texts = {"own.yml": RULE + few}
    (alert,) = (e for e in CAPABILITY.declare(intent(texts)).detections if e.name == "ManyOfThem")
    assert alert.expr.startswith("_time:1m ")
    assert alert.expr.endswith("| stats count() as events | filter events:<4")


@pytest.mark.parametrize(
    ("change", "code", "line", "words"),
    [
        (("title: The admin page\n", "title: [\n"), "ST5401", 3, "no YAML"),
        (("detection:", "detections:"), "ST5401", 1, "no Sigma rule"),
        (("startswith", "begins"), "ST5402", 4, "Unknown modifier 'begins'"),
        (("startswith: /admin", "re: '(?=x)'"), "ST5402", 3, "no lookahead"),
        (("startswith: /admin", "re: '('"), "ST5402", 4, "invalid"),
        (("webserver", "firewall"), "ST5403", 2, "nothing here writes"),
        (("cs-uri-stem", "cs-uri-stm"), "ST5404", 4, 'did you mean "cs-uri-stem"?'),
        (("cs-uri-stem", "ParentProcess"), "ST5404", 4, "write one of"),
        (("title: The admin page", "title: Web shell"), "ST5405", 1, "seatrial's pack"),
        (("condition: page", "condition: page and"), "ST5402", 5, "cannot be read"),
        (("title: The admin page", "- a\n- b"), "ST5401", 3, "no YAML"),
    ],
)
def test_what_is_not_in_force_is_told_with_its_place(
    change: tuple[str, str], code: str, line: int, words: str
) -> None:
    problem = only(RULE.replace(*change))
    assert problem.code == code, str(problem)
    assert problem.place is not None
    assert (problem.place.file, problem.place.line) == ("own.yml", line), str(problem)
    assert words in str(problem)
    told_only = code in {"ST5402", "ST5403", "ST5404"}
    assert (problem.severity is Severity.WARNING) is told_only
    assert code in CAPABILITY.codes


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("gte: 3", "eq: 3"), "eq has no exact meaning"),
        (("gte: 3", "lt: 3"), "without groups"),
        (("gte: 3", "gte: 0"), "always reached"),
        (("event_count", "value_sum"), "value_sum is not evaluated"),
        (("TheAdminPage", "Nobody"), "no rule 'Nobody'"),
        (("TheAdminPage", "ManyOfThem"), "part of itself"),
        (("c-ip", "nobody"), "no field 'nobody'"),
        (("event_count", "temporal"), "all its rules must come"),
    ],
)
def test_correlations_without_an_exact_meaning_are_refused(
    change: tuple[str, str], words: str
) -> None:
    text = COUNT.replace(*change)
    if change[1] == "value_sum":
        text = text.replace("gte: 3", "gte: 3, field: sc-bytes")
    problem = only(RULE + text)
    assert problem.code == "ST5402"
    assert words in problem.summary
    assert problem.place is not None
    assert problem.place.line > RULE.count("\n")


def test_names_that_mean_nothing() -> None:
    wrong = CAPABILITY.check(intent(owner="nobody", without=["Scannr"]))
    assert [each.code for each in wrong] == ["ST5406", "ST5407"]
    assert CAPABILITY.check(intent(owner="data", without=["LogGap"])) == ()
    names = {e.name for e in CAPABILITY.declare(intent(without=["LogGap"])).detections}
    assert "LogGap" not in names


@pytest.mark.parametrize("change", [{"beside": True}, {"dialect": Dialect.OPERATOR}])
def test_nothing_looks_where_no_logs_are_kept(change: dict[str, Any]) -> None:
    assert CAPABILITY.declare(replace(intent(), **change)).seats == ()


def test_files_are_read_below_the_main_file(
    tmp_path: Path, problems: Callable[[str], tuple[Problem, ...]]
) -> None:
    (tmp_path / "own/deep").mkdir(parents=True)
    (tmp_path / "own/deep/a.yml").write_text(RULE.replace("startswith", "begins"))
    (tmp_path / "own/notes.txt").write_text("not a rule")
    named = SYSTEM.replace("80", "8080") + "detection: {rules: [own]}\n"
    told = [each for each in problems(named) if each.code.startswith("ST54")]
    assert [str(each.place) for each in told] == ["own/deep/a.yml:4:10"]
    outside = [each.code for each in problems(SYSTEM + "detection: {rules: [../x, none.yml]}\n")]
    assert "ST1601" in outside
    assert "ST1003" in outside


def test_the_plan_of_the_detector_is_what_it_reads(planned: Callable[..., Any]) -> None:
    plan = planned(SYSTEM)
    by_name = {each.name: each for each in plan.workloads}
    document = json.loads(by_name["detector"].files[0].text)
    names = [each["name"] for each in document["correlations"]]
    assert names.index("GuessedLogins") < names.index("CredentialStuffing")
    assert document["queries"].keys() == {"FailedLogin", "AnsweredRequest", "OddRequest"}
    rules = by_name["vmalert"].files[0].text
    assert "type: vlogs" in rules
    assert "runbook_url: .seatrial/runbooks/db.md#privilegechange" in rules
    pages = {each.path: each.text for each in plan.documents}
    assert "```logsql" in pages["runbooks/edge.md"]
