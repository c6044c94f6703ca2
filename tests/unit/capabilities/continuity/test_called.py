"""Who is called when an exercise begins: teams by their pagers, a person in none by e-mail."""

from __future__ import annotations

from collections.abc import Callable

import yaml

from seatrial.app.plan import Plan
from seatrial.contract.scenario import Expectation, Scenario
from seatrial.system.problem import Problem

Planner = Callable[..., Plan]
SECTION = """\
people:
  ada: {name: Ada Moreau, email: ada@shop.example}
  grace: {name: Grace Okafor, email: grace@shop.example}
continuity:
  exercises:
    break: {kind: drill, every: 90d, takes_part: [web, ada]}
    alone: {kind: drill, every: 90d, takes_part: [grace]}
    talk: {kind: table-top, every: 180d, takes_part: [grace]}
"""


def of(made: Plan, name: str) -> tuple[Scenario, Expectation]:
    """The beginning of an exercise, and what must be seen of it."""
    scenarios = made.scenarios()
    (begin,) = [each for each in scenarios if each.name == f"exercise-{name}-begin"]
    (called,) = [
        each for each in made.expectations(scenarios) if each.name == f"called/{begin.name}"
    ]
    return begin, called


def calls(begin: Scenario) -> list[str]:
    bodies = [getattr(each, "body", "") for each in begin.injections[0].actions]
    return [each for each in bodies if "ExerciseDrill" in each]


def test_a_person_in_no_team_is_called_beside_the_teams(planned: Planner, shop: str) -> None:
    begin, called = of(planned(shop + SECTION), "break")
    team, person = calls(begin)
    assert '"team": "web"' in team
    assert '"severity": "page"' in team
    assert '"team": "ada"' in person
    assert '"severity": "notice"' in person  # which no team's route takes
    assert called.summary.endswith(", and ada by e-mail")
    assert called.control is not None
    assert called.control.defect == "the mail of ada is refused"
    assert "people" in called.depends


def test_an_exercise_of_people_alone_calls_them(planned: Planner, shop: str) -> None:
    begin, called = of(planned(shop + SECTION), "alone")
    (person,) = calls(begin)
    assert '"team": "grace"' in person
    (action,) = called.control.actions if called.control is not None else ()
    assert "person-grace-call" in getattr(action, "body", "")


def test_who_is_in_a_team_is_paged_with_it_and_not_alone(planned: Planner, shop: str) -> None:
    joined = shop.replace("  web: {", "  web: {members: [ada], ")
    assert joined != shop
    begin, called = of(planned(joined + SECTION), "break")
    (team,) = calls(begin)
    assert '"team": "web"' in team
    assert called.control is not None
    assert called.control.defect == "the pager of web refuses messages"


def test_each_person_has_a_receiver_of_their_own_by_e_mail(planned: Planner, shop: str) -> None:
    made = planned(shop + SECTION)
    files = {each.name: each.files for each in made.workloads}["alertmanager"]
    document = yaml.safe_load(next(one.text for one in files if one.path == "alertmanager.yml"))
    own = {each["name"]: each for each in document["receivers"] if "person-" in each["name"]}
    assert set(own) == {"person-ada-call", "person-grace-call"}
    assert set(own["person-ada-call"]) == {"name", "email_configs"}
    ways = [each for each in document["route"]["routes"] if "person-" in each["receiver"]]
    assert ways[0]["matchers"] == ['alertname="ExerciseDrill"', 'team="ada"']


def test_who_is_called_by_nobody_has_no_receiver(planned: Planner, shop: str) -> None:
    made = planned(f"{shop}{SECTION}promises: [R01, R03]\n")
    assert made.declarations.callees == ()
    text = f"{shop}{SECTION}environments: {{production: {{runtime: local}}}}\n"
    away = planned(text, environment="production")
    files = {each.name: each.files for each in away.workloads}["alertmanager"]
    assert not [each for each in files if "person-" in each.text]


def test_the_team_that_stands_for_nobody_cannot_take_part(
    problems: Callable[[str], tuple[Problem, ...]], shop: str
) -> None:
    text = shop.replace("teams:\n", "teams:\n  unassigned: {}\n")
    assert text != shop
    section = SECTION.replace("[web, ada]", "[unassigned, ada]")
    (found,) = [each for each in problems(text + section) if each.code == "ST8101"]
    assert "unassigned" in found.summary
