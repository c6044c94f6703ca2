"""Where a prober stands, and how it reaches from there what it looks at. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from seatrial.contract.declaration import Check
from seatrial.contract.placement import Endpoint, Placement
from seatrial.system.scheme import scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One prober: the name of its workload, its region ("": home), and how many there are.

    `run` are the regions in which users come in.
    """

    name: str
    region: str
    placement: Placement
    regions: int = 1
    run: tuple[str, ...] = ()

    def reaches(self, workload: str, port: str) -> tuple[Endpoint, ...]:
        """Each replica's port, by the way that a rehearsal can cut where there is one."""
        return self.placement.via(self.name, workload, port)

    def asks(self, check: Check) -> Mapping[str, object]:
        """A check as the prober's plan writes it."""
        return {
            "name": check.name,
            "kind": check.kind,
            "targets": [*self._targets(check)],
            "every_s": check.every,
            "timeout_s": check.timeout,
            **check.settings,
        }

    def _targets(self, check: Check) -> tuple[str, ...]:
        if not check.workload:
            return (check.target,)
        if check.kind == "icmp":
            return tuple(each.address for each in self.placement.of(check.workload))
        ends = self.reaches(check.workload, check.port)
        if check.kind == "http":
            return tuple(f"{scheme(check.port)}://{each}{check.path}" for each in ends)
        return tuple(map(str, ends))
