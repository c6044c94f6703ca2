"""Prometheus with its files, and every exporter."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote

from seatrial.capabilities.metrics import containers, journeys
from seatrial.capabilities.metrics.asked import Spot
from seatrial.capabilities.metrics.declare import with_owner
from seatrial.capabilities.metrics.production import lacking
from seatrial.capabilities.metrics.rules import undiscovered
from seatrial.capabilities.metrics.settings import Settings
from seatrial.capabilities.metrics.targets import STORE_EXPORTERS, exported, login, service_port
from seatrial.contract.board import address_of
from seatrial.contract.capability import Context, Dialect
from seatrial.contract.declaration import AlertRule, RuleGroup, ScrapeTarget
from seatrial.contract.output import File, Output, Workload
from seatrial.contract.placement import Endpoint
from seatrial.engines.blackbox_exporter import workload as blackbox
from seatrial.engines.documents import seconds
from seatrial.engines.nginx_exporter import workload as nginx_exporter
from seatrial.engines.node_exporter import workload as node_exporter
from seatrial.engines.objects import Home
from seatrial.engines.prometheus import cluster, config, operator, rules
from seatrial.engines.prometheus import workload as prometheus
from seatrial.system.model import Service
from seatrial.system.probing import probers
from seatrial.system.scheme import scheme

SERVER = "prometheus.yml"


def render(context: Context) -> Output:
    """Every workload that collects metrics."""
    settings = with_owner(context.settings, tuple(context.system.teams))
    if context.dialect is Dialect.OPERATOR:
        return Output(
            workloads=_exporters(context, settings),
            objects=_objects(context, settings),
            problems=lacking(context),
        )
    server = prometheus.workload(
        server_files(context),
        retention=seconds(settings.retention.seconds),
        size=f"{settings.size.bytes // 2**20}MB",
        owner=settings.owner,
    )
    return Output(workloads=(server, *_exporters(context, settings)), problems=lacking(context))


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
    found = [blackbox.workload(owner=settings.owner), node_exporter.workload(owner=settings.owner)]
    if context.dialect is not Dialect.OPERATOR:
        found.append(containers.workload(owner=settings.owner))
    if system.journeys or context.declarations.checks:
        found += [
            journeys.workload(
                Spot(name=name, region=region, placement=placement),
                system,
                rehearsal=context.rehearsal,
                owner=settings.owner,
                declared=context.declarations,
            )
            for name, region in probers(system).items()
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
                name,
                location.replica,
                _page(placement.beside(location, service_port(service)), service),
                owner=service.owner or "",
            )
            for location in placement.of(name)
        )
    return tuple(found)


def _page(endpoint: Endpoint, service: Service) -> str:
    """The URL of a service's metrics page there."""
    path = service.metrics.path if service.metrics is not None else "/"
    return f"{scheme(service_port(service))}://{endpoint}{path}"


def configuration(context: Context, targets: Iterable[ScrapeTarget]) -> str:
    """prometheus.yml with the jobs of these targets."""
    return config.configuration(
        jobs=config.scrapes(targets),
        external_labels={"cluster": context.system.name},
        alertmanagers=tuple(
            context.placement.endpoint(each.workload, each.port)
            for each in context.declarations.notifiers
        ),
        evaluation=context.settings.slow_scrape.seconds,
    )


def server_files(context: Context) -> tuple[File, ...]:
    """Prometheus's configuration, its targets, its rules and their tests."""
    declared = context.declarations
    text = configuration(context, declared.targets)
    files = [File(path=SERVER, text=text, why="what Prometheus scrapes and evaluates")]
    files += [
        File(path=f"targets/{job}.json", text=text, why=f"the targets of the job {job}")
        for job, text in config.target_files(declared.targets, context.placement).items()
    ]
    links = links_of(context)
    for name, groups in rules.files(declared.groups).items():
        files.append(
            File(
                path=rules.path(name),
                text=rule_text(context, groups),
                why=f"alerts and recorded figures: {name}",
            )
        )
        files.append(
            File(
                path=f"tests/{name}.yml",
                text=rules.test_file(f"../rules/{name}.yml", groups, links=links),
                why=f"makes each alert of {name} fire and clear in promtool",
            )
        )
    return tuple(files)


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
