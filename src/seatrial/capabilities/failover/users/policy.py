"""What `services.NAME.front` says: how long a lost region may be felt, when users come back."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seatrial.contract.bounds import between
from seatrial.system import regions
from seatrial.system.fronts import fronted
from seatrial.system.model import System
from seatrial.system.problem import Problem
from seatrial.system.translate import misset
from seatrial.system.units import Duration

_MARGIN = 10.0  # seconds: it is asked each second, and by several


class Policy(BaseModel):
    """How users of a service are led."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    within: Annotated[
        Duration,
        between("1s", "10m"),
        Field(
            description="How long users may get no good answer when the region is lost in which"
            " they are.",
            default_factory=lambda: Duration.parse("15s"),
        ),
    ]
    stable: Annotated[
        Duration,
        between("2s", "10m"),
        Field(
            description="How long a region must have been ready before users are led back to it.",
            default_factory=lambda: Duration.parse("15s"),
        ),
    ]


def of(system: System, service: str) -> Policy:
    """The policy of a service. Raises pydantic's ValidationError, which `problems` tells."""
    return Policy.model_validate(dict(system.services[service].front))


def led_home(system: System) -> float:
    """Seconds after which every front has led users home again; 0 where there is none."""
    found = [of(system, each).stable.seconds for each in system.services if fronted(system, each)]
    return max(found) + _MARGIN if found else 0.0


def problems(system: System) -> Iterator[Problem]:
    """What is wrong with what services say of their fronts, each at its own place."""
    for name in system.services:
        if not fronted(system, name):
            continue
        try:
            of(system, name)
        except ValidationError as error:
            yield from (_problem(system, name, one) for one in error.errors())
        yield from _nobody(system, name)


def _problem(system: System, service: str, error: Any) -> Problem:
    return misset(
        error,
        ("services", service, "front"),
        system.place,
        unknown=("ST7207", "there are within and stable"),
        wrong=("ST7207", "write within: 15s and stable: 15s"),
        model=Policy,
    )


def _nobody(system: System, service: str) -> Iterator[Problem]:
    """A front leads users, to more than one region."""
    each, place = system.services[service], system.place("services", service, "front")
    own = regions.of(each, regions.spread(system))
    delete = f"delete services.{service}.front"
    if not each.exposed or not each.ports:
        lacks = "exposed: true" if not each.exposed else "ports"
        told = f"{service} has a front, and users do not reach it"
        yield Problem("ST7208", place, told, f"write {lacks} beside it, or {delete}")
    if len(own) == 1:
        told = (
            f"{service} has a front, and is run in {own[0]} alone: there is nobody else to lead to"
        )
        cure = "name a second region under regions and promise R01, which makes it run"
        yield Problem("ST7208", place, told, f"{cure}, or {delete}")
