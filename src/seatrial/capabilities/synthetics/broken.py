"""Which later step of a journey a drill breaks, and how. Pure.

A release may break one route and leave all others, and the service's health, as they were. In a
rehearsal a daemon stands ready that passes every request on to where a journey begins and spoils
the answers of one of its routes; the drill leads users through it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from seatrial.capabilities.synthetics.parts import FAULTY
from seatrial.contract.capability import Context
from seatrial.contract.output import File, Origin, Probe, Workload
from seatrial.contract.placement import Placement
from seatrial.system.model import Step, System
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
    step: Step
    spoil: dict[str, Any]


def chosen(system: System) -> Broken | None:
    """The journey with the most steps; of it the last step that more is expected of than a status.

    None where no journey has a later step, or none whose route no earlier step asks, too.
    """
    found = [each for name in system.journeys for each in _of(system, name) if each.number > 0]
    return max(
        found,
        key=lambda each: (
            len(system.journeys[each.journey].steps),
            "status" not in each.spoil,
            each.number,
        ),
        default=None,
    )


def name_of(step: Step) -> str:
    """What the prober calls the step: the label `step` of what it counts."""
    return f"{step.method} {step.path}"


def _of(system: System, name: str) -> Iterator[Broken]:
    journey = system.journeys[name]
    if journey.waits > LONGEST or not system.services[journey.start].ports:
        return
    for number, step in enumerate(journey.steps):
        earlier = journey.steps[:number]
        if not any(_meets(step, each) for each in earlier):
            yield Broken(journey=name, number=number, step=step, spoil=_spoil(step))


def _meets(step: Step, other: Step) -> bool:
    """Whether the other step may ask for the route of this one."""
    filled = _VARIABLE.sub("x", other.path)
    return step.method == other.method and re.fullmatch(_route(step), filled) is not None


def _route(step: Step) -> str:
    """The paths that the step asks for: what it kept before fills no more than one segment."""
    return r"[^/?&]+".join(re.escape(each) for each in _VARIABLE.split(step.path))


def _spoil(step: Step) -> dict[str, Any]:
    """What makes the answer another than is expected, as little as can be."""
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


def workload(context: Context, broken: Broken) -> Workload:
    """The daemon that stands before where the journey begins."""
    start = context.system.journeys[broken.journey].start
    plan = {
        "upstreams": list(_upstreams(context.placement, start)),
        "method": broken.step.method,
        "route": _route(broken.step),
        "spoil": broken.spoil,
    }
    return Workload(
        name=FAULTY,
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
