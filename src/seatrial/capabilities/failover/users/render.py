"""The fronts, or why there can be none."""

from seatrial.capabilities.failover.place import RUNTIMES, able
from seatrial.capabilities.failover.users import place, policy
from seatrial.capabilities.failover.users.place import Front
from seatrial.contract.capability import Context
from seatrial.contract.output import Output, Workload
from seatrial.engines.haproxy import front as haproxy
from seatrial.system.fronts import fronted
from seatrial.system.problem import Problem
from seatrial.system.scheme import secure


def render(context: Context) -> Output:
    """Every front with its file."""
    system, runtime = context.system, context.placement.runtime
    if not able(runtime, beside=context.beside):
        where = "beside a project" if context.beside else f"on {runtime}"
        return Output(
            problems=tuple(
                Problem(
                    "ST7209",
                    system.place("services", each, "front"),
                    f"{each} has a front, which cannot run {where} yet",
                    f"run it on the runtime {' or '.join(RUNTIMES)}, or delete"
                    f" services.{each}.front",
                )
                for each in system.services
                if fronted(system, each)
            )
        )
    found = place.fronts(system, context.regions)
    return Output(workloads=tuple(_workload(context, each) for each in found))


def _workload(context: Context, front: Front) -> Workload:
    return haproxy.workload(
        front.name,
        config(context, front),
        port=(front.port, front.number),
        secret=front.name,
        after=tuple(front.workloads.values()),
        region=front.stands,
        owner=context.system.services[front.service].owner,
    )


def config(context: Context, front: Front, *, asks: bool = True) -> str:
    """Its file; that it `asks` nobody whether users can be taken is a defect to plant."""
    service = context.system.services[front.service]
    port = (service.health.port if service.health else None) or front.port
    ready = service.health.ready if service.health else None
    return haproxy.text(
        front.port,
        {
            region: [
                haproxy.Server(
                    name=f"{workload}-{each.replica}",
                    host=each.address,
                    port=each.ports[front.port],
                    check=each.ports[port],
                )
                for each in context.placement.of(workload)
            ]
            for region, workload in front.workloads.items()
        },
        haproxy.Asked(path=ready or "", tls=secure(port)),
        tls=secure(front.port),
        stable=round(policy.of(context.system, front.service).stable.seconds),
        asks=asks,
    )
