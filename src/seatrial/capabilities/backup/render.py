"""The daemon that takes a store's backups, in the store's own place."""

import json
from collections.abc import Mapping
from typing import Any

from seatrial.capabilities.backup import place, policy
from seatrial.capabilities.backup.declare import text
from seatrial.contract.capability import Context
from seatrial.contract.output import File, Origin, Output, Probe, Volume, Workload
from seatrial.engines.pgbackrest.config import STANZA
from seatrial.engines.postgres.workload import DATABASE, USER

PLAN, ORDERS = "plan.json", "orders"
_SHARED = "${self.shared}"


def render(context: Context) -> Output:
    """A daemon for each store that is backed up."""
    found = place.stores(context.system, context.placement.runtime, beside=context.beside)
    return Output(workloads=tuple(_workload(context, each) for each in found))


def _plan(context: Context, store: str) -> Mapping[str, Any]:
    system = context.system
    schedule = policy.of(system, store).schedule
    server = context.placement.endpoint(store, "sql")
    return {
        "store": store,
        "stanza": STANZA,
        "config": f"${{self.dir}}/{place.CONFIG}",
        "data": f"{_SHARED}/data",
        "settings": f"{_SHARED}/postgresql.conf",
        "copies": "${self.dir}/copies",
        "server": {
            "host": server.host,
            "port": server.port,
            "user": USER,
            "database": DATABASE,
            "password": f"{_SHARED}/password",
        },
        "address": "${self.address}",
        "port": "${self.ports.sql}",
        "drill_port": "${self.ports.drill}",
        "schedule": {
            "full": schedule.full.seconds,
            "differential": schedule.differential.seconds,
            "incremental": schedule.incremental.seconds,
        },
        "invariants": dict(system.stores[store].invariants),
    }


def _workload(context: Context, store: str) -> Workload:
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
            File(
                path=place.CONFIG,
                text=text(context.system, store, _SHARED, "${self.dir}/tmp"),
                why=f"where the backups of {store} lie, and how long they are kept",
            ),
            File(
                path=ORDERS,
                text=f"${{secret.{place.orders(store)}}}\n",
                why=f"what whoever orders a backup or a restore of {store} must show",
                secret=True,
            ),
        ),
        ports=place.PORTS,
        volumes=(Volume(name="copies", path="copies"),),
        ready=Probe(port=place.HTTP, path="/readyz", deadline=30),
        live=Probe(port=place.HTTP, path="/livez"),
        grace=30,
        after=(store,),
        tools=("pgbackrest", "postgres"),
        shares=store,
        secrets=(place.orders(store),),
        owner=context.system.stores[store].owner,
        why=f"takes the backups of {store}, and restores them",
    )
