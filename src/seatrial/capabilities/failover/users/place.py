"""The front of a service: where users come in, and the regions to which it leads them."""

from collections.abc import Mapping
from dataclasses import dataclass

from seatrial.system import regions
from seatrial.system.fronts import front
from seatrial.system.model import Journey, System
from seatrial.system.probing import PROBER, probers

LEADS = "-leads"  # behind the front's name: the job of what it tells of the regions


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What leads users to a service; `workloads` has what runs in each region, home first."""

    service: str
    name: str
    port: str
    number: int
    workloads: Mapping[str, str]

    @property
    def home(self) -> str:
        """The region in which users are while all is well."""
        return next(iter(self.workloads))

    @property
    def stands(self) -> str:
        """The region that it is counted to: the last, which is not lost in a drill."""
        return list(self.workloads)[-1]


def fronts(system: System, run: tuple[str, ...]) -> tuple[Front, ...]:
    """Every front, where several regions are `run`, home first."""
    found = []
    for name, each in system.services.items():
        called = front(system, name, run)
        if called and each.ports:
            own = regions.of(each, run)
            port, number = next(iter(each.ports.items()))
            found.append(
                Front(
                    service=name,
                    name=called,
                    port=port,
                    number=number,
                    workloads={region: regions.called(name, region, own[0]) for region in own},
                )
            )
    return tuple(found)


def journeys(system: System, service: str) -> Mapping[str, Journey]:
    """Those by which it is seen what users get: a browser walks too seldom to tell seconds."""
    return {
        name: each
        for name, each in system.journeys.items()
        if each.start == service and not each.browser
    }


def watcher(system: System, run: tuple[str, ...]) -> str:
    """The prober that tells what users get: that of the last region, which is not lost."""
    found = probers(system)
    return next((name for name, region in found.items() if region == run[-1]), PROBER)
