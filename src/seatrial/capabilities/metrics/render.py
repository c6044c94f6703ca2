"""Prometheus with its files, and every exporter."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from urllib.parse import quote

from seatrial.capabilities.metrics import containers, journeys
from seatrial.capabilities.metrics.asked import Spot
from seatrial.capabilities.metrics.declare import with_owner
from seatrial.capabilities.metrics.federation import centre
from seatrial.capabilities.metrics.production import lacking
from seatrial.capabilities.metrics.rules import undiscovered
from seatrial.capabilities.metrics.settings import Settings
from seatrial.capabilities.metrics.targets import STORE_EXPORTERS, exported, login, service_port
from seatrial.contract.board import address_of
from seatrial.contract.capability import Context, Dialect
from seatrial.contract.declaration import AlertRule, RuleGroup, ScrapeTarget
from seatrial.contract.output import File, Output, Workload
from seatrial.contract.placement import Endpoint, Location
from seatrial.engines.blackbox_exporter import workload as blackbox
from seatrial.engines.documents import seconds
from seatrial.engines.nginx_exporter import workload as nginx_exporter
from seatrial.engines.node_exporter import workload as node_exporter
from seatrial.engines.objects import Home
from seatrial.engines.prometheus import cluster, config, operator, rules
from seatrial.engines.prometheus import workload as prometheus
from seatrial.system import regions
from seatrial.system.model import Service
from seatrial.system.probing import probers, stationed
from seatrial.system.scheme import scheme
from seatrial.system.units import Size

SERVER = "prometheus.yml"
AS_DECLARED: Mapping[str, str] = {}


def render(context: Context) -> Output:
    """Every workload that collects metrics."""
    settings = with_owner(context.settings, tuple(context.system.teams))
    if context.dialect is Dialect.OPERATOR:
        return Output(
            workloads=_exporters(context, settings),
            objects=_objects(context, settings),
            problems=lacking(context),
        )
    own = (_centre(context, settings),) if centre.ours(context) else ()
    return Output(
        workloads=(*_servers(context, settings), *own, *_exporters(context, settings)),
        documents=_elsewhere(context),
        problems=lacking(context),
    )


def _servers(context: Context, settings: Settings) -> Iterable[Workload]:
    """The Prometheus of each region: a pair where there are several."""
    for region in context.regions:
        files = server_files(context, region)
        yield prometheus.workload(
            (*files, *centre.keys(context)),
            name=centre.server(region, context),
            region=region if centre.joined(context) else "",
            replicas=centre.PAIR if centre.joined(context) else 1,
            writes=centre.joined(context),
            retention=seconds(settings.retention.seconds),
            size=_megabytes(settings.size),
            owner=settings.owner,
            secrets=tuple({settings.centre.token} if centre.keys(context) else ()),
        )


def _centre(context: Context, settings: Settings) -> Workload:
    """A Prometheus that others write to: it scrapes nothing, and pages of whole regions."""
    text = config.configuration(
        jobs=(),
        external_labels={"cluster": context.system.name},
        alertmanagers=context.declarations.told(context.placement, centre.region_of(context)),
        evaluation=settings.slow_scrape.seconds,
        joined=config.Joined(late=centre.LATE),
    )
    files = File(path=SERVER, text=text, why="what the centre evaluates, and whom it tells")
    return prometheus.workload(
        (files, *_rule_files(context, centre=True)),
        name=centre.NAME,
        region=centre.region_of(context),
        receives=True,
        retention=seconds(settings.centre.retention.seconds),
        size=_megabytes(settings.centre.size),
        owner=settings.owner,
        why="stores what all regions write to it, and pages when one falls silent",
    )


def _elsewhere(context: Context) -> tuple[File, ...]:
    """The rules that somebody else's centre is to evaluate."""
    if not centre.joined(context) or centre.ours(context):
        return ()
    return tuple(
        replace(each, path=f"centre/{each.path}") for each in _rule_files(context, centre=True)
    )


def _megabytes(size: Size) -> str:
    return f"{size.bytes // 2**20}MB"


def _objects(context: Context, settings: Settings) -> tuple[File, ...]:
    """Prometheus as the operator's, with what it scrapes and evaluates."""
    placement, declared = context.placement, context.declarations
    home = Home(system=context.system.name, namespace=placement.namespace)
    server = cluster.server(
        home,
        notifiers=declared.notifiers,
        retention=settings.retention.seconds,
        size=settings.size.bytes,
        evaluation=settings.slow_scrape.seconds,
    )
    groups = (*declared.groups, *undiscovered(operator.subjects(declared.targets), placement))
    return (
        server,
        *operator.monitors(declared.targets, placement, home),
        *operator.rule_objects(groups, links=links_of(context), placement=placement, home=home),
    )


def _exporters(context: Context, settings: Settings) -> tuple[Workload, ...]:
    system, placement = context.system, context.placement
    found = [*_watchers(context, settings)]
    if system.journeys or context.declarations.checks:
        found += [
            journeys.workload(
                Spot(
                    name=name,
                    region=region,
                    placement=placement,
                    regions=len(probers(system)),
                    run=context.regions,
                ),
                system,
                rehearsal=context.rehearsal,
                owner=settings.owner,
                declared=context.declarations,
            )
            for name, region in stationed(system, rehearsal=context.rehearsal).items()
        ]
    for name, store in system.stores.items():
        if exported(store, beside=context.beside):
            exporter = STORE_EXPORTERS[store.engine]
            port = next(iter(placement.of(name)[0].ports))
            user, secret = login(system, name, beside=context.beside)
            found.append(
                exporter.workload(
                    name,
                    placement.endpoint(name, port),
                    user=user,
                    secret=secret,
                    owner=store.owner or "",
                )
            )
    for name, service in system.services.items():
        if service.metrics is None or service.metrics.kind != "nginx":
            continue
        found.extend(
            nginx_exporter.workload(
                location.workload,
                location.replica,
                _page(placement.beside(location, service_port(service)), service),
                owner=service.owner or "",
            )
            for location in _everywhere(context, name, service)
        )
    return tuple(found)


def _everywhere(context: Context, name: str, service: Service) -> Iterable[Location]:
    """Every replica of a service, region by region."""
    own = regions.of(service, context.regions)
    for region in own:
        yield from context.placement.of(regions.called(name, region, own[0]))


def _watchers(context: Context, settings: Settings) -> Iterable[Workload]:
    """What looks at the machines, the containers and the exposed services of each region."""
    several = centre.joined(context)
    told = context.dialect is not Dialect.OPERATOR  # a cluster's own kubelets tell of containers
    for region in context.regions:
        for each, made in (
            (blackbox.NAME, blackbox.workload),
            (node_exporter.NAME, node_exporter.workload),
            *(((containers.NAME, containers.workload),) if told else ()),
        ):
            name = regions.called(each, region, context.regions[0])
            yield made(owner=settings.owner, name=name, region=region if several else "")


def _page(endpoint: Endpoint, service: Service) -> str:
    """The URL of a service's metrics page there."""
    path = service.metrics.path if service.metrics is not None else "/"
    return f"{scheme(service_port(service))}://{endpoint}{path}"


def configuration(
    context: Context,
    targets: Iterable[ScrapeTarget],
    region: str = "",
    *,
    labels: Mapping[str, str] = AS_DECLARED,
) -> str:
    """prometheus.yml of a region (home's by default) with the jobs of these targets.

    A drill may bring other external `labels`.
    """
    region = region or context.regions[0]
    return config.configuration(
        jobs=config.scrapes(of_region(context, targets, region)),
        external_labels={**centre.labels(context, region), **labels},
        alertmanagers=context.declarations.told(context.placement, region),
        evaluation=context.settings.slow_scrape.seconds,
        joined=centre.writing(context, region),
    )


def of_region(
    context: Context, targets: Iterable[ScrapeTarget], region: str
) -> tuple[ScrapeTarget, ...]:
    """Those of the targets that are in the region.

    All probers are home's: what users see is voted on, and that takes every voice in one place.
    """
    if not centre.joined(context):
        return tuple(targets)
    voices, home = probers(context.system), context.regions[0]
    return tuple(
        each
        for each in targets
        if region
        == (home if each.workload in voices else context.placement.of(each.workload)[0].region)
    )


def server_files(context: Context, region: str = "") -> tuple[File, ...]:
    """A Prometheus's configuration, its targets, its rules and their tests; home's by default."""
    region = region or context.regions[0]
    targets = of_region(context, context.declarations.targets, region)
    text = configuration(context, targets, region)
    files = [File(path=SERVER, text=text, why="what Prometheus scrapes and evaluates")]
    files += [
        File(path=f"targets/{job}.json", text=text, why=f"the targets of the job {job}")
        for job, text in config.target_files(targets, context.placement).items()
    ]
    return (*files, *_rule_files(context, centre=False))


def _rule_files(context: Context, *, centre: bool) -> Iterable[File]:
    """The rules that are evaluated in each region, or at the centre, with their tests."""
    links = links_of(context)
    own = (each for each in context.declarations.groups if each.centre is centre)
    for name, groups in rules.files(own).items():
        yield File(
            path=rules.path(name),
            text=rule_text(context, groups),
            why=f"alerts and recorded figures: {name}",
        )
        yield File(
            path=f"tests/{name}.yml",
            text=rules.test_file(f"../rules/{name}.yml", groups, links=links),
            why=f"makes each alert of {name} fire and clear in promtool",
        )


def rule_text(
    context: Context, groups: tuple[RuleGroup, ...], links: rules.Links | None = None
) -> str:
    """The text of a rule file, for the version that will read it."""
    version = context.versions.get("prometheus", "3")
    return rules.rule_file(groups, links=links or links_of(context), version=version)


@lru_cache(maxsize=256)  # a rule file and its test tell the same links
def _quoted(expression: str) -> str:
    return quote(expression, safe="")


def links_of(context: Context) -> rules.Links:
    """What each alert carries: where its runbook is, and where its figures can be looked at."""
    settings = with_owner(context.settings, tuple(context.system.teams))
    server, drawn = context.placement.endpoint(prometheus.NAME, "http"), context.declarations.drawn

    def links(alert: AlertRule) -> Mapping[str, str]:
        panel = address_of(drawn, alert.name, alert.subject)
        return {
            "runbook_url": f"{settings.runbooks}{alert.subject}.md#{alert.name.lower()}",
            "panel_url": panel or f"http://{server}/graph?g0.expr={_quoted(alert.expr)}",
        }

    return links
