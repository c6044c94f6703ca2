"""What is rendered for vmalert and for the detector, held against each other."""

from __future__ import annotations

import json

import yaml

from seatrial.app.plan import Plan
from seatrial.capabilities.detection.declare import singles
from seatrial.capabilities.detection.render import intent_of, plan, rule_file


def test_a_rule_of_one_line_calls_the_same_people_when_it_comes_late(reference: Plan) -> None:
    context = reference.contexts["detection"]
    groups = yaml.safe_load(rule_file(context))["groups"]
    by_query = [rule for each in groups for rule in each["rules"] if "filter" not in rule["expr"]]
    late = json.loads(plan(context))["singles"]
    assert len(late) == len(by_query) == len(list(singles(intent_of(context))))
    told = {(each["alert"]["labels"]["alertname"], each["alert"]["labels"]["service"]): each
            for each in late}  # fmt: skip
    for rule in by_query:
        labels = {name: text for name, text in rule["labels"].items() if text}
        own = told[rule["alert"], labels["service"]]
        assert own["alert"]["labels"] == {"alertname": rule["alert"], **labels}
        assert own["alert"]["annotations"] == rule["annotations"]
        assert own["query"] in rule["expr"]


def test_a_group_is_named_after_whom_its_rules_call(reference: Plan) -> None:
    groups = yaml.safe_load(rule_file(reference.contexts["detection"]))["groups"]
    assert len(groups) > 1
    for each in groups:
        named = {
            "/".join(rule["labels"][name] for name in ("severity", "team", "service"))
            for rule in each["rules"]
        }
        assert named == {each["name"]}
