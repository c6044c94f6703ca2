"""The collector with its pipeline, the keeper, and the store."""

from seatrial.capabilities.logs import host, keeper
from seatrial.capabilities.logs.declare import collected, owner_of
from seatrial.contract.capability import Context
from seatrial.contract.output import Output, Workload
from seatrial.contract.placement import Placement
from seatrial.engines.otelcol import audit, config, docker, masking, parsing, reach
from seatrial.engines.otelcol import workload as otelcol
from seatrial.engines.victorialogs import workload as victorialogs

STREAMS = ("system", "region", "service", "replica")
_DAY = 86400


def render(context: Context) -> Output:
    """The store, the keeper before it, the collector; nothing where logs are not collected."""
    if not collected(context.system, context.placement.runtime):
        return Output()
    settings = context.settings
    owner = owner_of(context.system, settings)
    store = victorialogs.workload(
        retention=f"{settings.retention.seconds // _DAY:.0f}d",
        size=settings.size.bytes,
        memory=settings.memory.bytes,
        owner=owner,
    )
    collector = otelcol.workload(
        configuration(context),
        memory=4 * settings.memory.bytes,
        owner=owner,
        after=(keeper.NAME, *((keeper.AUDIT,) if settings.audit else ())),
    )
    between = keeper.workload(
        context.placement.endpoint(victorialogs.NAME, "http"),
        owner=owner,
        streams=((each.workload, each.replica) for each in context.placement.locations),
    )
    own = (host.workload(owner=owner),) if host.read(context) else ()
    return Output(workloads=(store, between, *_audit(context, owner), collector, *own))


def _audit(context: Context, owner: str) -> tuple[Workload, ...]:
    """The store of audit lines and the keeper before it; none where the file asks for none."""
    settings = context.settings
    if settings.audit is None:
        return ()
    store = victorialogs.workload(
        name=victorialogs.AUDIT,
        why="keeps who did what, for longer than other lines",
        retention=f"{settings.audit.retention.seconds // _DAY:.0f}d",
        size=settings.audit.size.bytes,
        memory=settings.memory.bytes,
        owner=owner,
    )
    endpoint = context.placement.endpoint(victorialogs.AUDIT, "http")
    between = keeper.workload(endpoint, owner=owner, name=keeper.AUDIT, after=victorialogs.AUDIT)
    return (store, between)


def configuration(
    context: Context,
    *,
    masked: bool = True,
    unread: tuple[str, ...] = (),
    dropped: tuple[str, ...] = (),
    kept: bool = True,
    audited: bool = True,
) -> str:
    """The collector's file; what is not the default is a defect that a control plants."""
    settings, placement = context.settings, context.placement
    home = placement.of(otelcol.NAME)[0].region
    mask = masking.step(settings.mask) if masked else None
    return config.configuration(
        config.Pipeline(
            store=placement.endpoint(keeper.NAME, "http"),
            path=victorialogs.INGEST,
            resource={"system": context.system.name, "region": home},
            regions={
                each.workload: each.region for each in placement.locations if each.region != home
            },
            renamed={reach.HOST_LOG: reach.HOST} if host.read(context) else {},
            steps=(*((mask,) if mask else ()), *parsing.steps(STREAMS, unread)),
            streams=STREAMS,
            reading=_reading(placement),
            dropped=tuple(f'resource.attributes["service"] == "{each}"' for each in dropped),
            kept=kept,
            branches=_branches(context) if audited else (),
        )
    )


def _branches(context: Context) -> tuple[config.Branch, ...]:
    if context.settings.audit is None:
        return ()
    return (
        config.Branch(
            name="audit",
            store=context.placement.endpoint(keeper.AUDIT, "http"),
            path=victorialogs.INGEST,
            suspects=audit.SUSPECTS,
            wanted=audit.WANTED,
        ),
    )


def _reading(placement: Placement) -> config.Reading:
    """Containers' lines are framed by their engine; a process's stand in its file as they are."""
    if placement.runtime != "compose":
        return config.Reading()
    return docker.reading((each.workload, each.replica) for each in placement.locations)
