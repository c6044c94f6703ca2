"""What a person types to make another member of a store its primary."""

from seatrial.capabilities.failover import place, policy
from seatrial.capabilities.failover.place import Site
from seatrial.capabilities.failover.region import procedures as region
from seatrial.capabilities.failover.scenarios import LOST, named
from seatrial.capabilities.failover.steady import radius, whole
from seatrial.capabilities.failover.told import NO_WRITE
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import Recovery
from seatrial.contract.procedure import Kind, Objective, Procedure, Rehearsal, Step
from seatrial.system.held import holder
from seatrial.system.model import System


def procedures(intent: Intent, store: str) -> tuple[Procedure, ...]:
    """Those of a store that fails over, also to another region where it has a copy there."""
    system, run = intent.system, intent.regions
    sites = place.sites(system, store, run)
    own = switch(system, store, run)
    if len(sites) == 1:
        return (own,)
    return (own, region.move(system, store, run), region.back(system, store, sites))


def recovery(store: str, sites: tuple[Site, ...]) -> Recovery:
    """What takes longest: a region that is lost, else a primary that is lost with its machine."""
    if len(sites) > 1:
        return Recovery(
            subject=store,
            means=f"{sites[1].region} takes over",
            expectation=f"moved/{region.lost(store)}",
            figure=NO_WRITE,
        )
    return Recovery(
        subject=store,
        means="another member takes over",
        expectation=f"resumed/{named(LOST, store)}",
        figure=NO_WRITE,
    )


def switch(system: System, store: str, run: tuple[str, ...]) -> Procedure:
    """By plan: where a primary dies nobody need do anything."""
    name, found = f"switch-{store}", policy.of(system, store)
    return Procedure(
        name=name,
        kind=Kind.RECOVERY,
        subject=store,
        owner=system.stores[store].owner,
        purpose=f"Another member of {store} is its primary"
        + (", and no write is lost" if found.synchronous else ""),
        facts=(
            ("Members", str(1 + found.standbys)),
            ("A write is acknowledged", _acknowledged(synchronous=found.synchronous)),
            ("A primary that dies is replaced", "by the cluster itself: nobody types anything"),
        ),
        objectives=(
            Objective(
                name="RTO",
                target=found.within.seconds,
                means="while a primary is lost with its machine",
                expectation=f"resumed/{named(LOST, store)}",
                figure=NO_WRITE,
            ),
        ),
        blanks=(),
        steps=_steps(store),
        lacks="A member that is lost for good is not replaced: its machine must come back."
        + ("" if found.region else " Another region has no copy."),
        depends=(f"stores.{store}",),
        expectation=f"followed/{name}",
        rehearsal=Rehearsal(
            workload=holder(system, store),
            blanks=(),
            radius=radius(system, store, run),
            steady=whole(system, store, run),
        ),
    )


def _steps(store: str) -> tuple[Step, ...]:
    order = (*region.LIST, store)
    return (
        Step(
            does="See who is the primary, and that a standby follows it",
            argv=region.LIST,
            expects="One primary, and a standby that streams and is 0 B behind",
            shows="primary",
        ),
        Step(
            does="See what would be done",
            argv=(*order, "--dry-run"),
            expects="From whom to whom, and that the latter has each acknowledged write",
            shows="is promoted",
        ),
        Step(
            does="Do it",
            argv=(*order, "--yes"),
            expects="The other one is the primary, and the old one follows it",
            shows="follows it",
        ),
        Step(
            does="See that the old primary follows the new one",
            argv=region.LIST,
            expects="The other member is the primary",
            shows="primary",
        ),
    )


def _acknowledged(*, synchronous: bool) -> str:
    return "once a standby has it, too" if synchronous else "by the primary alone"
