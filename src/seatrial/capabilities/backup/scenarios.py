"""A store is restored, beside itself, to a moment that nobody chose."""

import json
from functools import partial

from seatrial.capabilities.backup import place
from seatrial.capabilities.backup.rows import summary
from seatrial.capabilities.backup.sealed.scenarios import scenarios as of_system
from seatrial.contract.action import Request
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Injection, Scenario, Steady, Watch
from seatrial.contract.timeline import Observation

WITHIN = 300.0
RESTORED = "restored"  # the kind of observation that tells how a drill went
_HELD = "backups held"


def scenario_of(store: str, region: str = "") -> str:
    """The scenario that restores this store, from home or from another region."""
    return f"restore-{store}-from-{region}" if region else f"restore-{store}"


def scenarios(context: Context) -> tuple[Scenario, ...]:
    """One for each backed-up store, which is written to, and the system: in a rehearsal."""
    if not context.rehearsal:
        return ()
    found = place.keepers(context.system, context.placement.runtime, beside=context.beside)
    return (*(_scenario(each) for each in found), *of_system(context))


def _scenario(keeper: place.Keeper) -> Scenario:
    store, region = keeper.store, keeper.region
    order = partial(
        Request,
        workload=keeper.name,
        port=place.HTTP,
        path="/drills",
        headers=place.shown(store, region=region),
    )
    question = f"Can {store} be brought back, exactly as it was at a moment of your choice?"
    if region:
        question = (
            f"Can {store} be brought back with no backup at home, from what lies in {region}?"
        )
    begin = order(method="POST", undo=order(method="DELETE"))
    return Scenario(
        name=scenario_of(store, region),
        question=question,
        injections=(Injection(actions=(begin,)),),
        radius=frozenset(
            {store, place.named(store), keeper.name}
            | ({place.vault(store, region)} if region else set())
        ),
        within=WITHIN,
        steady=(steady(store, region),),
        fresh=False,
    )


def steady(store: str, region: str = "") -> Steady:
    """There is a backup, and nothing is being done."""
    return Steady(
        name="backups",
        watch=Watch(
            name=_HELD,
            workload=place.named(store, region),
            port=place.HTTP,
            path="/backups",
            parse=_held,
        ),
        holds=_idle,
    )


def _held(now: float, body: bytes) -> tuple[Observation, ...]:
    told = json.loads(body)
    running = [kind for kind, each in told["works"].items() if each["state"] == "running"]
    return (
        Observation(
            at=now,
            source=_HELD,
            kind="held",
            subject=told["store"],
            value=len([each for each in told["backups"] if each["until"] is None]),
            text=", ".join(running),
        ),
    )


def _idle(seen: tuple[Observation, ...]) -> str | None:
    if not seen or not seen[-1].value:
        return "there is no backup yet"
    return f"a {seen[-1].text} is being done" if seen[-1].text else None


def watch(store: str, region: str = "") -> Watch:
    """How the drill went, once it has ended."""
    name = f"drill of {store}"

    def parse(_now: float, body: bytes) -> tuple[Observation, ...]:
        work = json.loads(body)
        if work.get("ended") is None:
            return ()
        told = summary(work)
        return (
            Observation(
                at=work["began"],  # a drill that began before this one says nothing of it
                source=name,
                kind=RESTORED,
                subject=store,
                id=f"{work['began']:.3f}",
                text=json.dumps(told, sort_keys=True),
            ),
        )

    return Watch(
        name=name,
        workload=place.named(store, region),
        port=place.HTTP,
        path="/works/drill",
        parse=parse,
    )
