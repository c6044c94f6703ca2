"""Which time zones there are, by their IANA names."""

from functools import lru_cache
from zoneinfo import available_timezones


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """Every zone that this machine knows.

    Listed once, for whoever asks: to list them reads hundreds of files, and to ask ZoneInfo for a
    name that does not exist searches the disk each time.
    """
    return frozenset(available_timezones())
