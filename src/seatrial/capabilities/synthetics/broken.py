"""Which later step of a journey a drill breaks, and how. Pure.

A release may break one route and leave all others, and the service's health, as they were. In a
rehearsal a daemon stands ready that passes every request on to where a journey begins and spoils
the answers of one of its routes; the drill leads users through it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.capabilities.synthetics.parts import FAULTY, FAULTY_PAGE
from seatrial.contract.capability import Context
from seatrial.contract.output import File, Origin, Probe, Workload
from seatrial.contract.placement import Placement
from seatrial.system.model import BrowserStep, Journey, Step, System
from seatrial.system.ownership import first_team
from seatrial.system.scheme import scheme

PLAN = "route.json"
LONGEST = 30.0  # seconds of waiting: a journey that waits longer breaks later than a drill lasts
_VARIABLE = re.compile(r"\$\{\w+\}")
_WRONG, _OTHER = 500, 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The step of a journey that breaks, by its number from 0, and what is made of its answer."""

    journey: str
    number: int
    step: Step | BrowserStep
    spoil: dict[str, Any]


def chosen(system: System) -> Broken | None:
    """The journey with the most steps; of it the last step that more is expected of than a status.

    None where no journey has a later step, or none whose route no earlier step asks, too.
    """
    return _best(system, [name for name, each in system.journeys.items() if each.steps])


def every(system: System) -> Mapping[str, Broken]:
    """By the daemon that breaks it: a step of requests, and one that a browser takes."""
    pages = _best(system, [name for name, each in system.journeys.items() if each.browser])
    found = {FAULTY: chosen(system), FAULTY_PAGE: pages}
    return {name: each for name, each in found.items() if each is not None}


def _best(system: System, journeys: Iterable[str]) -> Broken | None:
    found = [each for name in journeys for each in _of(system, name) if each.number > 0]
    return max(
        found,
        key=lambda each: (
            len(walked(system.journeys[each.journey])),
            "status" not in each.spoil,
            each.number,
        ),
        default=None,
    )


def walked(journey: Journey) -> tuple[Step | BrowserStep, ...]:
    """Its steps, whoever takes them."""
    return journey.steps or journey.browser


def name_of(step: Step | BrowserStep) -> str:
    """What the prober calls the step: the label `step` of what it counts."""
    if isinstance(step, BrowserStep):
        return step.name
    return f"{step.method} {step.path}"


def _of(system: System, name: str) -> Iterator[Broken]:
    journey = system.journeys[name]
    if journey.waits > LONGEST or not system.services[journey.start].ports:
        return
    for number, step in enumerate(walked(journey)):
        earlier = walked(journey)[:number]
        asked = next(_asks(step), None)
        opens = isinstance(step, Step) or step.open is not None
        if (
            asked
            and opens
            and not any(_meets(asked, each) for one in earlier for each in _asks(one))
        ):
            yield Broken(journey=name, number=number, step=step, spoil=_spoil(step))


def _asks(step: Step | BrowserStep) -> Iterator[tuple[str, str]]:
    """Method and path that the step asks for; of a browser's, the page that it opens or comes to.

    What a click asks for is not known, but where it should lead.
    """
    if isinstance(step, Step):
        yield step.method, step.path
    elif step.open is not None:
        yield "GET", step.open
    if isinstance(step, BrowserStep) and step.expect is not None and step.expect.url is not None:
        yield "GET", step.expect.url.replace("*", "${x}")


def _meets(asked: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether the other request may be for the route of this one."""
    filled = _VARIABLE.sub("x", other[1])
    return asked[0] == other[0] and re.fullmatch(_route(asked[1]), filled) is not None


def _route(path: str) -> str:
    """The paths that are asked for: what was kept before fills no more than one segment."""
    return r"[^/?&]+".join(re.escape(each) for each in _VARIABLE.split(path))


def _spoil(step: Step | BrowserStep) -> dict[str, Any]:
    """What makes the answer another than is expected, as little as can be.

    What a page shows may be put there by a script, so that only its status is certain to tell.
    """
    if isinstance(step, BrowserStep):
        return {"status": _WRONG}
    values = step.until.json_ if step.until is not None else step.expect.json_
    if values:
        at, value = next(iter(values.items()))
        return {"at": str(at), "value": _another(value)}
    if step.expect.body is not None:
        return {"without": str(step.expect.body)}
    return {"status": _OTHER if step.expect.status == _WRONG else _WRONG}


def _another(value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"not {value}" if isinstance(value, str) else "another"


def workload(context: Context, name: str, broken: Broken) -> Workload:
    """The daemon of that name that stands before where the journey begins."""
    method, path = next(_asks(broken.step))
    start = context.system.journeys[broken.journey].start
    plan = {
        "upstreams": list(_upstreams(context.placement, start)),
        "method": method,
        "route": _route(path),
        "spoil": broken.spoil,
    }
    return Workload(
        name=name,
        origin=Origin.DAEMON,
        argv=(
            "python",
            "-m",
            "seatrial.daemons.faulty",
            "--host=${self.address}",
            "--port=${self.ports.http}",
            f"--plan=${{self.dir}}/{PLAN}",
        ),
        files=(
            File(
                path=PLAN,
                text=json.dumps(plan, indent=1) + "\n",
                why=f"which answer to {broken.journey} is spoilt in a drill, and how",
            ),
        ),
        ports={"http": 8080},
        ready=Probe(port="http", path="/-/readyz", deadline=30),
        owner=first_team(context.system.teams),
        after=(start,),
        why="stands in for a release that breaks one route; only a drill leads anybody there",
    )


def _upstreams(placement: Placement, start: str) -> Iterator[str]:
    port = next(iter(placement.of(start)[0].ports))
    for each in placement.of(start):
        yield f"{scheme(port)}://{each.endpoint(port)}"
