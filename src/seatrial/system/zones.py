"""Time zones, by their IANA names."""

from functools import lru_cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, StrictStr

from seatrial.system.fault import fault, shown


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """Every zone that this machine knows.

    Listed once, for whoever asks: to list them reads hundreds of files, and to ask ZoneInfo for a
    name that does not exist searches the disk each time.
    """
    return frozenset(available_timezones())


def _zone(value: str) -> str:
    if value not in zones():
        raise fault("ST1310", f"is {shown(value)}, not a time zone", "write Europe/Berlin or UTC")
    return value


Zone = Annotated[StrictStr, AfterValidator(_zone)]
"""The name of a zone; ST1310 for what is none."""
