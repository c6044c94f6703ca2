"""The system is brought back from its newest bundle, as on another machine."""

import json

from seatrial.capabilities.backup import place as shared
from seatrial.capabilities.backup.sealed import place
from seatrial.contract.action import Reopen
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Injection, Scenario, Steady, Watch
from seatrial.contract.timeline import Observation

RECOVER = "recover-system"
_HELD = "bundles held"


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """In a rehearsal: only there is a second key that opens."""
    if not context.rehearsal or not place.sealed(context, context.placement.runtime):
        return ()
    reopen = Reopen(workload=place.NAME, key=place.KEY)
    return (
        Scenario(
            name=RECOVER,
            question="Can what describes the system, and its secrets, be had without its machine?",
            injections=(Injection(actions=(reopen,)),),
            radius=frozenset({place.NAME}),
            within=reopen.within * 4,  # three commands, and what they left is removed
            steady=(_steady(),),
            fresh=False,
            looks=True,
        ),
    )


def _steady() -> Steady:
    watch = Watch(name=_HELD, workload=place.NAME, port=shared.HTTP, path="/bundles", parse=_held)
    return Steady(name="bundles", watch=watch, holds=_any)


def _held(now: float, body: bytes) -> tuple[Observation, ...]:
    told = json.loads(body)
    whole = [each for each in told["bundles"] if not each["damaged"]]
    return (
        Observation(
            at=now,
            source=_HELD,
            kind="held",
            subject=place.NAME,
            value=len(whole),
            text=told["error"],
        ),
    )


def _any(seen: tuple[Observation, ...]) -> str | None:
    if not seen or not seen[-1].value:
        return f"there is no bundle yet{': ' if seen and seen[-1].text else ''}" + (
            seen[-1].text if seen else ""
        )
    return None
