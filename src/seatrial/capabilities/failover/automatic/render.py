"""The witness, and the daemon that moves the store."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from seatrial.capabilities.failover import place, policy
from seatrial.capabilities.failover.automatic.policy import Automatic
from seatrial.capabilities.failover.place import Site
from seatrial.contract.capability import Context
from seatrial.contract.output import File, Origin, Probe, Workload
from seatrial.engines.etcd import workload as etcd
from seatrial.engines.haproxy.config import STREAM
from seatrial.engines.patroni import config

PLAN = "mover.json"


def electors(context: Context, store: str, site: Site) -> Iterator[Workload]:
    """The one of the three of etcd that stands in a region."""
    peers = {each: str(context.placement.endpoint(each, "peer")) for each in site.electors}
    for each in site.witnesses:
        yield etcd.workload(
            each,
            token=store,
            peers=peers,
            region=site.region,
            owner=context.system.stores[store].owner,
            apart=True,
        )


def workloads(
    context: Context, store: str, found: Automatic, sites: tuple[Site, ...]
) -> Iterator[Workload]:
    """The witness and the mover; nothing where the three are not run."""
    run = context.regions
    if not place.quorum(context.system, store, run):
        return
    witness = place.elector(store, found.witness, run)
    yield from electors(
        context, store, replace(sites[0], region=found.witness, witnesses=(witness,))
    )
    yield _mover(context, store, sites)


def _mover(context: Context, store: str, sites: tuple[Site, ...]) -> Workload:
    home, other = sites
    return Workload(
        name=place.mover(store),
        origin=Origin.DAEMON,
        argv=(
            "python",
            "-m",
            "seatrial.daemons.mover",
            "--host=${self.address}",
            f"--port=${{self.ports.{place.HTTP}}}",
            f"--plan=${{self.dir}}/{PLAN}",
        ),
        files=(
            File(
                path=PLAN,
                text=plan(context, store, sites),
                why="who says that home is gone, and what both clusters are told then",
            ),
        ),
        ports={place.HTTP: 8080},
        ready=Probe(port=place.HTTP, path="/readyz", deadline=60),
        live=Probe(port=place.HTTP, path="/livez"),
        after=(*other.electors, other.members),
        region=other.region,
        owner=context.system.stores[store].owner,
        why=f"moves {store} to {other.region} once two of three regions miss {home.region}",
    )


def plan(context: Context, store: str, sites: tuple[Site, ...], *, bounded: bool = True) -> str:
    """What the mover reads; not `bounded`: it asks not how far the copy is behind."""
    found = policy.of(context.system, store)
    home, other = sites
    members = context.placement.of(other.members)
    near = sorted(other.electors, key=lambda each: each not in other.witnesses)
    told = {
        "store": store,
        "after": found.automatic.after.seconds if found.automatic else 0.0,
        "lease": config.TTL,
        "rpo": found.rpo.seconds if bounded else None,
        "quorum": {each: str(context.placement.endpoint(each, "client")) for each in near},
        "home": _side(home, _copied(context, home, other)),
        "other": _side(other, config.leads(home.region)),
        "members": [str(each.endpoint(place.REST)) for each in members],
    }
    return json.dumps(told, indent=1) + "\n"


def _side(site: Site, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"region": site.region, "scope": config.key(site.front), "settings": settings}


def _copied(context: Context, home: Site, other: Site) -> Mapping[str, Any]:
    stream = context.placement.via(home.members, other.front, STREAM)[0]
    return config.follows(home.region, other.region, stream)
