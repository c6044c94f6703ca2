"""An exercise begins and ends: people are called, and whoever must know of a disaster is told.

Both are scenarios of their own that break nothing, so that the way to people is proven in every
proof, and an exercise runs them before and after its drills.
"""

from seatrial.capabilities.continuity import people, wording
from seatrial.capabilities.continuity.settings import Exercise, Settings
from seatrial.contract.action import Request
from seatrial.contract.arrivals import watch
from seatrial.contract.capability import Context
from seatrial.contract.declaration import CALL, NOTICE
from seatrial.contract.exercise import BROKEN_RUNGS, Rung
from seatrial.contract.scenario import Injection, Scenario, Steady
from seatrial.contract.timeline import Observation
from seatrial.engines.alertmanager.posting import anew

_SLACK = 30.0


def begin(name: str) -> str:
    """The scenario with which an exercise begins."""
    return f"exercise-{name}-begin"


def end(name: str) -> str:
    """The scenario with which it ends."""
    return f"exercise-{name}-end"


def held(context: Context) -> tuple[tuple[str, Exercise], ...]:
    """The exercises in which something is broken: where they are promised, in a rehearsal."""
    settings: Settings = context.settings
    if not context.rehearsal or not context.system.promised(people.REQUIREMENT):
        return ()
    if not any(context.declarations.arrivals):
        return ()
    return tuple(
        (name, each) for name, each in settings.exercises.items() if Rung(each.kind) in BROKEN_RUNGS
    )


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """Two for each of them: one where nobody is informed, and none where nobody is called either.

    The end is told to whoever is informed; who was called is there.
    """
    found: list[Scenario] = []
    for name, exercise in held(context):
        calls, notices = _calls(context, name, exercise), _notices(context, name, exercise)
        if calls or notices:
            question = f"Is everybody called and informed when {name} begins?"
            found.append(_scenario(context, begin(name), question, (*calls, *notices)))
        if notices:
            question = f"Is everybody told when {name} is over?"
            last = _notices(context, name, exercise, over=True)
            found.append(_scenario(context, end(name), question, last))
    return tuple(found)


def _scenario(context: Context, name: str, question: str, actions: tuple[Request, ...]) -> Scenario:
    return Scenario(
        name=name,
        question=question,
        injections=(Injection(actions=actions),),
        radius=frozenset({name}),
        within=context.system.targets.fault_to_page.seconds + _SLACK,
        steady=(
            Steady(name="arrivals", watch=watch(*context.declarations.arrivals), holds=_answers),
        ),
        fresh=False,
    )


def _answers(seen: tuple[Observation, ...]) -> str | None:
    return None if seen else "nobody says what arrives"


def _calls(context: Context, name: str, exercise: Exercise) -> tuple[Request, ...]:
    """A page to each team that takes part by its own route, and to who takes part without one."""
    each_of = (
        *(call_labels(name, team) for team in people.called(context.system, exercise)),
        *(alone_labels(name, one) for one in people.called_alone(context.system, exercise)),
    )
    return tuple(
        anew(
            labels,
            {
                "summary": wording.subject(context.system, name, over=False),
                "description": f"You take part in {name}. Nothing is wrong yet.",
                "runbook_url": ".seatrial/runbooks/",
                "panel_url": "http://localhost/",
            },
        )
        for labels in each_of
    )


def _notices(
    context: Context, name: str, exercise: Exercise, *, over: bool = False
) -> tuple[Request, ...]:
    settings: Settings = context.settings
    return tuple(
        anew(
            notice_labels(end(name) if over else begin(name), each),
            {
                "summary": wording.subject(context.system, name, over=over),
                "description": wording.body(
                    context.system, name, settings.audiences[each], over=over
                ),
            },
        )
        for each in people.informed(settings, exercise)
    )


def call_labels(name: str, team: str) -> dict[str, str]:
    """Those of the page to a team; the cluster is the exercise's, so that nothing real is met."""
    return {
        "alertname": CALL,
        "cluster": begin(name),
        "service": f"{team}-call",
        "severity": "page",
        "team": team,
        "tier": "meta",
    }


def alone_labels(name: str, person: str) -> dict[str, str]:
    """Those of the page to a person in no team, who have a route of their own."""
    return {**call_labels(name, person), "severity": "notice"}  # no team has a route for it


def notice_labels(stage: str, audience: str) -> dict[str, str]:
    """Those of what an audience is told."""
    return {
        "alertname": NOTICE,
        "cluster": stage,
        "service": audience,
        "severity": "notice",  # no team has a route for it, whatever an audience is called
        "team": audience,
        "tier": "meta",
    }
