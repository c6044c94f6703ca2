"""One board a service: rate, errors, duration, saturation, what it needs, its releases."""

from seatrial.capabilities.dashboards.boards import contained, releases
from seatrial.capabilities.dashboards.boards.names import (
    HTTP,
    ROUTE,
    firing,
    leads,
    probed,
    rate,
    requested,
    uid,
)
from seatrial.contract.board import (
    WINDOW,
    Board,
    Kind,
    Panel,
    Query,
    Row,
    Scope,
    Unit,
    above,
    below,
)
from seatrial.engines.mysqld_exporter import workload as mysqld_exporter
from seatrial.engines.postgres_exporter import workload as postgres_exporter
from seatrial.engines.redis_exporter import workload as redis_exporter
from seatrial.system.model import Service, System

# what must show a fault, by the titles of the panels
ANSWER, READY, STORE_ANSWERS = "Replicas that answer", "Ready, asked from outside", "Answers"
STORE_UP = {
    "postgres": postgres_exporter.UP,
    "redis": redis_exporter.UP,
    **dict.fromkeys(mysqld_exporter.PRODUCTS, mysqld_exporter.UP),
}


def board(system: System, name: str, *, contained_: bool, beside: bool) -> Board:
    """The board of one service. `contained_`: each replica's container tells its figures."""
    service = system.services[name]
    rows = [
        Row(
            title="Is it there?",
            panels=(*_there(name, service, told=contained_), *releases.panels(name, service)),
        ),
        *_work(system, name, service),
    ]
    full = (*_process(name, service), *(contained.panels(name) if contained_ else ()))
    if full:
        rows.append(Row(title="Is it full?", panels=full))
    needs = _needs(system, name, service, beside=beside)
    if needs:
        rows.append(Row(title="Does it have what it needs?", panels=needs))
    return Board(
        uid=uid("service", name),
        title=f"Service {name}",
        summary=service.summary or f"The service {name}.",
        scope=Scope.SERVICE,
        rows=tuple(rows),
        subject=name,
        owner=service.owner or "",
        links=leads(name, traced=True),
        requirements=("R02.2", "R02.4"),
        depends=(f"services.{name}", "monitoring"),
    )


def answering(name: str, service: Service) -> Query | None:
    """How many of its replicas answer; None where nobody asks them."""
    if service.metrics is not None:
        which = f'{{kind="service",service="{name}"}}'
        own = service.metrics.kind != "nginx"
        return Query(
            expr=f"sum(up{which})" if own else seen("sum", "nginx_up", which), legend="replicas"
        )
    if probed(service):
        return Query(expr=f'sum(probe_success{{kind="probe",service="{name}"}})', legend="replicas")
    return None


def seen(of: str, told: str, which: str) -> str:
    """A gauge that an exporter tells of another; 0 where it hangs on that one, or is gone."""
    return f"{of}({told}{which}) or 0 * {of}(up{which})"


def _there(name: str, service: Service, *, told: bool) -> tuple[Panel, ...]:
    least = service.scale.min
    found: list[Panel] = []
    query = answering(name, service)
    if query is not None:
        found.append(
            Panel(
                title=ANSWER,
                unit=Unit.COUNT,
                queries=(query,),
                description=f"Of {least}. When one is missing, look at its last log lines; when "
                "all are, follow the runbook.",
                subject=name,
                thresholds=below(least, 1 if least > 1 else None),
                links=leads(name),
                alerts=("ServiceDown", "ReplicaDown"),
                width=6,
            )
        )
    if probed(service):
        seen = f'probe_success{{kind="probe",service="{name}"}}'
        found.append(
            Panel(
                title=READY,
                unit=Unit.YES_NO,
                queries=(Query(expr=f"min by (replica) ({seen})", legend="replica {{replica}}"),),
                description="1 while it says itself that it can work. When it is 0 and the replica "
                "answers, something that it needs is missing: see the last row.",
                subject=name,
                thresholds=below(1),
                links=leads(name),
                alerts=("ProbeFailing",),
                width=6,
            )
        )
    found.append(
        Panel(
            title="Alerts that fire",
            unit=Unit.COUNT,
            queries=(Query(expr=firing(f'service="{name}"'), legend="alerts"),),
            description="Each has a section in the runbook: begin there.",
            subject=name,
            kind=Kind.STAT,
            thresholds=above(None, 1),
            links=leads(name),
            width=6,
        )
    )
    if told:
        found.append(contained.age(name, service.owner or ""))
    return tuple(found)


def _work(system: System, name: str, service: Service) -> tuple[Row, ...]:
    """Rate, errors and duration of what it is asked to do."""
    spec = service.metrics
    if spec is not None and spec.kind == "nginx":
        return (Row(title="What is asked of it?", panels=_nginx(name)),)
    if spec is not None and spec.kind == "rabbitmq":
        return (Row(title="What waits in it?", panels=_rabbitmq(name)),)
    if spec is None or not requested(system, name):
        return ()
    every = f'{spec.requests}_count{{service="{name}"}}'
    failed = f'{spec.requests}_count{{service="{name}",{spec.status}=~"5.."}}'
    buckets = f'{spec.requests}_bucket{{service="{name}"}}'
    panels = [_requests(name, every, spec.status), _errors(name, every, failed)]
    panels += [_durations(name, buckets), _spread(name, buckets)]
    if spec.requests == HTTP:
        panels += [_routes(name, every), _slow_routes(name, buckets)]
    return (Row(title="What is asked of it, and how does it do?", panels=tuple(panels)),)


def _requests(name: str, every: str, status: str) -> Panel:
    return Panel(
        title="Requests",
        unit=Unit.PER_SECOND,
        queries=(Query(expr=f"sum by ({status}) ({rate(every)})", legend=f"{{{{{status}}}}}"),),
        description="By status. A sudden drop is an outage before it, in what calls it; a sudden "
        "rise is a client that retries, or an attack.",
        subject=name,
        links=leads(name, traced=True),
        stacked=True,
    )


def _errors(name: str, every: str, failed: str) -> Panel:
    whole = f"sum({rate(every)})"
    return Panel(
        title="Share of requests that fail",
        unit=Unit.SHARE,
        # no failed request is no series: it is none only where requests are seen
        queries=(
            Query(
                expr=f"(sum({rate(failed)}) or 0 * {whole}) / ({whole} > 0)", legend="5xx of all"
            ),
        ),
        description="Answers of 500 and above. Look at the traces of failed requests, then at what "
        "it needs; a release within the last minutes is rolled back first.",
        subject=name,
        thresholds=above(0.01, 0.5),
        links=leads(name, traced=True),
        alerts=("ServiceErrors",),
    )


def _durations(name: str, buckets: str) -> Panel:
    def quantile(share: float, title: str) -> Query:
        inner = f"sum by (le) ({rate(buckets)})"
        return Query(expr=f"histogram_quantile({share}, {inner})", legend=title)

    return Panel(
        title="Duration of requests",
        unit=Unit.SECONDS,
        queries=(quantile(0.5, "p50"), quantile(0.95, "p95"), quantile(0.99, "p99")),
        description="Half, 95 and 99 of 100 requests are faster. When p99 leaves p50 behind, a few "
        "requests wait for something: open a slow trace. When all rise, it is full.",
        subject=name,
        links=leads(name, traced=True),
    )


def _spread(name: str, buckets: str) -> Panel:
    return Panel(
        title="How long requests take",
        unit=Unit.SECONDS,
        queries=(Query(expr=f"sum by (le) (increase({buckets}[{WINDOW}]))", legend="{{le}}"),),
        description="Darker: more requests of that duration. Two bands are two kinds of requests, "
        "or one replica that is slower than the others.",
        subject=name,
        kind=Kind.HEATMAP,
        links=leads(name, traced=True),
    )


def _routes(name: str, every: str) -> Panel:
    return Panel(
        title="Busiest routes",
        unit=Unit.PER_SECOND,
        queries=(
            Query(expr=f"topk(10, sum by ({ROUTE}) ({rate(every)}))", legend=f"{{{{{ROUTE}}}}}"),
        ),
        description="What is asked for most. A route that is new here came with a release or with "
        "a new client.",
        subject=name,
        kind=Kind.BARS,
        links=leads(name, traced=True),
    )


def _slow_routes(name: str, buckets: str) -> Panel:
    inner = f"sum by (le, {ROUTE}) ({rate(buckets)})"
    return Panel(
        title="Slowest routes, p95",
        unit=Unit.SECONDS,
        queries=(
            Query(
                # a route that nobody asks for has no duration
                expr=f"topk(10, histogram_quantile(0.95, {inner}) >= 0)",
                legend=f"{{{{{ROUTE}}}}}",
            ),
        ),
        description="Begin with the first: a trace of it says where the time goes.",
        subject=name,
        kind=Kind.BARS,
        links=leads(name, traced=True),
    )


def _nginx(name: str) -> tuple[Panel, ...]:
    tags = f'{{kind="service",service="{name}"}}'
    handled, accepted = f"nginx_connections_handled{tags}", f"nginx_connections_accepted{tags}"
    return (
        Panel(
            title="Requests",
            unit=Unit.PER_SECOND,
            queries=(
                Query(
                    expr=f"sum by (replica) ({rate(f'nginx_http_requests_total{tags}')})",
                    legend="replica {{replica}}",
                ),
            ),
            description="stub_status tells no status codes: what users feel is on the board of the "
            "business. A sudden drop means that users do not reach it.",
            subject=name,
            links=leads(name, traced=True),
        ),
        Panel(
            title="Connections",
            unit=Unit.COUNT,
            queries=(
                Query(expr=f"sum(nginx_connections_active{tags})", legend="open"),
                Query(expr=f"sum(nginx_connections_writing{tags})", legend="being answered"),
                Query(expr=f"sum(nginx_connections_waiting{tags})", legend="idle"),
            ),
            description="When those being answered rise and requests do not, what is behind it has "
            "become slow.",
            subject=name,
            links=leads(name),
        ),
        Panel(
            title="Connections that were dropped",
            unit=Unit.PER_SECOND,
            queries=(
                Query(expr=f"sum({rate(accepted)}) - sum({rate(handled)})", legend="dropped"),
            ),
            description="Accepted and not handled: worker_connections or file descriptors are used "
            "up. Raise them, or add a replica.",
            subject=name,
            thresholds=above(None, 0.1),
            links=leads(name),
        ),
    )


def _rabbitmq(name: str) -> tuple[Panel, ...]:
    tags = f'{{kind="service",service="{name}"}}'
    return (
        Panel(
            title="Messages",
            unit=Unit.COUNT,
            queries=(
                Query(expr=f"sum(rabbitmq_queue_messages_ready{tags})", legend="waiting"),
                Query(expr=f"sum(rabbitmq_queue_messages_unacked{tags})", legend="in work"),
            ),
            description="Waiting messages that only rise: workers are too slow, too few, or gone.",
            subject=name,
            thresholds=above(None, 1000),
            links=leads(name),
            alerts=("QueueBacklog", "QueueWithoutConsumers"),
        ),
        Panel(
            title="Consumers",
            unit=Unit.COUNT,
            queries=(Query(expr=f"sum(rabbitmq_queue_consumers{tags})", legend="consumers"),),
            description="None: see why the workers are not connected.",
            subject=name,
            thresholds=below(1),
            links=leads(name),
            alerts=("QueueWithoutConsumers",),
        ),
    )


def _process(name: str, service: Service) -> tuple[Panel, ...]:
    spec = service.metrics
    if spec is None or spec.kind == "nginx":
        return ()
    prefix = "rabbitmq_" if spec.kind == "rabbitmq" else ""
    tags = f'{{kind="service",service="{name}"}}'
    used, most = f"{prefix}process_open_fds{tags}", f"{prefix}process_max_fds{tags}"
    return (
        Panel(
            title="File descriptors in use",
            unit=Unit.SHARE,
            queries=(
                Query(
                    expr=f"max by (replica) ({used} / {most})",
                    legend="replica {{replica}}",
                    empty="where its metrics tell no file descriptors",
                ),
            ),
            description="At the limit it refuses connections. A line that only rises is a leak: "
            "connections that are never closed.",
            subject=name,
            thresholds=above(0.6, 0.8),
            links=leads(name),
            alerts=("FileDescriptorsNearLimit",),
        ),
    )


def _needs(system: System, name: str, service: Service, *, beside: bool) -> tuple[Panel, ...]:
    queries = []
    for need in service.needs:
        if need in system.services:
            query = answering(need, system.services[need])
            if query is not None:
                queries.append(Query(expr=f"clamp_max({query.expr}, 1)", legend=need))
        elif need in system.stores and system.stores[need].engine in STORE_UP:
            queries.append(Query(expr=store_up(system, need, beside=beside), legend=need))
    if not queries:
        return ()
    return (
        Panel(
            title="What it needs answers",
            unit=Unit.YES_NO,
            queries=tuple(queries),
            description="1 while any replica of it answers. Of what is 0, open its board and call "
            "its owner: nothing here can be mended before.",
            subject=name,
            thresholds=below(1),
            links=leads(name, traced=True),
            width=12,
        ),
    )


def store_up(system: System, name: str, *, beside: bool) -> str:
    """Whether a store answers, as it can be seen."""
    store = system.stores[name]
    which = f'{{kind="store",service="{name}"}}'
    if beside and not store.measured:
        return f"max(probe_success{which})"
    return seen("max", STORE_UP[store.engine], which)
