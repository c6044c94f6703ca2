"""What `stores.NAME.failover.automatic` says: where the witness stands, how long home must be gone.

It knows nothing of the other settings of a failover, which are given to it.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from seatrial.contract.bounds import between
from seatrial.engines.patroni.config import LOOP, TTL
from seatrial.system import regions
from seatrial.system.model import System
from seatrial.system.problem import Problem
from seatrial.system.suggest import Suggester
from seatrial.system.units import Duration

# Until home closes itself, and two of its words: so old the copy may be when the last is heard.
_LEAST = TTL + 2 * LOOP


class Automatic(BaseModel):
    """Who must agree that home is gone, and for how long it must be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    witness: str = Field(
        description="A third region, of which nothing but a vote is asked: neither home nor where"
        " the copy is.",
        examples=["ap"],
    )
    after: Annotated[
        Duration,
        between("10s", "10m"),
        Field(
            description="How long nobody at home may have had its lease before the store is moved:"
            " another member there is to take over first.",
            default_factory=lambda: Duration.parse("15s"),
        ),
    ]


def problems(
    system: System, store: str, found: Automatic, *, other: str, rpo: Duration
) -> Iterator[Problem]:
    """A witness is in a third region that is run, and what a cut costs is not refused.

    `other` is the region of the copy, which is one that can be.
    """
    path = ("stores", store, "failover")
    place = system.place(*path, "automatic", "witness")
    taken = {regions.home(system): "at home", other: "where the copy is"}
    third = [each for each in regions.spread(system) if each not in taken]
    if found.witness not in third:
        told = (
            f"{store} is {taken[found.witness]} there, too, and both would be lost at once"
            if found.witness in taken
            else f"nothing is run there that could agree on {store}"
        )
        known = f"there is {', '.join(third)}" if third else "name a third region under regions"
        cure = Suggester().cure(found.witness, third, f"{known}, or delete automatic")
        yield Problem("ST7210", place, f"witness is {found.witness}: {told}", cure)
    if rpo.seconds < _LEAST:
        yield Problem(
            "ST7211",
            system.place(*path, "automatic"),
            f"rpo is {rpo}, and a region that is cut off acknowledges writes for up to {TTL}s"
            " before it closes itself, which are lost when the store is moved",
            f"write rpo: {_LEAST}s or more, or delete automatic",
        )
