"""Which release of a service ran when: what it says of itself, or what its image is called."""

from seatrial.capabilities.dashboards.boards.names import leads
from seatrial.contract.board import Panel, Query, Unit
from seatrial.contract.declaration import RecordingRule, RuleGroup
from seatrial.system.model import Service, System

_INFO = "target_info"  # of OpenTelemetry: the resource's attributes as labels
_VERSION = "service_version"
_IMAGE = "service:replicas_of_image:sum"
_EVERY = 15.0
_SILENT = "where it tells no version: see `target_info` in the page on instrumentation"


def panels(name: str, service: Service) -> tuple[Panel, ...]:
    """How many replicas run which release; none where nothing could tell."""
    tags = f'{{kind="service",service="{name}"}}'
    queries = []
    if service.metrics is not None and service.metrics.kind == "prometheus":
        queries.append(
            Query(
                expr=f"count by ({_VERSION}) ({_INFO}{tags})",
                legend=f"{{{{{_VERSION}}}}}",
                empty=_SILENT,
            )
        )
    if imaged(service):
        queries.append(
            Query(expr=f'sum by (image) ({_IMAGE}{{service="{name}"}})', legend="{{image}}")
        )
    if not queries:
        return ()
    return (
        Panel(
            title="Which release runs",
            unit=Unit.COUNT,
            queries=tuple(queries),
            description="Replicas by release. Where a fault begins with a new line, roll that "
            "release back first and look for its cause after. Two lines for long: a rollout that "
            "stands still.",
            subject=name,
            links=leads(name, traced=True),
            stacked=True,
            width=6,
        ),
    )


def imaged(service: Service) -> bool:
    """Whether the file names what it is made of, and something tells how many of it answer."""
    return service.image is not None and service.metrics is not None


def recorded(system: System) -> tuple[RuleGroup, ...]:
    """Series that remember which image each service had: the file only knows today's."""
    records = tuple(
        RecordingRule(
            record=_IMAGE,
            expr=f'sum({_up(service)}{{kind="service",service="{name}"}})',
            labels={"service": name, "image": called(service.image or "")},
        )
        for name, service in system.services.items()
        if imaged(service)
    )
    return (RuleGroup(name="releases", interval=_EVERY, records=records),) if records else ()


def _up(service: Service) -> str:
    """An nginx is told of by an exporter, which answers for itself."""
    nginx = service.metrics is not None and service.metrics.kind == "nginx"
    return "nginx_up" if nginx else "up"


def called(image: str) -> str:
    """An image's tag, or the beginning of its digest: what tells releases apart."""
    name, _, digest = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return tag or digest.removeprefix("sha256:")[:12] or "latest"
