"""What only a file makes: its alerts, scenarios and expectations."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from seatrial.app.explain.answer import Answer, Kind, Maker
from seatrial.app.explain.catalogue import with_proofs
from seatrial.app.explain.proofs import Proofs
from seatrial.app.files import rendered
from seatrial.contract.action import Action
from seatrial.contract.declaration import AlertRule, Severity, Tier
from seatrial.contract.exercise import Aspect, Exercise
from seatrial.contract.scenario import Expectation, Scenario
from seatrial.contract.words import duration

_TIER = {
    Tier.OUTAGE: "Something that users need is dead now.",
    Tier.BURN: "The error budget of an SLO is being spent too fast to last its window.",
    Tier.SATURATION: "Something is nearly used up; what needs it fails when it is.",
    Tier.PREDICTION: "Something will be used up if it goes on like this.",
    Tier.SECURITY: "Somebody attacks, or covers up that they did.",
    Tier.META: "The monitoring itself is ill, so other alerts may be missing.",
}
_ASKS = {
    Severity.PAGE: "page: somebody must come now",
    Severity.TICKET: "ticket: to be looked at in working hours",
    Severity.INFO: "info: nobody is asked to do anything",
}


def alerts(proofs: Proofs) -> Mapping[str, Maker]:
    """Each alert's name, and `NAME/SUBJECT` for the rule about one thing."""
    grouped: dict[str, list[AlertRule]] = {}
    for each in proofs.plan.declarations.alerts:
        grouped.setdefault(each.name, []).append(each)
        grouped.setdefault(f"{each.name}/{each.subject}", []).append(each)
    return {word: partial(_alert, word, rules, proofs) for word, rules in grouped.items()}


def _alert(word: str, rules: list[AlertRule], proofs: Proofs) -> Answer:
    first = rules[0]
    subjects = {each.subject for each in rules}
    one = len(rules) == 1
    drills = proofs.drills(lambda each: _expected(each, first.name, subjects))
    names = tuple(f"rules/{subject}/{first.name}-" for subject in subjects)
    tests = proofs.tests(lambda each: each.name.startswith(names))
    facts = [
        ("asks for", "; ".join(dict.fromkeys(_ASKS[each.severity] for each in rules))),
        ("fires after", " or ".join(dict.fromkeys(_hold(each) for each in rules))),
    ]
    if one:
        facts += [("about", first.subject), ("goes to", first.owner), ("fires when", first.expr)]
    answer = Answer(
        word=word,
        kind=Kind.ALERT,
        title=first.summary if one else f"{first.name}, about {len(subjects)} things",
        text=(_TIER[first.tier], *((first.description,) if one and first.description else ())),
        facts=tuple(facts),
        parts=() if one else tuple((f"{each.name}/{each.subject}", each.summary) for each in rules),
    )
    if drills or tests:
        answer = with_proofs(answer, proofs, drills + tests)
    return _placed(answer, subjects, first.name, proofs)


def _hold(rule: AlertRule) -> str:
    return duration(rule.hold) if rule.hold else "its first evaluation"


def _expected(each: Expectation, name: str, subjects: set[str]) -> bool:
    return any(
        one.get("alertname") == name and one.get("service") in subjects for one in each.expects
    )


def _placed(answer: Answer, subjects: set[str], name: str, proofs: Proofs) -> Answer:
    """With the files that hold its rules, their tests and runbooks, and no others."""
    found = []
    for path, (text, _) in rendered(proofs.plan).items():
        holds = "/rules/" in path and f"alert: {name}\n" in text
        if (holds and any(f"service: {each}\n" in text for each in subjects)) or path in {
            f"runbooks/{each}.md" for each in subjects
        }:
            found.append(path)
    return replace(answer, writes=tuple(found))


def scenarios(proofs: Proofs) -> Mapping[str, Maker]:
    """Each fault that is injected, and what is expected then."""
    return {each.name: partial(_scenario, each, proofs) for each in proofs.scenarios}


def _scenario(each: Scenario, proofs: Proofs) -> Answer:
    actions = [_action(one) for step in each.injections for one in step.actions]
    counted = dict.fromkeys(actions)
    shown = [f"{one} (x{actions.count(one)})" if actions.count(one) > 1 else one for one in counted]
    radius = "everything" if "*" in each.radius else ", ".join(sorted(each.radius))
    needs = ", ".join(sorted(each.needs))
    answer = Answer(
        word=each.name,
        kind=Kind.SCENARIO,
        title=each.question,
        facts=(
            ("injects", "; ".join(shown) or "nothing"),
            ("disturbs", radius),
            ("at most", duration(each.within)),
            *((("needs", needs),) if needs else ()),
        ),
    )
    found = proofs.drills(lambda one: one.scenario == each.name)
    if found:
        answer = with_proofs(answer, proofs, found)
    command = ("prove it", f"seatrial prove {each.name}")
    return replace(answer, facts=(*(one for one in answer.facts if one[0] != command[0]), command))


def _action(action: Action) -> str:
    """`Kill api`: the action and what it is about."""
    fields = ("workload", "source", "target", "replica", "method", "path")
    values = (getattr(action, name, None) for name in fields)
    return " ".join((type(action).__name__, *(str(each) for each in values if each is not None)))


def expectations(proofs: Proofs) -> Mapping[str, Maker]:
    """Each thing that is expected to be seen, with the control that shows it can fail."""
    return {each.name: partial(_expectation, each, proofs) for each in proofs.expectations}


def _expectation(each: Expectation, proofs: Proofs) -> Answer:
    scenario = next(one for one in proofs.scenarios if one.name == each.scenario)
    return Answer(
        word=each.name,
        kind=Kind.EXPECTATION,
        title=each.summary,
        facts=(
            ("in", f"{scenario.name}: {scenario.question}"),
            ("cites", ", ".join(each.requirements)),
            ("its control", f"{each.control.defect}; then it must not be met"),
            ("prove it", f"seatrial prove {scenario.name}"),
            ("show it can fail", f"seatrial prove --controls {scenario.name}"),
        ),
        engines=each.engines,
        reads=tuple(sorted(each.depends)),
        writes=proofs.writes(each.engines),
    )


def records(proofs: Proofs) -> Mapping[str, Maker]:
    """Each thing that the record of an exercise is held to."""
    return {
        aspect.name: partial(_aspect, exercise, aspect)
        for exercise in proofs.exercises
        for aspect in exercise.aspects
    }


def _aspect(exercise: Exercise, aspect: Aspect) -> Answer:
    return Answer(
        word=aspect.name,
        kind=Kind.EXPECTATION,
        title=aspect.summary,
        facts=(
            ("in", f"the record of {exercise.name}, due every {duration(exercise.every)}"),
            ("cites", ", ".join(aspect.requirements)),
            ("its control", f"a copy of the record in which {aspect.defect}"),
            ("prove it", f"seatrial exercise begin {exercise.name}"),
        ),
        reads=tuple(sorted(exercise.depends)),
    )
