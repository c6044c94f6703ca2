"""The boards as Grafana reads them: documents for a Grafana that somebody has."""

from functools import lru_cache

from seatrial.capabilities.dashboards.declare import REQUIREMENT
from seatrial.contract.board import Board, Onward
from seatrial.contract.capability import Context, Dialect
from seatrial.contract.output import File, Output
from seatrial.contract.placement import Endpoint
from seatrial.engines.prometheus import workload as prometheus

FOLDER = "grafana/provisioning"


def render(context: Context) -> Output:
    """A folder that a Grafana takes as its own; nothing where the system is not held to R02."""
    boards = context.declarations.boards
    if not context.system.promised(REQUIREMENT) or not boards:
        return Output()
    # the types of Grafana's SDK cost a tenth of a second, which who draws nothing need not pay
    from seatrial.engines.grafana import links, provisioning  # noqa: PLC0415

    source: Endpoint = context.placement.endpoint(prometheus.NAME, "http")
    address = links.addresses(
        context.placement,
        context.declarations.viewers,
        runbooks=context.declarations.runbooks_at,
    )
    files: list[File] = []
    if context.dialect is Dialect.FILES:  # a cluster's Grafana has its own way to its files
        files = [
            File(
                path=f"{FOLDER}/{provisioning.SOURCES_FILE}",
                text=provisioning.datasources(source),
                why="where Grafana reads figures",
            ),
            File(
                path=f"{FOLDER}/{provisioning.PROVIDERS_FILE}",
                text=provisioning.providers(context.system.name),
                why="where Grafana finds the boards",
            ),
        ]
    for board in boards:
        drawn = tuple((link, address(link)) for link in _links(board))
        files.append(
            File(
                path=f"{FOLDER}/{provisioning.BOARDS}/{board.uid}.json",
                text=_text(board, drawn, context.system.name),
                why=f"the board {board.title}",
            )
        )
    return Output(documents=tuple(files))


def _links(board: Board) -> tuple[Onward, ...]:
    own = (*board.links, *(link for panel in board.panels for link in panel.links))
    return tuple(dict.fromkeys(own))


@lru_cache(maxsize=4096)  # a system is planned twice: before the engines' versions are known
def _text(board: Board, drawn: tuple[tuple[Onward, str], ...], system: str) -> str:
    from seatrial.engines.grafana import model  # noqa: PLC0415 - as above

    return model.text(board, tags=(system,), address=dict(drawn).__getitem__)
