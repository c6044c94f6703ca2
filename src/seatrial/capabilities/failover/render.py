"""The members of a store, who agrees on their primary, what leads to it, and who writes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from seatrial.capabilities.failover import place, policy
from seatrial.capabilities.failover.automatic import render as automatic
from seatrial.capabilities.failover.place import Site
from seatrial.capabilities.failover.users import render as users
from seatrial.contract.capability import Context
from seatrial.contract.output import File, Origin, Output, Probe, Resources, Workload
from seatrial.contract.placement import Placement
from seatrial.engines.etcd import workload as etcd
from seatrial.engines.haproxy import workload as haproxy
from seatrial.engines.haproxy.config import STREAM, Member
from seatrial.engines.patroni import config
from seatrial.engines.patroni import workload as patroni
from seatrial.engines.postgres.workload import DATABASE, USER
from seatrial.system.problem import Problem

PLAN = "plan.json"
_SQL = "sql"


def render(context: Context) -> Output:
    """Everything that stores that fail over consist of, and the fronts, or why it cannot be."""
    found = place.stores(context.system, context.placement.runtime, beside=context.beside)
    fronts = users.render(context)
    own = tuple(each for store in found for each in _workloads(context, store))
    refused = (
        _refused(context, each) for each in policy.declared(context.system) if each not in found
    )
    return Output(
        workloads=(*own, *fronts.workloads),
        problems=(*fronts.problems, *refused),
    )


def _refused(context: Context, store: str) -> Problem:
    where = "beside a project" if context.beside else f"on {context.placement.runtime}"
    return Problem(
        "ST7205",
        context.system.place("stores", store, "failover"),
        f"{store} fails over, and its members cannot run {where} yet",
        f"run it on the runtime {' or '.join(place.RUNTIMES)}, or delete stores.{store}.failover",
    )


def _workloads(context: Context, store: str) -> Iterator[Workload]:
    sites = place.sites(context.system, store, context.regions)
    for site in sites:
        other = next((each for each in sites if each is not site), None)
        yield from _site(context, store, site, other)
    found = policy.of(context.system, store).automatic
    if found is not None:
        yield from automatic.workloads(context, store, found, sites)
    if context.rehearsal:
        yield _writers(context, store, sites)


def _site(context: Context, store: str, site: Site, other: Site | None) -> Iterator[Workload]:
    """All of a store in one region, beside what it is in the other one, if there is any."""
    placement, spec = context.placement, context.system.stores[store]
    yield from _witnesses(context, store, site)
    memory = spec.limits.memory
    common = cluster(context, store, site, other)
    source = (other.front,) if other is not None and common.copies else ()
    yield patroni.workload(
        common,
        replicas=len(placement.of(site.members)),
        after=(*site.electors, *source),
        resources=Resources(memory=None if memory is None else memory.bytes, cpu=spec.limits.cpu),
        owner=spec.owner,
    )
    proxy = haproxy.workload(
        site.front,
        [
            *_led(context, site.members),
            *(_led(context, other.members, far=True) if other is not None else ()),
        ],
        port=(_SQL, config.PORTS[_SQL]),
        origin=Origin.STORE,
        region=site.region,
        owner=spec.owner,
    )
    # till its first look it takes each for the primary
    yield replace(proxy, after=(site.members,))


def _witnesses(context: Context, store: str, site: Site) -> Iterator[Workload]:
    if site.electors != site.witnesses:
        yield from automatic.electors(context, store, site)
        return
    placement, spec = context.placement, context.system.stores[store]
    peers = {each: str(placement.endpoint(each, "peer")) for each in site.witnesses}
    for each in site.witnesses:
        yield etcd.workload(
            each, token=site.front, peers=peers, region=site.region, owner=spec.owner
        )


def _led(context: Context, members: str, *, far: bool = False) -> Iterator[Member]:
    for each in context.placement.of(members):
        yield Member(
            name=config.member(members, each.replica),
            host=each.address,
            port=each.ports[_SQL],
            rest=each.ports[config.REST],
            far=far,
        )


def cluster(context: Context, store: str, site: Site, other: Site | None) -> config.Cluster:
    """What the members of a store have in common in a region."""
    placement, majority = context.placement, site.electors != site.witnesses
    witnesses = tuple(placement.told(site.members, each, "client") for each in site.electors)
    direct = tuple(str(placement.endpoint(each, "client")) for each in site.electors)
    return config.Cluster(
        scope=site.front,
        members=site.members,
        witnesses=witnesses,
        synchronous=policy.of(context.system, store).synchronous,
        password=store,
        replication=policy.replication(store),
        orders=site.orders,
        region=site.region,
        other=None if other is None else beyond(placement, site, other),
        copies=site.region != context.regions[0],
        majority=majority,
        proxied=majority or witnesses != direct,
    )


def beyond(placement: Placement, site: Site, other: Site) -> config.Other:
    """The other region, as it is reached from this one."""
    return config.Other(
        region=other.region,
        scope=other.front,
        stream=placement.via(site.members, other.front, STREAM)[0],
        members=placement.via(site.members, other.members, _SQL),
    )


def _writers(context: Context, store: str, sites: tuple[Site, ...]) -> Workload:
    far = sites[-1]  # where it goes on when home is lost
    return Workload(
        name=place.writers(store),
        origin=Origin.DAEMON,
        argv=(
            "python",
            "-m",
            "seatrial.daemons.writers",
            "--host=${self.address}",
            f"--port=${{self.ports.{place.HTTP}}}",
            f"--plan=${{self.dir}}/{PLAN}",
        ),
        files=(
            File(
                path=PLAN,
                text=json.dumps(_plan(context, store, sites), indent=1) + "\n",
                why=f"where {store} is written to, and who its members are",
            ),
            File(
                path="password",
                text=f"${{secret.{store}}}\n",
                why="the owner's password, generated",
                secret=True,
            ),
        ),
        secrets=(store,),
        ports={place.HTTP: 8080},
        ready=Probe(port=place.HTTP, path="/readyz", deadline=30),
        live=Probe(port=place.HTTP, path="/livez"),
        after=(far.front, *(each.members for each in sites)),
        region=far.region,
        tools=("postgres",),
        owner=context.system.stores[store].owner,
        why=f"writes to {store} all the time, and tells what became of it",
    )


def _plan(context: Context, store: str, sites: tuple[Site, ...]) -> Mapping[str, Any]:
    through = context.placement.endpoint(sites[-1].front, _SQL)
    return {
        "store": store,
        "user": USER,
        "password": "${self.dir}/password",
        "through": {"host": through.host, "port": through.port},
        "database": DATABASE,
        "invariants": dict(context.system.stores[store].invariants),
        "members": [
            {
                "name": config.member(each.workload, each.replica),
                "host": each.address,
                "port": each.ports[_SQL],
            }
            for site in sites
            for each in context.placement.of(site.members)
        ],
    }
