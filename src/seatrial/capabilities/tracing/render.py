"""Jaeger with its configuration."""

from seatrial.capabilities.tracing.declare import REQUIREMENT, owner
from seatrial.capabilities.tracing.outside import senders, untold
from seatrial.capabilities.tracing.settings import Settings
from seatrial.contract.capability import Context, Dialect
from seatrial.contract.output import File, Output
from seatrial.contract.placement import Endpoint
from seatrial.engines.jaeger import config
from seatrial.engines.jaeger import workload as jaeger
from seatrial.engines.prometheus import workload as prometheus

JOURNEY = "seatrial.journey"  # what the prober writes on its spans
WAIT = 5.0  # seconds until a trace is judged: longer than most, and soon enough to look at
HELD = 20_000  # traces that wait for it
LIMITED = 0.7  # share of its memory at which spans are refused, before the kernel ends it


def render(context: Context) -> Output:
    """One Jaeger; nothing where tracing is not promised."""
    system = context.system
    if not system.promised(REQUIREMENT):
        return Output()
    settings: Settings = context.settings
    file = File(
        path=config.FILE,
        text=text(context, keeping(settings)),
        why="which spans are taken, kept and counted",
    )
    server = jaeger.workload(
        file,
        owner=owner(settings, system),
        memory=settings.memory.bytes,
        called_by=senders(context),
    )
    return Output(workloads=(server,), problems=untold(context))


def text(context: Context, kept: config.Keeping) -> str:
    """Jaeger's file."""
    return config.configuration(
        kept, prometheus=_figures(context), everywhere=bool(senders(context))
    )


def keeping(settings: Settings) -> config.Keeping:
    """What the section of the file says of it."""
    return config.Keeping(
        wait=WAIT,
        slow=settings.slow.seconds,
        always=(JOURNEY,),
        share=settings.share / 100,
        retention=settings.retention.seconds,
        held=HELD,
        memory=round(settings.memory.bytes * LIMITED),
    )


def _figures(context: Context) -> Endpoint | None:
    """Where the figures of the spans are kept; in a cluster that is the operator's to say."""
    placement = context.placement
    if context.dialect is Dialect.OPERATOR or not placement.has(prometheus.NAME):
        return None
    return placement.endpoint(prometheus.NAME, "http")
