"""The daemon that seals; planning gives it what there is to be sealed (`Workload.seals`)."""

import json
from collections.abc import Mapping
from typing import Any

from seatrial.capabilities.backup import place as shared
from seatrial.capabilities.backup import vault
from seatrial.capabilities.backup.sealed import place
from seatrial.contract.capability import Context
from seatrial.contract.output import File, Origin, Probe, Workload
from seatrial.contract.sealing import DESCRIBED, SECRETS

_PLAN, _ORDERS = "plan.json", "orders"


def workloads(context: Context) -> tuple[Workload, ...]:
    """It, where it seals."""
    return (_workload(context),) if place.sealed(context, context.placement.runtime) else ()


def _plan(context: Context) -> Mapping[str, Any]:
    lent = (f"${{secret.{place.LENT}}}",) if context.rehearsal else ()
    return {
        "recipients": (context.settings.recovery_key, *lent),
        "described": f"${{self.dir}}/{DESCRIBED}",
        "secrets": f"${{self.dir}}/{SECRETS}",
        "repository": f"${{self.dir}}/{shared.REPOSITORY}",
        "every": place.EVERY,
        "keep": context.settings.keep.seconds,
        "places": [
            vault.reached(context, each)
            for each in place.vaults(context.system, context.placement.runtime)
        ],
    }


def _workload(context: Context) -> Workload:
    vaults = place.vaults(context.system, context.placement.runtime)
    return Workload(
        name=place.NAME,
        origin=Origin.DAEMON,
        argv=(
            "python",
            "-m",
            "seatrial.daemons.sealer",
            "--host=${self.address}",
            "--port=${self.ports.http}",
            f"--plan=${{self.dir}}/{_PLAN}",
            f"--orders=${{self.dir}}/{_ORDERS}",
        ),
        files=(
            File(
                path=_PLAN,
                text=json.dumps(_plan(context), indent=1) + "\n",
                why="to which keys the system is sealed, and how long that is kept",
            ),
            File(
                path=_ORDERS,
                text=f"${{secret.{place.ORDERS}}}\n",
                why="what whoever orders that the system be sealed must show",
                secret=True,
            ),
            *(file for each in vaults for file in vault.lent(each)),
        ),
        ports=place.PORTS,
        volumes=(place.REPOSITORY,),
        ready=Probe(port=shared.HTTP, path="/readyz", deadline=30),
        live=Probe(port=shared.HTTP, path="/livez"),
        after=tuple(shared.vault(each.store, each.region) for each in vaults),
        secrets=(
            place.ORDERS,
            *((place.LENT,) if context.rehearsal else ()),
            *(secret for each in vaults for secret in vault.secrets(each)),
        ),
        seals=True,
        owner=place.owner(context),
        why="seals what describes the system, and its secrets, to the recovery key",
    )
