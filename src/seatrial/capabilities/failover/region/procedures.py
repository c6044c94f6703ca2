"""What a person types when a region is lost, and when it is there again."""

from seatrial.capabilities.failover import place, policy
from seatrial.capabilities.failover.place import Site
from seatrial.capabilities.failover.steady import radius, whole
from seatrial.capabilities.failover.told import NO_WRITE, WITHIN
from seatrial.capabilities.failover.users.procedures import users
from seatrial.contract.procedure import FILE, Blank, Kind, Objective, Procedure, Rehearsal, Step
from seatrial.system.model import System

LIST = ("seatrial", "failover", "--file", FILE)
_LOSS = Blank(
    name="LOSS",
    meaning="how old what is lost may be; less than the command tells is refused",
    example="10m",
)
ENOUGH = "10m"  # of what a drill loses; what is lost is measured beside it


def lost(store: str) -> str:
    """The scenario in which both pages are followed."""
    return f"region-lost-{store}"


def blanks(procedure: Procedure) -> tuple[tuple[str, str], ...]:
    """What a drill writes for each blank."""
    return tuple((each.name, ENOUGH) for each in procedure.blanks)


def move(system: System, store: str, run: tuple[str, ...]) -> Procedure:
    """When the home region is lost: nobody but people may say so, or else three regions."""
    home, other = sites = place.sites(system, store, run)
    found, alone = policy.of(system, store), place.agreed(system, store, run)
    order = (*LIST, store, "--to", other.region, "--accept-loss", _LOSS.mark)
    name = f"move-{store}"
    return Procedure(
        name=name,
        kind=Kind.RECOVERY,
        subject=store,
        owner=system.stores[store].owner,
        purpose=f"{home.region} is lost, and {store} goes on in {other.region}",
        facts=(
            ("Home", home.region),
            ("A copy", f"in {other.region}, which follows without being waited for"),
            ("Who decides", _decides(system, store, alone=alone)),
            *users(system, moved_to=other.region),
            ("Once it is there again", f"the page `return-{store}`"),
        ),
        objectives=(
            Objective(
                name="RTO",
                target=found.rto.seconds,
                means="from the loss of the region, "
                + ("by itself" if alone else "with the time it takes to type this page"),
                expectation=f"moved/{lost(store)}",
                figure=NO_WRITE,
            ),
            Objective(
                name="RPO",
                target=found.rpo.seconds,
                means="of the writes that were acknowledged before the region was lost",
                expectation=f"bounded/{lost(store)}",
                figure=WITHIN,
            ),
        ),
        blanks=(_LOSS,),
        steps=(
            Step(
                does="See what would be done, and how much may be lost",
                argv=(*order, "--dry-run"),
                expects="What is fenced, who takes over, and how far behind it is",
                shows=f"from {home.region} to {other.region}",
            ),
            Step(
                does="Do it",
                argv=(*order, "--yes"),
                expects="Each step as it is seen; the last says who takes the writes",
                shows=f"{other.region} takes the writes",
            ),
        ),
        lacks="Nothing else of the region is moved: services that are in the other region too find"
        " the store there"
        + ("." if users(system, moved_to=other.region) else ", and users must be led to them."),
        depends=(f"stores.{store}", "regions"),
        expectation=f"followed/{name}" if alone else f"moved/{lost(store)}",
        rehearsal=_planned(system, store, sites, run) if alone else None,
    )


def _takes(site: Site) -> str:
    """What `seatrial failover` says once the primary is there."""
    return f"in {site.region} takes the writes"


def _decides(system: System, store: str, *, alone: bool) -> str:
    found = policy.of(system, store)
    if not alone or found.automatic is None:
        return "people: where only the way between the two is cut, home goes on"
    return (
        f"two of three regions, with {found.automatic.witness}, by themselves; people by plan, and"
        " where these do not"
    )


def _planned(
    system: System, store: str, sites: tuple[Site, ...], run: tuple[str, ...]
) -> Rehearsal:
    """By plan, and home again: where nobody need type it when a region is lost."""
    home, _ = sites
    return Rehearsal(
        workload=home.members,
        blanks=((_LOSS.name, ENOUGH),),
        radius=radius(system, store, run),
        steady=whole(system, store, run),
        undo=((*LIST, store, "--to", home.region, "--yes", "--accept-loss", ENOUGH),),
        nothing=(f"is in {home.region} already",),
    )


def back(system: System, store: str, sites: tuple[Site, ...]) -> Procedure:
    """When the home region is there again; also for a planned move, in either direction."""
    home, other = sites
    order = (*LIST, store, "--to", home.region)
    return Procedure(
        name=f"return-{store}",
        kind=Kind.RETURN,
        subject=store,
        owner=system.stores[store].owner,
        purpose=f"{home.region} is there again, and {store} returns to it without loss",
        facts=(
            ("Until then", f"{home.region} takes no writes: {other.region} does"),
            ("What it wrote alone", "before it was lost, and nobody had, is thrown away"),
            *users(system, moved_to=home.region),
        ),
        blanks=(),
        steps=(
            Step(
                does="See what would be done",
                argv=(*order, "--dry-run"),
                expects=f"{home.region} follows first, then {other.region} hands over",
                shows=f"from {other.region} to {home.region}",
            ),
            Step(
                does="Do it",
                argv=(*order, "--yes"),
                expects="Each step as it is seen; the last says who follows whom",
                shows="follows",
            ),
            Step(
                does="See that it is so",
                argv=LIST,
                expects=f"The primary is in {home.region}, and everybody else follows it",
                shows=_takes(home),
            ),
        ),
        lacks="",
        depends=(f"stores.{store}", "regions"),
        expectation=f"returned/{lost(store)}",
    )
