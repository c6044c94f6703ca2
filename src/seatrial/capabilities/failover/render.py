"""The members of a store, who agrees on their primary, what leads to it, and who writes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from seatrial.capabilities.failover import place, policy
from seatrial.contract.capability import Context
from seatrial.contract.output import File, Origin, Output, Probe, Resources, Workload
from seatrial.engines.etcd import workload as etcd
from seatrial.engines.haproxy import workload as haproxy
from seatrial.engines.haproxy.config import Member
from seatrial.engines.patroni import config
from seatrial.engines.patroni import workload as patroni
from seatrial.engines.postgres.workload import USER
from seatrial.system.held import holder
from seatrial.system.problem import Problem

PLAN = "plan.json"
_SQL = "sql"


def render(context: Context) -> Output:
    """Everything that each store that fails over consists of, or why it cannot."""
    system, runtime = context.system, context.placement.runtime
    found = place.stores(system, runtime, beside=context.beside)
    where = "beside a project" if context.beside else f"on {runtime}"
    return Output(
        workloads=tuple(each for store in found for each in _workloads(context, store)),
        problems=tuple(
            Problem(
                "ST7205",
                system.place("stores", each, "failover"),
                f"{each} fails over, and its members cannot run {where} yet",
                f"run it on the runtime {place.RUNTIME}, or delete stores.{each}.failover",
            )
            for each in policy.declared(system)
            if each not in found
        ),
    )


def _workloads(context: Context, store: str) -> Iterator[Workload]:
    placement, spec = context.placement, context.system.stores[store]
    owner, region = spec.owner, context.regions[0]
    witnesses = place.witnesses(store)
    peers = {each: str(placement.endpoint(each, "peer")) for each in witnesses}
    for each in witnesses:
        yield etcd.workload(each, token=store, peers=peers, region=region, owner=owner)
    memory = spec.limits.memory
    members = holder(context.system, store)
    yield patroni.workload(
        _cluster(context, store),
        replicas=len(placement.of(members)),
        after=witnesses,
        resources=Resources(memory=None if memory is None else memory.bytes, cpu=spec.limits.cpu),
        owner=owner,
    )
    proxy = haproxy.workload(
        store,
        [
            Member(
                name=config.member(members, each.replica),
                host=each.address,
                port=each.ports[_SQL],
                rest=each.ports[config.REST],
            )
            for each in placement.of(members)
        ],
        port=(_SQL, config.PORTS[_SQL]),
        origin=Origin.STORE,
        region=region,
        owner=owner,
    )
    yield replace(proxy, after=(members,))  # till its first look it takes each for the primary
    if context.rehearsal:
        yield _writers(context, store)


def _cluster(context: Context, store: str) -> config.Cluster:
    """What the members of a store have in common."""
    placement = context.placement
    return config.Cluster(
        scope=store,
        members=holder(context.system, store),
        witnesses=tuple(placement.endpoint(each, "client") for each in place.witnesses(store)),
        synchronous=policy.of(context.system, store).synchronous,
        password=store,
        replication=f"{store}-replication",
    )


def _writers(context: Context, store: str) -> Workload:
    name, members = place.writers(store), holder(context.system, store)
    return Workload(
        name=name,
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
                text=json.dumps(_plan(context, store), indent=1) + "\n",
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
        after=(store, members),
        tools=("postgres",),
        owner=context.system.stores[store].owner,
        why=f"writes to {store} all the time, and tells what became of it",
    )


def _plan(context: Context, store: str) -> Mapping[str, Any]:
    front = context.placement.endpoint(store, _SQL)
    members = holder(context.system, store)
    return {
        "store": store,
        "user": USER,
        "password": "${self.dir}/password",
        "through": {"host": front.host, "port": front.port},
        "members": [
            {
                "name": config.member(members, each.replica),
                "host": each.address,
                "port": each.ports[_SQL],
            }
            for each in context.placement.of(members)
        ],
    }
