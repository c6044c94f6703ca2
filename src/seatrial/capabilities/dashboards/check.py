"""Where boards cannot serve whoever looks at them."""

from seatrial.capabilities.dashboards.boards import own
from seatrial.capabilities.dashboards.settings import Drawn
from seatrial.contract.capability import Intent
from seatrial.engines.prometheus.expressions import metrics_of
from seatrial.system.model import System
from seatrial.system.problem import Place, Problem
from seatrial.system.suggest import Suggester

# What products and libraries call their own figures: whether they are told, the proof sees.
_THEIRS = (
    *("node_", "container_", "pg_", "redis_", "mysql_", "nginx_", "nginxexporter_", "rabbitmq_"),
    *("probe_", "prometheus_", "alertmanager_", "scrape_", "journey_", "jaeger_", "otelcol_"),
    *("traces_", "vl_", "vmalert_", "process_", "python_", "go_", "jvm_", "nodejs_", "dotnet_"),
    *("http_server_", "http_client_", "db_client_", "messaging_", "seatrial_"),
)
_PLAIN = frozenset({"up", "ALERTS", "ALERTS_FOR_STATE", "target_info"})
_ENDINGS = ("_bucket", "_count", "_sum")


def check(intent: Intent) -> tuple[Problem, ...]:
    """Names that this file does not know, and panels that could show nothing."""
    found = [*_owner(intent.system, intent.settings.owner)]
    for title, drawn in intent.settings.panels.items():
        found += _panel(intent.system, title, drawn)
    return tuple(found)


def _owner(system: System, owner: str) -> tuple[Problem, ...]:
    if not owner or owner in system.teams:
        return ()
    return (
        Problem(
            "ST2201",
            system.place("dashboards", "owner"),
            f"unknown team {owner!r} in dashboards.owner",
            f"write one of {', '.join(system.teams)}",
        ),
    )


def _panel(system: System, title: str, drawn: Drawn) -> tuple[Problem, ...]:
    found = []
    if not own.where(system, drawn.board):
        there = (*own.PLACES, *system.services, *system.stores)
        cure = Suggester().cure(drawn.board, there, f"there are {', '.join(there)}")
        place = system.place("dashboards", "panels", title, "board")
        said = f"the panel {title!r} names no board: {drawn.board!r}"
        found.append(Problem("ST2202", place, said, cure))
    return (*found, *_query(system, title, drawn.query))


def _query(system: System, title: str, query: str) -> tuple[Problem, ...]:
    place = system.place("dashboards", "panels", title, "query")
    try:
        names = metrics_of(query.replace("$window", "1m"))
    except ValueError as error:
        said = f"the query of the panel {title!r} is not PromQL: {_sentence(error)}"
        return (Problem("ST2203", place, said, "mend it; Prometheus's own page tries it out"),)
    known = _known(system)
    return tuple(
        _unknown(place, title, name, known) for name in sorted(names) if not _tells(name, known)
    )


def _unknown(place: Place, title: str, name: str, known: frozenset[str]) -> Problem:
    otherwise = f"declare it: metrics: {{{name}: {{service: ..., kind: ..., meaning: ...}}}}"
    said = f"the panel {title!r} asks for {name}, which nothing here is known to tell"
    return Problem("ST2204", place, said, Suggester().cure(name, known, otherwise))


def _sentence(error: ValueError) -> str:
    return " ".join(str(error).split())


def _known(system: System) -> frozenset[str]:
    """What the file declares, and the histograms of requests that it names."""
    requests = {
        each.metrics.requests
        for each in system.services.values()
        if each.metrics is not None and each.metrics.requests
    }
    histograms = requests | {n for n, each in system.metrics.items() if each.kind == "histogram"}
    endings = {f"{name}{ending}" for name in histograms for ending in _ENDINGS}
    return frozenset({*system.metrics, *endings, *_PLAIN})


def _tells(name: str, known: frozenset[str]) -> bool:
    """A recorded series has a colon: whether it is recorded, the proof sees, too."""
    return name in known or ":" in name or name.startswith(_THEIRS)
