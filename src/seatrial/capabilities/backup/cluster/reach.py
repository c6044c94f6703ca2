"""How the pgBackRests of a cluster reach each other, with certificates of one authority."""

from seatrial.capabilities.backup import place
from seatrial.contract.placement import Location, Placement
from seatrial.engines.pgbackrest import config
from seatrial.engines.pgbackrest import workload as server
from seatrial.system.model import System

OWN, SHARED = "${self.dir}", "${self.shared}"


def reached(location: Location, *, shown: str = OWN, reads: str = "") -> config.Host:
    """A pgBackRest, as it is reached from who trusts what lies in the own folder.

    What that one shows lies in the folder `shown`. The other one reads its usual file, or the one
    that is named.
    """
    answers = location.endpoint("tls")
    return config.Host(
        host=answers.host,
        port=answers.port,
        authority=f"{OWN}/{server.TRUSTED}",
        shown=f"{shown}/{server.SHOWN}",
        config=reads,
    )


def home(system: System, store: str, placement: Placement) -> config.Host:
    """The repository at home, as a member reaches it."""
    (keeps,) = placement.of(place.repository(system, store))
    return reached(keeps)
