"""What runs before a replica's first start: to its end once, and never on what half of it left."""

import time
from contextlib import AbstractContextManager
from typing import Protocol

from seatrial.contract.output import Volume, Workload
from seatrial.contract.runtime import Executed, RuntimeFailure

PREPARING = "preparing"  # without the next one: a preparation that was broken off
PREPARED = "prepared"
LAST_LINES = 15


class Site(Protocol):
    """One replica's volumes, in which it is prepared."""

    def alone(self) -> AbstractContextManager[object]:
        """See that nothing of an earlier preparation runs any more, and keep it so."""

    def marked(self, mark: str) -> bool:
        """Whether a mark was left that outlives seatrial, and goes only with the volumes."""

    def mark(self, mark: str) -> None:
        """Leave it."""

    def aside(self, volume: Volume, keep_as: str) -> None:
        """Move what is in a volume away, where `down` without `--purge` leaves it."""

    def run(self, argv: tuple[str, ...]) -> Executed:
        """Run a command as the replica would."""


def prepare(workload: Workload, site: Site) -> None:
    """Prepare a replica that is not prepared yet.

    What a preparation left that was killed in its middle is set aside, not deleted: `initdb` takes
    no folder that holds anything. Raises RuntimeFailure with the last lines of what failed.
    """
    if not workload.prepare or site.marked(PREPARED):
        return
    with site.alone():
        if site.marked(PREPARING):
            for each in workload.volumes:
                site.aside(each, f"unprepared-{each.name}-{time.time():.0f}")
        site.mark(PREPARING)
        for argv in workload.prepare:
            done = site.run(argv)
            if done.status:
                raise RuntimeFailure(
                    f"{workload.name} could not be prepared: {argv[0]} ended with {done.status}",
                    "see the lines above",
                    tuple((done.stdout + done.stderr).splitlines()[-LAST_LINES:]),
                )
        site.mark(PREPARED)
