"""The ladder of a file: defaults, who is called, what is asked, what the file may not say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from seatrial.app.plan import Plan
from seatrial.contract.exercise import Exercise, Rung
from seatrial.system.problem import Problem

Planner = Callable[..., Plan]
SECTION = """\
people:
  ada: {name: Ada Moreau, email: ada@shop.example}
continuity:
  audiences:
    customers: {chat: "#status", email: status@shop.example}
    regulator: {email: dpa@authority.example, within: 72h, notice: "Of ${system}: ${exercise}"}
  exercises:
    talk: {kind: table-top, every: 180d, parts: [database]}
    look: {kind: checklist, every: 30d, takes_part: [web, ada]}
    break: {kind: drill, every: 90d, informs: [regulator], takes_part: [data]}
"""


def ladder(made: Plan) -> dict[str, Exercise]:
    return {each.name: each for each in made.exercises()}


def test_a_file_without_the_section_has_one_of_each_kind_with_every_team(
    planned: Planner, shop: str
) -> None:
    found = ladder(planned(shop))
    assert [each.rung for each in found.values()] == list(Rung)
    assert all(each.takes_part == ("web", "data") for each in found.values())
    assert found["disaster"].informs == ()
    assert found["table-top"].cards[0] == "lost-database"  # with it the most stops


def test_where_it_is_not_promised_nothing_is_asked(planned: Planner, shop: str) -> None:
    made = planned(f"{shop}promises: [R01, R03]\n")
    assert made.exercises() == ()
    assert not [each for each in made.scenarios() if each.name.startswith("exercise-")]
    assert made.declarations.audiences == ()


def test_the_ladder_begins_with_the_least_of_a_bad_day(planned: Planner, shop: str) -> None:
    found = ladder(planned(shop + SECTION))
    assert list(found) == ["look", "talk", "break"]
    assert found["talk"].cards == ("lost-database",)
    assert found["look"].cards == (
        *("contact-web", "contact-ada", "channel-customers", "channel-regulator", "order"),
    )
    assert (found["break"].begin, found["break"].end) == (
        "exercise-break-begin",
        "exercise-break-end",
    )
    assert found["break"].every == 90 * 86400.0


def test_a_full_exercise_follows_every_page_and_a_drill_those_that_it_names(
    planned: Planner, shop: str
) -> None:
    assert {name: each.follows for name, each in ladder(planned(shop)).items()} == {
        "plans": (),
        "table-top": (),
        "recovery": (),
        "disaster": ("continuity", "communication", "checklists"),
    }
    named = SECTION.replace("takes_part: [data]}", "takes_part: [data], follows: [checklists]}")
    found = ladder(planned(shop + named))["break"]
    assert found.follows == ("checklists",)
    assert [each.name for each in found.aspects if each.page] == ["checklists/break"]
    unpromised = ladder(planned(f"{shop}promises: [R01, R03, R22]\n"))["disaster"]
    assert unpromised.follows == ()  # whose documents are not promised


def test_each_audience_has_its_own_receiver_and_the_teams_keep_theirs(
    planned: Planner, shop: str
) -> None:
    made = planned(shop + SECTION)
    files = {each.name: each.files for each in made.workloads}["alertmanager"]
    text = next(each.text for each in files if each.path == "alertmanager.yml")
    document = yaml.safe_load(text)
    receivers = {each["name"]: each for each in document["receivers"]}
    told = receivers["audience-customers-notice"]
    assert told["slack_configs"][0]["send_resolved"] is False
    assert told["email_configs"][0]["headers"]["Subject"] == "{{ .CommonAnnotations.summary }}"
    assert "slack_configs" not in receivers["audience-regulator-notice"]
    first = next(
        each for each in document["route"]["routes"] if each["receiver"].startswith("audience-")
    )
    assert first["receiver"] == "audience-customers-notice"
    assert 'alertname="NoticeDrill"' in first["matchers"]


def test_outside_a_rehearsal_nobody_is_given_a_receiver(planned: Planner, shop: str) -> None:
    text = f"{shop}{SECTION}environments: {{production: {{runtime: local}}}}\n"
    made = planned(text, environment="production")
    files = {each.name: each.files for each in made.workloads}["alertmanager"]
    assert "audience-" not in next(each.text for each in files if each.path == "alertmanager.yml")
    assert not [each for each in made.scenarios() if each.name.startswith("exercise-")]


def test_the_texts_are_the_files_and_each_is_marked_on_both_ends(
    planned: Planner, shop: str
) -> None:
    made = planned(shop + SECTION)
    (begin,) = [each for each in made.scenarios() if each.name == "exercise-break-begin"]
    bodies = [getattr(each, "body", "") for each in begin.injections[0].actions]
    (notice,) = [each for each in bodies if "NoticeDrill" in each]
    assert "Of shop: break" in notice
    assert "EXERCISE, nothing is wrong with shop: break has begun" in notice
    assert "This was an exercise: do nothing." in notice
    (call,) = [each for each in bodies if "ExerciseDrill" in each]
    assert '"team": "data"' in call


@pytest.mark.parametrize(
    "case",
    [
        ("[data]}", "[dta]}", "ST8101", 'did you mean "data"?'),
        ("[regulator]", "[regulators]", "ST8102", 'did you mean "regulator"?'),
        ("[database]", "[databse]", "ST8103", 'did you mean "database"?'),
        ("${exercise}", "${exercize}", "ST8104", 'did you mean "exercise"?'),
        ('{chat: "#status", email: status@shop.example}', "{}", "ST8105", "write chat or email"),
        ("every: 180d,", "every: 180d, scenarios: [x],", "ST8106", "delete it"),
        ("every: 90d,", "every: 90d, parts: [api],", "ST8106", "delete it"),
        ("every: 180d,", "every: 180d, follows: [plans],", "ST8106", "delete it"),
    ],
)
def test_what_leads_nowhere_is_told_with_its_place_and_cure(
    problems: Callable[[str], tuple[Problem, ...]],
    shop: str,
    case: tuple[str, str, str, str],
) -> None:
    old, new, code, said = case
    assert old in SECTION
    found = [each for each in problems(shop + SECTION.replace(old, new)) if each.code == code]
    (one,) = found
    assert said in one.cure
    assert one.place is not None
    assert one.place.line > shop.count("\n")


@pytest.mark.parametrize("written", ["every: 1h", "every: 90", "kind: game"])
def test_a_wrong_value_is_a_problem_with_a_place(
    problems: Callable[[str], tuple[Problem, ...]], shop: str, written: str
) -> None:
    key = written.partition(":")[0]
    old = {"every": "every: 180d", "kind": "kind: table-top"}[key]
    found = problems(shop + SECTION.replace(old, written))
    assert found
    assert all(each.place is not None for each in found)
