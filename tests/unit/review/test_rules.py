"""Every rule fires where it must, is silent on a near miss, and is whole."""

from __future__ import annotations

import re

import pytest
import yaml
from review_samples import CASES, compose, kubernetes, system

from seatrial.contract.requirements import items
from seatrial.review.assess import findings
from seatrial.review.rule import Rule
from seatrial.review.rules import BY_ID, FAMILIES, RULES
from seatrial.review.subject import Source, Subject

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def test_there_are_at_least_30_rules_and_each_has_its_cases() -> None:
    assert len(RULES) >= 30
    assert set(CASES) == set(BY_ID), "a rule without a sample, or the other way round"


def test_ids_are_given_once_and_in_order_and_name_their_family() -> None:
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    for number, rules in enumerate(FAMILIES.values(), start=1):
        for rule in rules:
            assert re.fullmatch(rf"A{number:02}\d\d", rule.id)


@each_rule
def test_a_rule_fires_where_it_must(rule: Rule) -> None:
    found = findings(CASES[rule.id][0], (rule,))
    assert found, f"{rule.id} sees nothing"
    for each in found:
        assert each.summary
        assert not each.summary.endswith(".")
        assert each.place.line >= 1


@each_rule
def test_a_rule_is_silent_on_a_near_miss(rule: Rule) -> None:
    subject = CASES[rule.id][1]
    assert subject.source in rule.cures, "the near miss must be one that the rule looks at"
    assert [each.summary for each in findings(subject, (rule,))] == []


@each_rule
def test_a_rule_is_documented_and_cites_items_of_the_catalogue(rule: Rule) -> None:
    known = {each.id for each in items()}
    assert rule.requirements
    assert set(rule.requirements) <= known
    for sentence in (rule.because, rule.text):
        assert sentence.endswith("."), sentence
    assert not rule.title.endswith(".")
    assert rule.cures


@pytest.mark.parametrize(
    ("rule", "source"),
    [(rule, source) for rule in RULES for source in rule.cures],
    ids=lambda each: each.id if isinstance(each, Rule) else each.value,
)
def test_every_cure_is_lines_of_yaml(rule: Rule, source: Source) -> None:
    subject = _in(CASES[rule.id][0], source)
    for seen in rule.looks(subject):
        cure = rule.cures[source](subject, seen)
        said = yaml.safe_load(cure.lines)
        assert isinstance(said, dict)
        assert said
        assert not cure.note.endswith(".")
        if cure.edit is not None:
            assert source is Source.COMPOSE


def _in(subject: Subject, source: Source) -> Subject:
    """The same containers in another source; only the form of the cure is looked at."""
    if subject.source is source or source is Source.SEATRIAL:
        return subject
    return (compose if source is Source.COMPOSE else kubernetes)(*subject.containers)


def test_a_whole_system_leaves_little_to_say() -> None:
    told = {each.rule.id for each in findings(system())}
    assert told == {"A0102", "A0301", "A0302", "A1001"}


def test_the_images_of_a_systems_stores_are_not_the_users() -> None:
    named = {each.subject for each in findings(system(), (BY_ID["A0102"],))}
    assert named == {"api"}
