"""The daemon that takes a store's backups."""

import json
from collections.abc import Mapping
from typing import Any

from seatrial.capabilities.backup import place, policy, products, vault
from seatrial.capabilities.backup.place import Keeper
from seatrial.capabilities.backup.sealed.render import workloads as sealing
from seatrial.contract.capability import Context
from seatrial.contract.output import File, Origin, Output, Probe, Resources, Volume, Workload
from seatrial.system.regions import called, home

ORDERS = "orders"
_LEAST, _BESIDE = 1 << 30, 256 << 20  # bytes: what each has anyway, and what is not the copy


def render(context: Context) -> Output:
    """A daemon for each place in which a store is backed up, what keeps it elsewhere, who seals."""
    found = place.keepers(context.system, context.placement.runtime, beside=context.beside)
    kept = tuple(vault.made(context.system, each) for each in found if each.region)
    own = tuple(_workload(context, each) for each in found)
    others = tuple(
        one
        for each in found
        if not each.region
        for one in products.of(context.system, each.store).others(context, each.store)
    )
    return Output(workloads=(*kept, *others, *own, *sealing(context)))


def _plan(context: Context, keeper: Keeper) -> Mapping[str, Any]:
    system, store = context.system, keeper.store
    return {
        "product": policy.product(system, store),
        "store": store,
        "region": keeper.region,
        "copies": "${self.dir}/copies",
        "address": "${self.address}",
        "schedule": policy.schedule(system, store),
        "verify": policy.verify(system, store),
        "invariants": dict(policy.kept(system, store).invariants),
        **products.of(system, store).plan(context, keeper),
    }


def _resources(context: Context, store: str) -> Resources:
    """Where every container has a limit: room for a copy that is as large as the store may be."""
    if (
        context.placement.runtime != place.CONTAINERS
        or not products.of(context.system, store).loads
    ):
        return Resources()
    limit = context.system.stores[store].limits.memory
    return Resources(memory=max(_LEAST, (limit.bytes if limit else _LEAST) + _BESIDE))


def _workload(context: Context, keeper: Keeper) -> Workload:
    system, store = context.system, keeper.store
    product = products.of(system, store)
    orders = place.orders(store, keeper.region)
    stands = place.stands(system, keeper)
    shared = place.repository(system, store) if product.shares and not stands else ""
    return Workload(
        name=keeper.name,
        origin=Origin.DAEMON,
        argv=(
            *product.before(system, keeper),
            "python",
            "-m",
            "seatrial.daemons.backups",
            "--host=${self.address}",
            "--port=${self.ports.http}",
            f"--plan=${{self.dir}}/{place.PLAN}",
            f"--orders=${{self.dir}}/{ORDERS}",
            *(("--drills",) if context.rehearsal else ()),
        ),
        env={
            "TMPDIR": "${self.dir}/tmp"
        },  # a container's /tmp is small, and restic's packs are not
        files=(
            File(
                path=place.PLAN,
                text=json.dumps(_plan(context, keeper), indent=1) + "\n",
                why=f"how often {store} is backed up, and what must hold of a copy",
            ),
            *product.files(context, keeper),
            File(
                path=ORDERS,
                text=f"${{secret.{orders}}}\n",
                why=f"what whoever orders a backup or a restore of {store} must show",
                secret=True,
            ),
        ),
        ports=product.ports,
        volumes=(Volume(name="copies", path="copies"), *product.volumes),
        ready=Probe(port=place.HTTP, path="/readyz", deadline=30),
        live=Probe(port=place.HTTP, path="/livez"),
        grace=30,
        resources=_resources(context, store),
        after=(
            called(store, stands or home(system), home(system)),
            *(each for each in (shared,) if each not in {"", store}),
            *(place.vault(store, each) for each in (keeper.region,) if each),
        ),
        tools=(*product.tools, *(product.abroad if keeper.region else ())),
        shares=shared,
        commands=product.commands,
        region=stands,
        secrets=(orders, *product.secrets(system, keeper)),
        owner=policy.kept(system, store).owner,
        why=f"takes the backups of {keeper.subject}, and restores them",
    )
