"""Alertmanager with its routes, the watchdog outside it, and in a rehearsal the sink."""

from seatrial.capabilities.alerting import routes
from seatrial.capabilities.alerting.declare import SINK, SINK_PORTS, WATCHDOG, WATCHDOG_PORTS
from seatrial.capabilities.alerting.runbooks import documents
from seatrial.capabilities.alerting.settings import Settings
from seatrial.contract.capability import Context
from seatrial.contract.output import File, Origin, Output, Probe, Volume, Workload
from seatrial.engines.alertmanager import config
from seatrial.engines.alertmanager import workload as alertmanager


def render(context: Context) -> Output:
    """Workloads of the alerting path, and a page for each subject's alerts."""
    owner = next(iter(context.system.teams), "")
    before = (WATCHDOG, SINK) if context.rehearsal else (WATCHDOG,)
    found = [
        alertmanager.workload(_files(context), owner=owner, after=before),
        _watchdog(context, owner),
    ]
    if context.rehearsal:
        found.append(_sink(owner))
    return Output(workloads=tuple(found), documents=documents(context))


def configuration(
    context: Context,
    *,
    routing: tuple[config.Route, ...] | None = None,
    inhibiting: tuple[config.Inhibition, ...] | None = None,
    clock: routes.Clock | None = None,
) -> str:
    """alertmanager.yml of this system; a drill may bring other routes, inhibitions or hours.

    In a rehearsal no mute time is ever active unless `clock` says so: what it shows must not
    depend on the hour at which it runs.
    """
    if clock is None:
        clock = routes.Clock.NEVER if context.rehearsal else routes.Clock.DECLARED
    settings: Settings = context.settings
    system = context.system
    return config.configuration(
        receivers=routes.receivers(context),
        routes=routes.routes(system, settings) if routing is None else routing,
        fallback=routes.FALLBACK,
        fallback_timing=config.Timing(
            wait=settings.group_wait.seconds,
            interval=settings.group_interval.seconds,
            repeat=settings.repeat.seconds,
        ),
        inhibitions=routes.inhibitions(system) if inhibiting is None else inhibiting,
        mute_times=routes.mute_times(settings, clock),
    )


def _files(context: Context) -> tuple[File, ...]:
    keys = tuple(
        File(path=path, text=text, why="a receiver's key", secret=True)
        for path, text in routes.key_files(context).items()
    )
    text = configuration(context)
    return (File(path="alertmanager.yml", text=text, why="who is told of what, and when"), *keys)


def _watchdog(context: Context, owner: str) -> Workload:
    settings: Settings = context.settings
    argv = [
        "python",
        "-m",
        "seatrial.daemons.watchdog",
        "--host=${self.address}",
        "--port=${self.ports.http}",
        f"--silence={settings.watchdog_silence.seconds:g}",
        f"--name={context.system.name}",
        "--journal=${self.dir}/state/journal.jsonl",
    ]
    files: tuple[File, ...] = ()
    if context.rehearsal:
        sink = context.placement.endpoint(SINK, "http")
        team = next(iter(context.system.teams), "nobody")
        argv += [
            f"--slack-url=http://{sink}/slack/{team}-page",
            f"--pagerduty-url=http://{sink}/pagerduty/{team}-page/v2/enqueue",
            "--pagerduty-key-file=${self.dir}/key",
            f"--smtp={context.placement.endpoint(SINK, 'smtp')}",
            f"--email={team}-page@sink.example",
        ]
        files = (File(path="key", text=routes.PAGER_KEY, why="the pager's key", secret=True),)
    return Workload(
        name=WATCHDOG,
        origin=Origin.DAEMON,
        argv=tuple(argv),
        files=files,
        ports=WATCHDOG_PORTS,
        volumes=(Volume(name="state", path="state", durable=False),),
        ready=Probe(port="http", path="/readyz", deadline=30),
        owner=owner,
        after=(SINK,) if context.rehearsal else (),
        why="pages by itself when the alerting path falls silent",
    )


def _sink(owner: str) -> Workload:
    return Workload(
        name=SINK,
        origin=Origin.DAEMON,
        argv=(
            "python",
            "-m",
            "seatrial.daemons.sink",
            "--host=${self.address}",
            "--port=${self.ports.http}",
            "--smtp-port=${self.ports.smtp}",
            "--journal=${self.dir}/state/arrivals.jsonl",
        ),
        ports=SINK_PORTS,
        volumes=(Volume(name="state", path="state", durable=False),),
        ready=Probe(port="http", path="/readyz", deadline=30),
        owner=owner,
        why="takes the rehearsal's pages in place of Slack, PagerDuty and the mail server",
    )
