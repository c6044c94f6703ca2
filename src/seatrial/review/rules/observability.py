"""Observability: whether anybody would notice."""

from collections.abc import Iterator

from seatrial.review.lines import manifest, seatrial, service
from seatrial.review.products import STORES, Kind
from seatrial.review.risk import Risk
from seatrial.review.rule import Cures, Rule, Seen, missing, seen
from seatrial.review.subject import Source, Subject, exposed
from seatrial.system.importers.sketch import Container

_LABELS = ("prometheus.io/scrape", "prometheus_scrape", "metrics.port", "prometheus-port")


def shows_metrics(each: Container) -> bool:
    """Whether the files say that it shows metrics: a monitor, a label, or a port of that name."""
    if each.metrics is not None:
        return True
    labels = {key.casefold() for key in each.labels}
    return any(key.endswith(_LABELS) for key in labels) or any(
        "metrics" in port.name.casefold() for port in each.ports
    )


def _no_metrics(subject: Subject) -> Iterator[Seen]:
    if subject.system is not None:
        for name, each in subject.system.services.items():
            if each.metrics is None:
                yield Seen(
                    subject=name,
                    place=subject.system.place("services", name),
                    summary=f"{name} shows no metrics",
                )
        return
    if not subject.has(Kind.METRICS) and not any(map(shows_metrics, subject.containers)):
        yield missing(subject, "nothing here measures the services: no metrics store, no port")


def _no_alerts(subject: Subject) -> Iterator[Seen]:
    if not subject.has(Kind.ALERTS):
        yield missing(subject, "nothing here tells anybody when a service is down")


def _no_traces(subject: Subject) -> Iterator[Seen]:
    several = sum(1 for _ in subject.own()) > 1
    told = any(one.name.startswith("OTEL_") for each in subject.containers
               for one in each.variables)  # fmt: skip
    if several and not told and not subject.has(Kind.TRACES):
        yield missing(subject, "a request that crosses these services cannot be followed")


def _no_probe(subject: Subject) -> Iterator[Seen]:
    edge = [each for each in subject.running() if exposed(each)]
    if edge and not subject.has(Kind.PROBE):
        yield missing(subject, f"nothing looks at {edge[0].name} from outside, as a user would")


def _unwatched_store(subject: Subject) -> Iterator[Seen]:
    if not subject.has(Kind.METRICS):
        return  # told by A1301
    exporters = " ".join(
        f"{each.name} {each.image}".casefold() for each, _ in subject.of_kind(Kind.EXPORTER)
    )
    for each, product in subject.of_kind(*STORES):
        words = (product.name.casefold(), product.name.casefold().removesuffix("ql"))
        if not any(word in exporters for word in words) and not shows_metrics(each):
            yield seen(each, "", f"{each.name} ({product.name}) has no exporter")


def _no_slo(subject: Subject) -> Iterator[Seen]:
    if subject.system is None:
        yield missing(subject, "no objective says how good is good enough")
        return
    named = {each.service for each in subject.system.slos.values()}
    journeys = {each.journey for each in subject.system.slos.values()}
    for name in subject.system.journeys:
        if name not in journeys:
            yield Seen(
                subject=name,
                place=subject.system.place("journeys", name),
                summary=f"the journey {name} has no objective",
                facts={"what": "journey"},
            )
    started = {each.start for each in subject.system.journeys.values()}
    for name, each in subject.system.services.items():
        if each.exposed and name not in named and name not in started:
            yield Seen(
                subject=name,
                place=subject.system.place("services", name),
                summary=f"users reach {name}, and it has no objective",
                facts={"what": "service"},
            )


def _no_journey(subject: Subject) -> Iterator[Seen]:
    if subject.system is None:
        return
    started = {each.start for each in subject.system.journeys.values()}
    for name, each in subject.system.services.items():
        if each.exposed and name not in started:
            yield Seen(
                subject=name,
                place=subject.system.place("services", name),
                summary=f"users reach {name}, and no journey says what they do there",
            )


_INIT = "`seatrial init --from` writes a seatrial.yaml; `seatrial up` runs it beside your project"
_MONITORED = seatrial(
    lambda subject, _: (
        {"services": {next(iter(subject.containers)).name: {"metrics": {"port": "http"}}}}
        if subject.containers
        else {"promises": ["R01"]}
    ),
    note=_INIT,
)


def _promise(*ids: str) -> dict[Source, Cures]:
    found = seatrial({"promises": list(ids)}, note=_INIT)
    return {Source.COMPOSE: found, Source.KUBERNETES: found}


def _slo(subject: Subject, found: Seen) -> dict[str, object]:
    what = found.facts.get("what", "service")
    name = found.subject
    if subject.system is None:
        name = next((each.name for each in subject.running() if exposed(each)), "SERVICE")
    objective = {what: name, "availability": 99.9, "window": "30d"}
    return {"slos": {name: objective}}


_SLO = seatrial(_slo)
_SLO_INIT = seatrial(_slo, note=_INIT)

RULES = (
    Rule(
        id="A1301",
        title="no metrics",
        requirements=("R01.2",),
        risk=Risk.HIGH,
        because="What is not measured is noticed by users first.",
        text="No metrics store is among the containers, and none shows metrics (a port named "
        "metrics, a label such as prometheus.io/scrape). In a seatrial.yaml each service without "
        "`metrics` is told. Monitoring of the host or the cluster is not seen.",
        looks=_no_metrics,
        cures={
            Source.COMPOSE: _MONITORED,
            Source.KUBERNETES: _MONITORED,
            Source.SEATRIAL: service({"metrics": {"port": "http", "path": "/metrics"}}),
        },
    ),
    Rule(
        id="A1302",
        title="no alerts",
        requirements=("R03.1", "R03.3"),
        risk=Risk.HIGH,
        because="An outage lasts until a user complains.",
        text="No alert router is among the containers. seatrial brings rules and routes for what "
        "a seatrial.yaml describes, so that one is not meant.",
        looks=_no_alerts,
        cures=_promise("R01", "R03"),
    ),
    Rule(
        id="A1303",
        title="no tracing",
        requirements=("R04.2",),
        risk=Risk.LOW,
        because="The slow one of ten services is found by guessing.",
        text="Several services of yours, no trace store, and no variable of OpenTelemetry. A "
        "single service is not meant.",
        looks=_no_traces,
        cures={
            Source.COMPOSE: manifest(
                {"services": {"jaeger": {"image": "jaegertracing/jaeger:VERSION"}}},
                note="and OTEL_EXPORTER_OTLP_ENDPOINT for each service",
            ),
            Source.KUBERNETES: manifest(
                {"kind": "OpenTelemetryCollector", "metadata": {"name": "traces"}}
            ),
        },
    ),
    Rule(
        id="A1304",
        title="nothing looks from outside",
        requirements=("R06.1",),
        risk=Risk.MEDIUM,
        because="DNS, certificates and the edge fail without any container noticing.",
        text="Something is published, and no prober is among the containers. One that runs "
        "elsewhere, as it should, is not seen: write an exception that says where.",
        looks=_no_probe,
        cures={
            Source.COMPOSE: (
                _outside := seatrial(
                    {"journeys": {"visit": {"start": "SERVICE", "steps": [{"get": "/"}]}}},
                    note=_INIT,
                )
            ),
            Source.KUBERNETES: _outside,
        },
    ),
    Rule(
        id="A1305",
        title="a store that nothing measures",
        requirements=("R01.2", "R03.1"),
        risk=Risk.MEDIUM,
        because="Connections, locks and the disk run out unseen.",
        text="A metrics store is there, but no exporter for a database, cache or queue. Without "
        "any metrics store A1301 speaks. seatrial brings the exporters of PostgreSQL, Redis, "
        "MariaDB and MySQL.",
        looks=_unwatched_store,
        cures={
            Source.COMPOSE: (
                _exporter := manifest(
                    lambda _, found: {
                        "services": {f"{found.subject}-exporter": {"image": "EXPORTER:VERSION"}}
                    },
                    note="the product's own exporter",
                )
            ),
            Source.KUBERNETES: _exporter,
        },
    ),
    Rule(
        id="A1306",
        title="no objective",
        requirements=("R06.4",),
        risk=Risk.MEDIUM,
        because="Without one, every blip pages or none does.",
        text="A journey, or a service that users reach, has no SLO. Compose and Kubernetes have "
        "no word for it: there it is told once.",
        looks=_no_slo,
        cures={
            Source.COMPOSE: _SLO_INIT,
            Source.KUBERNETES: _SLO_INIT,
            Source.SEATRIAL: _SLO,
        },
    ),
    Rule(
        id="A1307",
        title="no journey",
        requirements=("R06.2", "R12.1"),
        risk=Risk.MEDIUM,
        because="Nothing exercises what users come for, neither probes nor load.",
        text="Users reach a service (`exposed: true`) at which no journey starts.",
        looks=_no_journey,
        cures={
            Source.SEATRIAL: seatrial(
                lambda _, found: {
                    "journeys": {
                        "visit": {"owner": "TEAM", "start": found.subject, "steps": [{"get": "/"}]}
                    }
                }
            )
        },
    ),
)
