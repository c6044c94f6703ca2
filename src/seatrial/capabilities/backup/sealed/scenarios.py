"""The system is brought back from its newest bundle, as on another machine."""

import json

from seatrial.capabilities.backup import place as shared
from seatrial.capabilities.backup.sealed import place
from seatrial.capabilities.backup.sealed.procedures import VALUES, procedure
from seatrial.contract.action import Reopen
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Injection, Scenario, Steady, Watch
from seatrial.contract.timeline import Observation

_HELD = "bundles held"


def scenario_of(region: str = "") -> str:
    """The scenario in which it is brought back, from home or from another region."""
    return f"recover-system-from-{region}" if region else "recover-system"


def places(context: Context) -> tuple[str, ...]:
    """Where its bundles lie: home, which is empty, and other regions."""
    return ("", *place.elsewhere(context.system, context.placement.runtime))


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """One for each place, in a rehearsal: only there is a second key that opens."""
    if not context.rehearsal or not place.sealed(context, context.placement.runtime):
        return ()
    return tuple(_scenario(context, each) for each in places(context))


def _scenario(context: Context, region: str) -> Scenario:
    page = procedure(context)
    reopen = Reopen(
        workload=place.NAME,
        key=place.KEY,
        page=page.name,
        blanks=VALUES,
        declared=tuple(each.argv for each in page.steps),
        place=region,
    )
    question = "Can what describes the system, and its secrets, be had without its machine?"
    radius = {place.NAME}
    if region:
        question = f"Can it be had from what lies in {region}?"
        radius.add(
            shared.vault(place.elsewhere(context.system, context.placement.runtime)[region], region)
        )
    return Scenario(
        name=scenario_of(region),
        question=question,
        injections=(Injection(actions=(reopen,)),),
        radius=frozenset(radius),
        # the page is made, the bundle fetched, and what all that left is removed
        within=reopen.within * (len(page.steps) + 3),
        steady=(_steady(region),),
        fresh=False,
        looks=True,
    )


def _steady(region: str) -> Steady:
    watch = Watch(
        name=_HELD,
        workload=place.NAME,
        port=shared.HTTP,
        path="/bundles",
        parse=lambda now, body: _held(now, body, region),
    )
    return Steady(name="bundles", watch=watch, holds=_any)


def _held(now: float, body: bytes, region: str) -> tuple[Observation, ...]:
    """How many are whole; elsewhere, whether the newest of them lies there."""
    told = json.loads(body)
    whole = [each["label"] for each in told["bundles"] if not each["damaged"]]
    error, number = told["error"], len(whole)
    if region:
        there = told["elsewhere"][region]
        error, number = there["error"], int(there["newest"] in whole[-1:])
    return (
        Observation(
            at=now, source=_HELD, kind="held", subject=place.NAME, value=number, text=error
        ),
    )


def _any(seen: tuple[Observation, ...]) -> str | None:
    if seen and seen[-1].value:
        return None
    why = seen[-1].text if seen else ""
    return "the newest bundle is not there yet" + (f": {why}" if why else "")
