"""Who must be reached when an exercise begins and ends, and with which defect it turns red."""

from seatrial.capabilities.continuity import people, wording
from seatrial.capabilities.continuity.judges import Wanted, reached
from seatrial.capabilities.continuity.scenarios import (
    begin,
    call_labels,
    end,
    held,
    notice_labels,
)
from seatrial.capabilities.continuity.settings import Exercise, Settings
from seatrial.contract.action import Request
from seatrial.contract.arrivals import deaf, watch
from seatrial.contract.capability import Context
from seatrial.contract.declaration import CALL, NOTICE, Audience, Callee
from seatrial.contract.scenario import Control, Expectation, Scenario, settled

_PAGED = ("pagerduty", "slack", "email")  # the channels of a page, in a rehearsal


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """A call at the beginning, and a notice at both ends, where somebody is to get it."""
    names, system = {each.name for each in scenarios}, context.system
    found: list[Expectation] = []
    for name, exercise in held(context):
        anybody = people.called(system, exercise) or people.called_alone(system, exercise)
        if anybody and begin(name) in names:
            found.append(_called(context, name, exercise))
        if people.informed(context.settings, exercise):
            found += [
                _told(context, name, exercise, stage)
                for stage in (begin(name), end(name))
                if stage in names
            ]
    return tuple(found)


def _called(context: Context, name: str, exercise: Exercise) -> Expectation:
    teams = people.called(context.system, exercise)
    alone = people.called_alone(context.system, exercise)
    within = context.system.targets.fault_to_page.seconds
    wanted = (
        *(
            Wanted(
                who=team,
                alert=CALL,
                labels=tuple((key, call_labels(name, team)[key]) for key in ("service", "team")),
                channels=_PAGED,
                within=within,
                mark=CALL,
            )
            for team in teams
        ),
        *(
            Wanted(
                who=one,
                alert=CALL,
                labels=tuple((key, call_labels(name, one)[key]) for key in ("service", "cluster")),
                channels=("email",),  # all that the file knows of a person
                within=within,
                mark=wording.MARK,
            )
            for one in alone
        ),
    )
    judge = reached(wanted)
    return Expectation(
        name=f"called/{begin(name)}",
        scenario=begin(name),
        requirements=("R22.2",),
        summary=f"each team that takes part in {name} is paged when it begins"
        + (f", and {' and '.join(alone)} by e-mail" if alone else ""),
        watches=(watch(*context.declarations.arrivals),),
        judge=judge,
        ripe=settled(judge),
        control=_unreached(context, teams, alone),
        depends=(
            *(f"teams.{each}" for each in teams),
            *(("people",) if alone else ()),  # whole: a person's name may hold a dot
            f"continuity.exercises.{name}",
            "alerting",
            "targets.fault_to_page",
        ),
        engines=("alertmanager",),
        expects=({"alertname": CALL},),
    )


def _unreached(context: Context, teams: tuple[str, ...], alone: tuple[str, ...]) -> Control:
    """The last who is called is not: who is in no team, where there is one."""
    if alone:
        last = Callee(name=alone[-1])
        return Control(
            defect=f"the mail of {last.name} is refused",
            actions=(_deaf(context, channels=["email"], receivers=[last.receiver]),),
        )
    return Control(
        defect=f"the pager of {teams[0]} refuses messages",
        actions=(_deaf(context, channels=["pagerduty"], receivers=[f"{teams[0]}-page"]),),
    )


def _told(context: Context, name: str, exercise: Exercise, stage: str) -> Expectation:
    settings: Settings = context.settings
    names = people.informed(settings, exercise)
    wanted = tuple(
        Wanted(
            who=each,
            alert=NOTICE,
            labels=tuple((key, notice_labels(stage, each)[key]) for key in ("service", "cluster")),
            channels=_channels(settings, each),
            within=settings.audiences[each].within.seconds,
            mark=wording.MARK,
        )
        for each in names
    )
    judge = reached(wanted)
    mute = Audience(name=names[0]).receiver
    return Expectation(
        name=f"told/{stage}",
        scenario=stage,
        requirements=("R22.3",),
        summary=f"each audience of {name} is told on each of its channels, marked as an exercise",
        watches=(watch(*context.declarations.arrivals),),
        judge=judge,
        ripe=settled(judge),
        control=Control(
            defect=f"the channels of {names[0]} are mute",
            actions=(_deaf(context, channels=[], receivers=[mute]),),
        ),
        depends=(
            *(f"continuity.audiences.{each}" for each in names),
            f"continuity.exercises.{name}",
            "alerting",
        ),
        engines=("alertmanager",),
        expects=({"alertname": NOTICE},),
    )


def _channels(settings: Settings, name: str) -> tuple[str, ...]:
    one = settings.audiences[name]
    channels = (("slack", one.chat), ("email", one.email))
    return tuple(channel for channel, where in channels if where)


def _deaf(context: Context, *, channels: list[str], receivers: list[str]) -> Request:
    """Whoever takes the messages refuses these."""
    return deaf(*context.declarations.arrivals, {"channels": channels, "receivers": receivers})
