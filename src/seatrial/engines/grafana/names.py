"""Names that boards and their provisioning agree on; the types of the SDK would cost time."""

from collections.abc import Callable

from seatrial.contract.board import Onward

SOURCE = "seatrial-prometheus"  # the data source's uid
CENTRAL = "seatrial-centre"  # that of the one where the figures of all regions meet
LEAST_STEP = "15s"  # the slowest scrape that is the default: $__rate_interval is four of them
Address = Callable[[Onward], str]  # where a link leads; empty: nowhere here
