"""Alertmanager with its routes, the watchdog outside it, and in a rehearsal the sink."""

from dataclasses import replace

from seatrial.capabilities.alerting import audiences, operated, routes, windows
from seatrial.capabilities.alerting.declare import (
    SINK,
    SINK_PORTS,
    WATCHDOG,
    WATCHDOG_PORTS,
    owner_of,
)
from seatrial.capabilities.alerting.runbooks import documents
from seatrial.capabilities.alerting.settings import Settings
from seatrial.capabilities.alerting.unreached import unreached
from seatrial.contract.capability import Context, Dialect
from seatrial.contract.declaration import Window
from seatrial.contract.output import File, Origin, Output, Probe, Volume, Workload
from seatrial.engines.alertmanager import config, operator
from seatrial.engines.alertmanager import workload as alertmanager
from seatrial.engines.objects import Home
from seatrial.system.regions import called


def render(context: Context) -> Output:
    """Workloads of the alerting path, and a page for each subject's alerts."""
    owner = owner_of(context.system, context.settings)
    found = [_watchdog(context, owner, each) for each in context.regions]
    if context.rehearsal:
        found.append(_sink(owner))
    if context.dialect is Dialect.OPERATOR:
        return _operated(context, tuple(found), routes.secrets(_files(context)))
    servers = tuple(_server(context, owner, each) for each in context.regions)
    return Output(
        workloads=(*servers, *found), documents=documents(context), problems=unreached(context)
    )


def _server(context: Context, owner: str, region: str) -> Workload:
    """The Alertmanager of a region: one of a pair where there are several regions."""
    home, *others = context.regions
    name, guard = called(alertmanager.NAME, region, home), called(WATCHDOG, region, home)
    files = _files(context, region)
    pair = context.placement.of(name) if others else ()
    return alertmanager.workload(
        files,
        owner=owner,
        after=(guard, SINK) if context.rehearsal else (guard,),
        secrets=routes.secrets(files),
        name=name,
        region=region if others else "",
        peers=tuple(each.endpoint("gossip") for each in pair),
    )


def _operated(
    context: Context, workloads: tuple[Workload, ...], secrets: tuple[str, ...]
) -> Output:
    """Alertmanager as the operator's: the same routes, in its kinds."""
    home = Home(system=context.system.name, namespace=context.placement.namespace)
    settings: Settings = context.settings
    clock = routes.Clock.NEVER if context.rehearsal else routes.Clock.DECLARED
    told, problems = operated.in_utc(context.system, settings)
    routing = _routing(replace(context, settings=told), clock)
    return Output(
        workloads=workloads,
        documents=documents(context),
        objects=operator.objects(home, routing, keys=routes.key_files(context)),
        secrets=secrets,
        problems=(*problems, *unreached(context)),
    )


def configuration(
    context: Context,
    region: str = "",
    *,
    routing: tuple[config.Route, ...] | None = None,
    inhibiting: tuple[config.Inhibition, ...] | None = None,
    clock: routes.Clock | None = None,
    now: tuple[Window, ...] = (),
) -> str:
    """alertmanager.yml of a region, home's by default.

    A drill may bring other routes, inhibitions or hours, and windows that hold `now`.

    In a rehearsal no mute time is ever active unless `clock` says so, and no announced maintenance
    is in it at all: what it shows must not depend on the hour at which it runs, and to announce
    something must make no proof stale.
    """
    if clock is None:
        clock = routes.Clock.NEVER if context.rehearsal else routes.Clock.DECLARED
    told = _routing(context, clock, region, now)
    if routing is not None:
        told = replace(told, routes=(*routing, *audiences.routes(context)))
    if inhibiting is not None:
        told = replace(told, inhibitions=inhibiting)
    return config.configuration(told)


def _routing(
    context: Context, clock: routes.Clock, region: str = "", now: tuple[Window, ...] = ()
) -> config.Routing:
    settings: Settings = context.settings
    declared = context.declarations.windows if clock is routes.Clock.DECLARED else ()
    paging = routes.paging(settings)
    ways = windows.routed(
        routes.routes(context.system, settings),
        declared or now,
        config.Route(match={}, receiver=routes.FALLBACK, timing=paging),
    )
    return config.Routing(
        receivers=routes.receivers(context, region or context.regions[0]),
        routes=(*ways, *audiences.routes(context)),
        fallback=routes.FALLBACK,
        fallback_timing=paging,
        inhibitions=routes.inhibitions(context.system),
        mute_times=(
            *routes.mute_times(settings, clock),
            *windows.mute_times(declared or now, always=not declared),
        ),
        regional=len(context.regions) > 1,
    )


def _files(context: Context, region: str = "") -> tuple[File, ...]:
    keys = tuple(
        File(path=path, text=text, why="a receiver's key", secret=True)
        for path, text in routes.key_files(context).items()
    )
    text = configuration(context, region)
    return (File(path="alertmanager.yml", text=text, why="who is told of what, and when"), *keys)


def _watchdog(context: Context, owner: str, region: str) -> Workload:
    settings: Settings = context.settings
    home, *others = context.regions
    name = context.system.name
    argv = [
        "python",
        "-m",
        "seatrial.daemons.watchdog",
        "--host=${self.address}",
        "--port=${self.ports.http}",
        f"--silence={settings.watchdog_silence.seconds:g}",
        f"--name={name}-{region}" if others else f"--name={name}",
        f"--team={owner}",
        "--journal=${self.dir}/state/journal.jsonl",
    ]
    channels, files = _rehearsal(context, owner) if context.rehearsal else _real(context, owner)
    return Workload(
        name=called(WATCHDOG, region, home),
        origin=Origin.DAEMON,
        argv=(*argv, *channels),
        files=files,
        secrets=routes.secrets(files),
        ports=WATCHDOG_PORTS,
        volumes=(Volume(name="state", path="state", durable=False),),
        ready=Probe(port="http", path="/readyz", deadline=30),
        region=region if others else "",
        owner=owner,
        after=(SINK,) if context.rehearsal else (),
        why="pages by itself when the alerting path falls silent",
    )


_Channels = tuple[tuple[str, ...], tuple[File, ...]]
_PAGER = "https://events.pagerduty.com/v2/enqueue"


def _rehearsal(context: Context, team: str) -> _Channels:
    sink = context.placement.endpoint(SINK, "http")
    words = (
        f"--slack-url=http://{sink}/slack/{team}-page",
        f"--pagerduty-url=http://{sink}/pagerduty/{team}-page/v2/enqueue",
        "--pagerduty-key-file=${self.dir}/key",
        f"--smtp={context.placement.endpoint(SINK, 'smtp')}",
        f"--email={team}-page@sink.example",
    )
    return words, (File(path="key", text=routes.PAGER_KEY, why="the pager's key", secret=True),)


def _real(context: Context, team: str) -> _Channels:
    """The owner's own channels; the keys are files, which `ps` does not show."""
    settings: Settings = context.settings
    owner = context.system.teams.get(team)
    words: list[str] = []
    files: list[File] = []
    if owner is not None and owner.pager:
        words += [f"--pagerduty-url={_PAGER}", "--pagerduty-key-file=${self.dir}/key"]
        text = f"${{secret.{owner.pager}}}"
        files.append(File(path="key", text=text, why="the pager's key", secret=True))
    if settings.slack:
        words.append("--slack-url-file=${self.dir}/slack")
        text = f"${{secret.{settings.slack}}}"
        files.append(File(path="slack", text=text, why="Slack's webhook", secret=True))
    if settings.email is not None and owner is not None and owner.email:
        words += [
            f"--smtp={settings.email.smarthost}",
            f"--email={owner.email}",
            f"--email-from={settings.email.sender}",
            "--smtp-tls",  # as Alertmanager's own mails
        ]
        if settings.email.user and settings.email.password:
            words += [
                f"--smtp-user={settings.email.user}",
                "--smtp-password-file=${self.dir}/mail",
            ]
            text = f"${{secret.{settings.email.password}}}"
            files.append(File(path="mail", text=text, why="the mail server's key", secret=True))
    return tuple(words), tuple(files)


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
