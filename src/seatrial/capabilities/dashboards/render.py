"""The boards as Grafana reads them: for one that somebody has, or one of the system's own."""

from functools import lru_cache

from seatrial.capabilities.dashboards.declare import REQUIREMENT
from seatrial.capabilities.dashboards.settings import Settings
from seatrial.contract.board import Board, Onward
from seatrial.contract.capability import Context, Dialect
from seatrial.contract.output import File, Output, Workload
from seatrial.contract.placement import Endpoint
from seatrial.engines.grafana import links, provisioning, workload
from seatrial.engines.jaeger import workload as jaeger
from seatrial.engines.prometheus import workload as prometheus
from seatrial.system.ownership import first_team
from seatrial.system.regions import CENTRE

FOLDER = "grafana/provisioning"


def render(context: Context) -> Output:
    """A folder that a Grafana takes as its own; nothing where the system is not held to R02.

    With a Grafana of the system's own the same files are that one's, too.
    """
    boards = context.declarations.boards
    if not context.system.promised(REQUIREMENT) or not boards:
        return Output()
    texts = documents(context)
    # a cluster's Grafana has its own way to its files
    there = context.dialect is Dialect.FILES
    own = provided(context, provisioning.HOME) if there else {}
    files = [
        *(File(path=f"{FOLDER}/{path}", text=text, why=_WHY[path]) for path, text in own.items()),
        *(
            File(
                path=f"{FOLDER}/{provisioning.BOARDS}/{board.uid}.json",
                text=texts[board.uid],
                why=f"the board {board.title}",
            )
            for board in boards
        ),
    ]
    return Output(workloads=_grafana(context, texts), documents=tuple(files))


def running(context: Context) -> bool:
    """Whether a Grafana of the system's own runs: it was asked for, and can be had.

    Before the versions of the engines are known it is taken for there: then it is looked for.
    """
    asked = context.settings.grafana and context.placement.has(workload.NAME)
    return asked and (not context.versions or workload.NAME in context.versions)


def documents(context: Context) -> dict[str, str]:
    """The JSON of each board, by its uid."""
    address = links.addresses(
        context.placement,
        context.declarations.viewers,
        runbooks=context.declarations.runbooks_at,
    )
    return {
        board.uid: _text(
            board, tuple((link, address(link)) for link in _links(board)), context.system.name
        )
        for board in context.declarations.boards
    }


def provided(context: Context, home: str) -> dict[str, str]:
    """Where Grafana reads figures, logs and traces, and where its boards are; by their paths."""
    placement = context.placement

    def at(name: str, port: str) -> Endpoint | None:
        return placement.endpoint(name, port) if placement.has(name) else None

    return {
        provisioning.SOURCES_FILE: provisioning.datasources(
            placement.endpoint(prometheus.NAME, "http"),
            centre=at(CENTRE, "http"),
            logs=at("victorialogs", "http"),
            traces=at(jaeger.NAME, jaeger.QUERY),
        ),
        provisioning.PROVIDERS_FILE: provisioning.providers(context.system.name, home),
    }


_WHY = {
    provisioning.SOURCES_FILE: "where Grafana reads figures, logs and traces",
    provisioning.PROVIDERS_FILE: "where Grafana finds the boards",
}


def _grafana(context: Context, texts: dict[str, str]) -> tuple[Workload, ...]:
    if not running(context):
        return ()
    settings: Settings = context.settings
    found = provided(context, f"${{self.dir}}/{workload.HOME}")
    found |= {f"{provisioning.BOARDS}/{uid}.json": text for uid, text in texts.items()}
    owner = settings.owner or first_team(context.system.teams)
    return (workload.workload(found, owner=owner, after=(prometheus.NAME,)),)


def _links(board: Board) -> tuple[Onward, ...]:
    own = (*board.links, *(link for panel in board.panels for link in panel.links))
    return tuple(dict.fromkeys(own))


@lru_cache(maxsize=4096)  # a system is planned twice: before the engines' versions are known
def _text(board: Board, drawn: tuple[tuple[Onward, str], ...], system: str) -> str:
    from seatrial.engines.grafana import model  # noqa: PLC0415 - it costs a tenth of a second

    return model.text(board, tags=(system,), address=dict(drawn).__getitem__)
