"""A planned change of a store's primary, as it is ordered: the cluster carries it out itself.

Who is broken off has ordered it or has not: what became of it the cluster tells, to the next that
asks. Nothing is left half done here.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from seatrial.app.environment import open_runtime
from seatrial.app.plan import Plan, plan
from seatrial.app.unclear import Unclear, unknown
from seatrial.capabilities.failover import CAPABILITY, place, policy
from seatrial.contract.placement import Endpoint
from seatrial.contract.runtime import Headers, Runtime, RuntimeFailure
from seatrial.engines.haproxy.config import STREAM
from seatrial.engines.patroni import config, rest
from seatrial.runtimes.shared.requests import revealed

_WELL = range(200, 300)
_LOOK = 0.5
_WITHIN = 120.0  # seconds until the old primary follows the new one
Held = tuple[str, rest.Member]  # a member, and the region that it is in


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is to be seen of a member: that it leads, or follows, and its server is not `before`."""

    told: str
    member: str
    leads: bool
    before: str = ""  # when its server was started, until it is another one


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """From whom to whom, and how far the one who takes over is behind, in bytes."""

    leader: str
    candidate: str
    lag: int | None
    synchronous: bool

    @property
    def steps(self) -> tuple[Seen, ...]:
        """What is to be seen, one after the other."""
        first, then = f"{self.candidate} is the primary", f"{self.leader} follows it"
        return (
            Seen(told=first, member=self.candidate, leads=True),
            Seen(told=then, member=self.leader, leads=False),
        )


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A store that fails over, in one region: its members' workload, and its runtime.

    `front` leads to its primary, `witnesses` agree on it. `stream` is where the copy in the other
    region gets its log, None where there is none; `rpo`, in seconds, is how old what is lost with
    this region may be. `orders` are the headers of whoever changes it.
    """

    store: str
    region: str
    front: str
    workload: str
    witnesses: tuple[str, ...]
    replicas: int
    synchronous: bool
    rpo: float
    stream: Endpoint | None
    orders: Headers
    runtime: Runtime

    def members(self) -> tuple[rest.Member, ...]:
        """Every member, as the first that answers tells. Raises RuntimeFailure where none does."""
        try:
            return rest.members(self.first("GET", rest.CLUSTER))
        except (Unclear, KeyError, TypeError, ValueError) as error:
            told = f"a member of {self.store} tells nothing of its cluster: {error}"
            cure = f"run `seatrial status --logs {self.workload}`"
            raise RuntimeFailure(told, cure) from error

    def headed(self) -> bool:
        """Whether its members tell of a head that gets the log, some seconds after it does."""
        try:
            return any(each.heads and each.well for each in self.members())
        except RuntimeFailure:
            return False

    def well(self) -> bool:
        """Whether its members tell that each is well."""
        try:
            return all(each.well for each in self.members())
        except RuntimeFailure:
            return False

    def joined(self) -> bool:
        """Whether its members tell that one is the primary, and that the others follow it."""
        try:
            told = self.members()
        except RuntimeFailure:
            return False
        return any(each.leads for each in told) and all(each.well for each in told)

    def first(self, method: str, path: str, body: str = "") -> bytes:
        """What the first member says that does as it is asked.

        Raises RuntimeFailure where none answers, Unclear where all that do refuse.
        """
        failed: RuntimeFailure | Unclear = RuntimeFailure(f"{self.store} has no members", "")
        for replica in range(self.replicas):
            try:
                return self._asked(method, path, body, replica=replica)
            except (RuntimeFailure, Unclear) as failure:
                failed = failure
        raise failed

    def planned(self, to: str = "") -> Switch:
        """The change to that member, or to the one that is best fit. Raises Unclear."""
        found = self.members()
        leader = next((each for each in found if each.leads), None)
        if leader is None:
            raise Unclear(
                f"{self.store} has no primary that could hand over",
                "wait for the failover that goes on; `seatrial failover` shows the members",
            )
        fit = sorted(
            (each for each in found if each.well and not each.leads and self._fit(each)),
            key=lambda each: (not each.synchronous, each.lag is None, each.lag or 0, each.name),
        )
        chosen = (
            next((each for each in fit if each.name == to), None) if to else next(iter(fit), None)
        )
        if chosen is None:
            raise self._nobody(to, leader, found, fit)
        return Switch(
            leader=leader.name,
            candidate=chosen.name,
            lag=chosen.lag,
            synchronous=chosen.synchronous,
        )

    def _fit(self, member: rest.Member) -> bool:
        """Whether it may take over: where writes wait for a standby, only one that has them all."""
        return member.synchronous or not self.synchronous

    def _nobody(
        self,
        to: str,
        leader: rest.Member,
        found: tuple[rest.Member, ...],
        fit: list[rest.Member],
    ) -> Unclear:
        if to == leader.name:
            return Unclear(f"{to} is the primary of {self.store} already", "")
        if to and to not in (each.name for each in found):
            return unknown(f"member of {self.store}", to, (each.name for each in found))
        which = f"{to} could not" if to else "no standby could"
        kind = "synchronous standby" if self.synchronous else "standby that streams"
        wait = f"wait until `seatrial failover` shows a {kind}"
        cure = f"write --to {fit[0].name}" if fit else wait
        return Unclear(f"{which} take over from {leader.name} yet", cure)

    def order(self, switch: Switch) -> None:
        """Have it done. Raises Unclear where the cluster refuses, with its own words.

        It answers once it is done, which takes longer than a request may: what became of it is
        then told by who follows it, also that nothing did.
        """
        body = rest.switched(switch.leader, switch.candidate)
        with suppress(RuntimeFailure):
            self._asked("POST", rest.SWITCHOVER, body, replica=self._replica(switch.leader))

    def rebuild(self, member: str) -> Seen:
        """Have a standby thrown away and copied anew; what is to be seen then. Raises Unclear."""
        found = self.standby(member)
        before = self._started(found.name)
        self._asked("POST", rest.REBUILD, rest.rebuilt(), replica=self._replica(found.name))
        told = f"{found.name} follows the primary"
        return Seen(told=told, member=found.name, leads=False, before=before)

    def standby(self, member: str) -> rest.Member:
        """The standby of that name. Raises Unclear for another one, and for the primary."""
        found = {each.name: each for each in self.members()}
        if member not in found:
            raise unknown(f"member of {self.store}", member, found)
        if found[member].leads:
            raise Unclear(
                f"{member} is the primary of {self.store}, from which all others are copied",
                f"make another one it: `seatrial failover {self.store}`",
            )
        return found[member]

    def followed(
        self,
        steps: Sequence[Seen],
        say: Callable[[str], None],
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        """Wait until each is so, one after the other; each is said as it is seen.

        That nobody answers for a while ends no watching: that is what a switch looks like. Raises
        RuntimeFailure where it is not so in time.
        """
        left = list(steps)
        deadline = clock() + _WITHIN
        while left:
            if self._is_so(left[0]):
                say(left.pop(0).told)
                continue
            if clock() > deadline:
                raise RuntimeFailure(
                    f"it was not seen within {_WITHIN:.0f} s that {left[0].told}",
                    f"run `seatrial status --logs {self.workload}`",
                )
            sleep(_LOOK)

    def _is_so(self, wanted: Seen) -> bool:
        with suppress(RuntimeFailure):
            found = {each.name: each for each in self.members()}.get(wanted.member)
            if found is not None and found.well and found.leads is wanted.leads:
                return not wanted.before or self._started(wanted.member) != wanted.before
        return False

    def _started(self, member: str) -> str:
        """When the server of a member was started, as it tells; empty where it does not run."""
        with suppress(RuntimeFailure, Unclear, ValueError):
            return rest.started(self._asked("GET", rest.MEMBER, replica=self._replica(member)))
        return ""

    def position(self, member: str) -> int | None:
        """How far a member's log goes, in bytes, as it tells itself; None where it does not."""
        with suppress(RuntimeFailure, Unclear, ValueError, AttributeError):
            return rest.own(self._asked("GET", rest.MEMBER, replica=self._replica(member))).position
        return None

    def measured(self, began: float) -> Mapping[str, Any] | None:
        """What the writers saw since that moment; None where nobody writes here."""
        if place.writers(self.store) not in self.runtime.running():
            return None
        path = f"/since?from={began:.3f}"
        answer = self.runtime.request("GET", place.writers(self.store), place.HTTP, path)
        found: Mapping[str, Any] = json.loads(answer.body)
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """What its members are called, also those that do not answer."""
        return tuple(config.member(self.workload, each) for each in range(self.replicas))

    def _replica(self, member: str) -> int:
        return self.names.index(member)

    def _asked(self, method: str, path: str, body: str = "", *, replica: int) -> bytes:
        # everybody may ask; who changes anything shows who he is
        own = () if method == "GET" else revealed(self.orders, self.runtime.known_secrets)
        answer = self.runtime.request(
            method, self.workload, place.REST, path, body, headers=own, replica=replica
        )
        if answer.status not in _WELL:
            said = answer.body.decode(errors="replace").strip()[:200]
            raise Unclear(f"the cluster of {self.store} refused: {said}", "")
        return answer.body


def cluster(file: Path, store: str) -> tuple[Cluster, ...]:
    """The store of that name in each of its regions, home first.

    Raises Unclear, Refused and RuntimeFailure.
    """
    runtime = open_runtime(file)
    planned = plan(file, runtime)
    known = stores(planned)
    if store not in planned.system.stores:
        raise unknown("store", store, planned.system.stores)
    if store not in known:
        others = f"; {', '.join(known)} does" if known else ""
        cure = f"write stores.{store}.failover, then `seatrial up`"
        raise Unclear(f"{store} does not fail over{others}", cure)
    return _clusters(planned, runtime, store)


def holding(sites: Sequence[Cluster], member: str) -> Cluster:
    """The region's cluster that a member is of; without one, the one that has the primary.

    Raises Unclear where that is the name of neither a member nor a region.
    """
    if len(sites) == 1:
        return sites[0]
    if member:
        found = next((each for each in sites if member in each.names), None)
        if found is None:
            known = (
                *(each.region for each in sites),
                *(one for each in sites for one in each.names),
            )
            raise unknown(f"region or member of {sites[0].store}", member, known)
        return found
    for each in sites:
        with suppress(RuntimeFailure):
            if any(one.leads for one in each.members()):
                return each
    return sites[0]


def behind(sites: Sequence[Cluster], members: Sequence[Held]) -> tuple[Held, ...]:
    """The same members with how far the head of a copy is behind the primary.

    Its own cluster has no primary, and so cannot know it. What either does not tell stays None.
    """
    of = {each.region: each for each in sites}
    heads = {one.name: of[region].position(one.name) for region, one in members if one.heads}
    ends = [of[region].position(one.name) for region, one in members if heads and one.leads]
    # asked after the heads: they cannot be ahead of it
    end = ends[0] if len(ends) == 1 else None

    def counted(one: rest.Member) -> rest.Member:
        own = heads.get(one.name)
        return one if own is None or end is None else replace(one, lag=max(0, end - own))

    return tuple((region, counted(one)) for region, one in members)


def clusters(file: Path) -> tuple[Cluster, ...]:
    """Each store that fails over, in each of its regions. Raises Refused and RuntimeFailure."""
    runtime = open_runtime(file)
    planned = plan(file, runtime)
    return clusters_of(planned, runtime)


def clusters_of(planned: Plan, runtime: Runtime) -> tuple[Cluster, ...]:
    """The same, of a plan."""
    return tuple(each for store in stores(planned) for each in _clusters(planned, runtime, store))


def stores(planned: Plan) -> tuple[str, ...]:
    """The stores that fail over here."""
    return tuple(each.store for each in planned.declarations.fronts)


def _clusters(planned: Plan, runtime: Runtime, store: str) -> tuple[Cluster, ...]:
    found, placement = policy.of(planned.system, store), planned.placement
    sites = place.sites(planned.system, store, planned.contexts[CAPABILITY.name].regions)
    return tuple(
        Cluster(
            store=store,
            region=site.region,
            front=site.front,
            workload=site.members,
            witnesses=site.electors,
            replicas=1 + found.standbys,
            synchronous=found.synchronous,
            rpo=found.rpo.seconds,
            orders=rest.shown(site.orders),
            stream=next(
                (
                    placement.via(each.members, site.front, STREAM)[0]
                    for each in sites
                    if each is not site
                ),
                None,
            ),
            runtime=runtime,
        )
        for site in sites
    )
