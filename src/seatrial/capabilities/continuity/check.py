"""What is wrong in the section `continuity`."""

import re
from collections.abc import Collection, Iterator

from seatrial.capabilities.continuity.settings import Audience, Exercise, Settings
from seatrial.capabilities.continuity.wording import WORDS
from seatrial.contract.capability import Intent
from seatrial.contract.exercise import BROKEN_RUNGS, Rung
from seatrial.system.model import System
from seatrial.system.ownership import UNASSIGNED
from seatrial.system.problem import Problem
from seatrial.system.suggest import Suggester

_SECTION = "continuity"
_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


def check(intent: Intent) -> tuple[Problem, ...]:
    """Names that lead nowhere, audiences out of reach, keys that do nothing."""
    system, settings = intent.system, intent.settings
    return (
        *(
            problem
            for name, each in settings.audiences.items()
            for problem in _audience(system, name, each)
        ),
        *(
            problem
            for name, each in settings.exercises.items()
            for problem in _exercise(system, settings, name, each)
        ),
    )


def _audience(system: System, name: str, audience: Audience) -> Iterator[Problem]:
    if audience.chat is None and audience.email is None:
        yield Problem(
            "ST8105",
            system.place(_SECTION, "audiences", name),
            f"{name} cannot be told of anything: no channel is named",
            "write chat or email under it",
        )
    for key, text in (("notice", audience.notice), ("all_clear", audience.all_clear)):
        for word in _PLACEHOLDER.findall(text):
            if word not in WORDS:
                yield Problem(
                    "ST8104",
                    system.place(_SECTION, "audiences", name, key),
                    f"what {name} are told has ${{{word}}}, for which nothing is known",
                    Suggester().cure(word, WORDS, "write ${system} or ${exercise}"),
                )


def _exercise(
    system: System, settings: Settings, name: str, exercise: Exercise
) -> Iterator[Problem]:
    groups: tuple[tuple[str, str, str, Collection[str]], ...] = (
        (
            "ST8101",
            "takes_part",
            "teams or people",
            tuple(each for each in (*system.teams, *system.people) if each != UNASSIGNED),
        ),
        ("ST8102", "informs", "audiences", tuple(settings.audiences)),
        (
            "ST8103",
            "parts",
            "services, stores or externals",
            (*system.services, *system.stores, *system.externals),
        ),
    )
    for code, key, what, known in groups:
        for number, named in enumerate(getattr(exercise, key)):
            if named not in known:
                yield Problem(
                    code,
                    system.place(_SECTION, "exercises", name, key, number),
                    f"the exercise {name} names {named}, which is none of the {what}",
                    Suggester().cure(named, known, f"name one of the {what}, or delete it"),
                )
    breaks = Rung(exercise.kind) in BROKEN_RUNGS
    for key in ("parts",) if breaks else ("scenarios", "informs", "follows"):
        if getattr(exercise, key):
            yield Problem(
                "ST8106",
                system.place(_SECTION, "exercises", name, key),
                f"the exercise {name} is a {exercise.kind}, which has no use for {key}",
                "delete it, or write another kind",
            )
