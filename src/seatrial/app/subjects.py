"""Digests of everything that a piece of evidence rests on, by the subject's name. Pure."""

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from seatrial.app.documented import digests
from seatrial.app.rests import Ground
from seatrial.contract.examination import Examination
from seatrial.contract.exercise import PAGE, Aspect, Exercise
from seatrial.contract.scenario import Expectation, Scenario
from seatrial.evidence.stale import RELEASED

RELEASE = version("seatrial")


def subjects(
    ground: Ground, expectation: Expectation, scenario: Scenario, release: str = RELEASE
) -> dict[str, str]:
    """Digests of what an expectation rests on.

    Parts of the file, what is rendered from them and speaks of the same, the code of the services
    in play, the scenario itself, where it runs, and the release of seatrial that asks.
    """
    document = ground.document
    found = {f"file:{path}": _digest(_part(document, path)) for path in expectation.depends}
    beside = {**ground.under(expectation), **ground.place(scenario)}
    found |= {name: _digest(each) for name, each in beside.items()}
    injections = [repr(each) for each in scenario.injections]
    found[f"scenario:{scenario.name}"] = _digest([scenario.question, injections])
    found[RELEASED] = _digest(release)
    return found


def of_examination(ground: Ground, examination: Examination) -> dict[str, str]:
    """An examination rests on the files that the program reads, on where, and on who asks."""
    return {
        **{name: _digest(each) for name, each in ground.place().items()},
        f"files:{examination.name}": _digest([dict(examination.files), examination.argv]),
        RELEASED: _digest(RELEASE),
    }


def of_exercise(ground: Ground, exercise: Exercise) -> dict[str, str]:
    """The record of an exercise rests on its part of the file, on who is told, and on where.

    Not on the release of seatrial: nobody calls ten people together again for a new one.
    """
    found = {f"file:{path}": _digest(_part(ground.document, path)) for path in exercise.depends}
    found |= {name: _digest(each) for name, each in ground.place().items()}
    asked = [each.summary for each in exercise.aspects]
    found[f"exercise:{exercise.name}"] = _digest([exercise.rung, exercise.takes_part, asked])
    pages = digests(ground.planned) if exercise.follows else {}
    return found | {f"{PAGE}{name}": pages[name] for name in exercise.follows}


def of_aspect(rests: Mapping[str, str], aspect: Aspect) -> dict[str, str]:
    """The part of what a record rests on that one of its aspects does: of the pages, its own."""
    own = f"{PAGE}{aspect.page}"
    return {
        name: digest for name, digest in rests.items() if name == own or not name.startswith(PAGE)
    }


def _part(document: Any, path: str) -> Any:
    for key in path.split("."):
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _digest(document: Any) -> str:
    text = json.dumps(document, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
