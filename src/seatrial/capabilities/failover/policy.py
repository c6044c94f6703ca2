"""What `stores.NAME.failover` says: how many stand by, what may be lost, how soon it is over."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seatrial.capabilities.failover.automatic import policy as automatic
from seatrial.capabilities.failover.automatic.policy import Automatic
from seatrial.contract.bounds import between
from seatrial.system import regions
from seatrial.system.held import fails_over
from seatrial.system.model import System
from seatrial.system.problem import Problem
from seatrial.system.suggest import Suggester
from seatrial.system.translate import misset
from seatrial.system.units import Duration

PRODUCTS = frozenset({"postgres"})  # those of which one can take over from another


class Policy(BaseModel):
    """How a store fails over."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    standbys: Annotated[int, Field(ge=1, le=4)] = Field(
        default=1, description="How many members stand by beside the primary.", examples=[1]
    )
    synchronous: bool = Field(
        default=True,
        description="Whether a write is acknowledged only once a standby has it, too.",
        examples=[True],
    )
    within: Annotated[
        Duration,
        between("10s", "10m"),
        Field(
            description="How long writes may be refused while another member takes over.",
            default_factory=lambda: Duration.parse("30s"),
        ),
    ]
    region: str | None = Field(
        default=None,
        description="Another region that has a copy, to which a person moves the store.",
        examples=["us"],
    )
    automatic: Automatic | None = Field(
        default=None,
        description="Whether it is moved there by itself, and who must agree.",
        examples=[{"witness": "ap"}],
    )
    rto: Annotated[
        Duration,
        between("10s", "1d"),
        Field(
            description="How long writes may be refused while it is moved from a lost region.",
            default_factory=lambda: Duration.parse("15m"),
        ),
    ]
    rpo: Annotated[
        Duration,
        between("1s", "1d"),
        Field(
            description="How old what is lost may be, with a region or an asynchronous primary.",
            default_factory=lambda: Duration.parse("10s"),
        ),
    ]


def of(system: System, store: str) -> Policy:
    """The policy of a store. Raises pydantic's ValidationError, which `problems` tells."""
    return Policy.model_validate(dict(system.stores[store].failover))


def declared(system: System) -> tuple[str, ...]:
    """The stores that fail over, as the file says."""
    return tuple(
        name
        for name, each in system.stores.items()
        if fails_over(system, name) and each.engine in PRODUCTS and each.durable
    )


def problems(system: System) -> Iterator[Problem]:
    """What is wrong with a store's failover, each at its own place."""
    for name in system.stores:
        if not fails_over(system, name):
            continue
        try:
            of(system, name)
        except ValidationError as error:
            yield from (_problem(system, name, one) for one in error.errors())
            continue
        yield from _at_odds(system, name)
        yield from _namesakes(system, name)


def replication(store: str) -> str:
    """The secret by which members of a store copy from one another."""
    return f"{store}-replication"


def orders(store: str) -> str:
    """The secret that who changes a cluster by Patroni's REST must show."""
    return f"{store}-rest"


def _namesakes(system: System, store: str) -> Iterator[Problem]:
    """A store's own password has its name: one that is called as a secret of another shares it."""
    for name, what in ((replication(store), "copies from it"), (orders(store), "orders it")):
        if name in system.stores:
            yield Problem(
                "ST7212",
                system.place("stores", name),
                f"the password of {name} would be the secret {name}, by which one {what}: {store}"
                " fails over",
                f"call it {name}-store",
            )


def _problem(system: System, store: str, error: Any) -> Problem:
    return misset(
        error,
        ("stores", store, "failover"),
        system.place,
        unknown=(
            "ST7201",
            "there are standbys, synchronous, within, region, automatic, rto and rpo",
        ),
        wrong=("ST7201", "write standbys: 1 to 4, synchronous: true or false, within: 30s"),
        model=Policy,
    )


def _at_odds(system: System, store: str) -> Iterator[Problem]:
    each = system.stores[store]
    place = system.place("stores", store, "failover")
    if each.engine not in PRODUCTS:
        yield Problem(
            "ST7202",
            place,
            f"{store} is {each.engine}, which seatrial cannot let fail over yet",
            f"delete stores.{store}.failover",
        )
    elif not each.durable:
        yield Problem(
            "ST7203",
            place,
            f"{store} fails over and is not durable",
            "delete durable: false, or delete failover",
        )
    yield from _elsewhere(system, store, of(system, store))


def _elsewhere(system: System, store: str, found: Policy) -> Iterator[Problem]:
    """A copy is where it runs, and where the store is not already; without one nothing is moved."""
    path = ("stores", store, "failover")
    if found.region is None:
        # what an asynchronous standby has not got is lost with the primary
        bounds = ("rto", "automatic", "rpo") if found.synchronous else ("rto", "automatic")
        yield from (
            Problem(
                "ST7201",
                system.place(*path, key),
                f"{key} is of a store with a copy in another region, and {store} has none",
                f"write region: NAME beside it, or delete {key}",
            )
            for key in bounds
            if key in found.model_fields_set
        )
        return
    home, place = regions.home(system), system.place(*path, "region")
    others = [name for name, each in system.regions.items() if not each.outside and name != home]
    if found.region not in others:
        told = "is at home there" if found.region == home else "cannot have a copy there"
        known = f"there are {', '.join(others)}" if others else "name a second one under regions"
        cure = Suggester().cure(found.region, others, known)
        yield Problem("ST7206", place, f"region is {found.region}: {store} {told}", cure)
    elif found.region not in regions.spread(system):
        yield Problem(
            "ST7206",
            place,
            f"region is {found.region}, and regions beside home are run where R01 is promised",
            "add R01 to promises, or delete region",
        )
    elif found.automatic is not None:
        yield from automatic.problems(
            system, store, found.automatic, other=found.region, rpo=found.rpo
        )
