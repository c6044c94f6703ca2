"""Where users of a service are led, and the orders that people give of it.

An order is written where the front reads it when it starts, and told to the one that runs. Whoever
is broken off gives the same order again.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from seatrial.app.environment import open_runtime
from seatrial.app.plan import Plan, plan
from seatrial.app.unclear import Unclear, unknown
from seatrial.capabilities.failover import CAPABILITY
from seatrial.capabilities.failover.users import place
from seatrial.capabilities.failover.users.place import Front
from seatrial.contract.runtime import Runtime, RuntimeFailure
from seatrial.engines.haproxy import front as haproxy
from seatrial.engines.haproxy.config import STATUS
from seatrial.engines.haproxy.front import Order, Told
from seatrial.runtimes.shared.requests import revealed

_OK = 200
_LOOK = 0.2
_WITHIN = 90.0  # seconds: longer than a request may take
_SURE = 2  # looks, one after the other, in which nothing is under way


@dataclass(frozen=True, kw_only=True)
class Way:
    """The way of users to one service: its front, as it runs."""

    front: Front
    runtime: Runtime

    @property
    def regions(self) -> tuple[str, ...]:
        """Those that it can lead to, home first."""
        return tuple(self.front.workloads)

    def seen(self) -> Told:
        """Where it leads now, and how each region is. Raises RuntimeFailure."""
        return self._told("GET", haproxy.REGIONS)

    def order(self, *, first: str = "", drained: Collection[str] = ()) -> Mapping[str, Order]:
        """What these words order for each region; nothing of it is automatic.

        Raises Unclear: there is no such region, or nobody would take users.
        """
        for each in (*((first,) if first else ()), *drained):
            if each not in self.regions:
                raise unknown(f"region of {self.front.service}", each, self.regions)
        orders = {
            each: Order.DRAIN if each in drained else Order.FIRST if each == first else Order.NONE
            for each in self.regions
        }
        if all(each is Order.DRAIN for each in orders.values()):
            told = f"nobody would take users of {self.front.service}: each region is drained"
            raise Unclear(told, "leave one of them")
        return orders

    def allowed(self, orders: Mapping[str, Order]) -> None:
        """Raises Unclear where users would be led to who is not ready, and RuntimeFailure."""
        seen = self.seen().regions
        for region, each in orders.items():
            if each is Order.FIRST and not seen[region].ready:
                raise Unclear(
                    f"{region} is not ready to take users of {self.front.service}",
                    f"`seatrial status` tells how {self.front.workloads[region]} is",
                )
        able = [each for each, order in orders.items() if order is not Order.DRAIN]
        if any(each is Order.DRAIN for each in orders.values()) and not any(
            seen[each].ready for each in able
        ):
            raise Unclear(
                f"nobody would take users of {self.front.service}:"
                f" {' and '.join(able)} is not ready",
                f"`seatrial status` tells how {self.front.workloads[able[0]]} is",
            )

    def expected(self, orders: Mapping[str, Order]) -> str:
        """The region that takes users while all that are ready stay so. Raises RuntimeFailure."""
        seen = self.seen().regions
        found = (
            *(each for each in orders if orders[each] is Order.FIRST and seen[each].ready),
            *(each for each in orders if orders[each] is not Order.DRAIN and seen[each].steady),
            *(each for each in orders if orders[each] is not Order.DRAIN and seen[each].ready),
        )
        return next(iter(found), "")

    def give(self, orders: Mapping[str, Order]) -> None:
        """Write the orders down, then tell them. Raises RuntimeFailure."""
        name = self.front.name
        with self.runtime.locked("traffic"):  # what is kept and what is told are one order's
            self.runtime.put(name, haproxy.ORDERS, haproxy.kept(orders))
            key = revealed(haproxy.shown(name), self.runtime.known_secrets)
            self._told("PUT", haproxy.ordered(orders), headers=key)

    def obeyed(
        self,
        orders: Mapping[str, Order],
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> Told:
        """Wait until nothing is under way where no users are led by order.

        Raises RuntimeFailure where that takes too long.
        """
        until, quiet = clock() + _WITHIN, 0
        led = any(each is not Order.NONE for each in orders.values())
        while True:
            seen = self.seen()
            left = {
                region: each.busy
                for region, each in seen.regions.items()
                if led and region != seen.takes and each.busy
            }
            given = all(each.order is orders[region] for region, each in seen.regions.items())
            quiet = quiet + 1 if given and not left else 0
            if quiet >= _SURE:
                return seen
            if clock() > until:
                told = ", ".join(f"{count} in {region}" for region, count in left.items())
                raise RuntimeFailure(
                    f"after {_WITHIN:.0f} s requests of {self.front.service} are under way:"
                    f" {told or 'and the order was not taken'}",
                    "the same order again waits on; who must not wait stops the service",
                )
            sleep(_LOOK)

    def _told(self, method: str, path: str, headers: tuple[tuple[str, str], ...] = ()) -> Told:
        name = self.front.name
        cure = f"run `seatrial status --logs {name}`; an order that was given is kept"
        answer = self.runtime.request(method, name, STATUS, path, headers=headers)
        if answer.status != _OK:
            raise RuntimeFailure(f"{name} answers {answer.status} to {method} {path}", cure)
        try:
            return haproxy.told(answer.body)
        except (KeyError, TypeError, ValueError) as error:
            raise RuntimeFailure(f"{name} tells nothing of its regions: {error}", cure) from error


def ways(file: Path, service: str = "") -> tuple[Way, ...]:
    """Every front, or the one of a service. Raises Unclear, Refused and RuntimeFailure."""
    runtime = open_runtime(file)
    planned = plan(file, runtime)
    found = ways_of(planned, runtime)
    if not service:
        return found
    if service not in planned.system.services:
        raise unknown("service", service, planned.system.services)
    own = tuple(each for each in found if each.front.service == service)
    if not own:
        known = [each.front.service for each in found]
        others = f"; {', '.join(known)} has" if known else ""
        raise Unclear(
            f"{service} has no front{others}",
            f"write services.{service}.front, then `seatrial up`",
        )
    return own


def ways_of(planned: Plan, runtime: Runtime) -> tuple[Way, ...]:
    """The same, of a plan."""
    run = planned.contexts[CAPABILITY.name].regions
    return tuple(Way(front=each, runtime=runtime) for each in place.fronts(planned.system, run))
