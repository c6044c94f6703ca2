"""The daemon that takes a store's backups."""

import json
from collections.abc import Mapping
from typing import Any

from seatrial.capabilities.backup import place, policy, products
from seatrial.contract.capability import Context
from seatrial.contract.output import File, Origin, Output, Probe, Volume, Workload

PLAN, ORDERS = "plan.json", "orders"


def render(context: Context) -> Output:
    """A daemon for each store that is backed up."""
    found = place.stores(context.system, context.placement.runtime, beside=context.beside)
    return Output(workloads=tuple(_workload(context, each) for each in found))


def _plan(context: Context, store: str) -> Mapping[str, Any]:
    system = context.system
    return {
        "product": system.stores[store].engine,
        "store": store,
        "copies": "${self.dir}/copies",
        "address": "${self.address}",
        "drill_port": "${self.ports.drill}",
        "schedule": policy.schedule(system, store),
        "invariants": dict(system.stores[store].invariants),
        **products.of(system, store).plan(context, store),
    }


def _workload(context: Context, store: str) -> Workload:
    system = context.system
    product = products.of(system, store)
    return Workload(
        name=place.named(store),
        origin=Origin.DAEMON,
        argv=(
            "python",
            "-m",
            "seatrial.daemons.backups",
            "--host=${self.address}",
            "--port=${self.ports.http}",
            f"--plan=${{self.dir}}/{PLAN}",
            f"--orders=${{self.dir}}/{ORDERS}",
            *(("--drills",) if context.rehearsal else ()),
        ),
        files=(
            File(
                path=PLAN,
                text=json.dumps(_plan(context, store), indent=1) + "\n",
                why=f"how often {store} is backed up, and what must hold of a copy",
            ),
            *product.files(system, store),
            File(
                path=ORDERS,
                text=f"${{secret.{place.orders(store)}}}\n",
                why=f"what whoever orders a backup or a restore of {store} must show",
                secret=True,
            ),
        ),
        ports=product.ports,
        volumes=(Volume(name="copies", path="copies"), *product.volumes),
        ready=Probe(port=place.HTTP, path="/readyz", deadline=30),
        live=Probe(port=place.HTTP, path="/livez"),
        grace=30,
        after=(store,),
        tools=product.tools,
        shares=store if product.shares else "",
        secrets=(place.orders(store), *product.secrets(system, store)),
        owner=system.stores[store].owner,
        why=f"takes the backups of {store}, and restores them",
    )
