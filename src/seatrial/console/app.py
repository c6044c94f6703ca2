"""The pages and their addresses: boards as Grafana writes them (`/d/UID?from=...&to=...`).

Everything comes from this server: the page's content security policy allows nothing else. What is
asked for by a name that is not this machine's is refused, so that no page of another site can read
it through the reader's browser (DNS rebinding).
"""

from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from seatrial.app.boards import NoSuchBoard, Source, Span, Unreadable, read
from seatrial.app.refused import Refused
from seatrial.console import view
from seatrial.console.links import ways
from seatrial.console.runbook import page as runbook_page
from seatrial.contract.board import Board
from seatrial.contract.runtime import RuntimeFailure

_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
_POLICY += " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
_NOT_FOUND, _BAD, _FAILED = 404, 400, 503
VENDOR = Path(str(files("seatrial.console"))) / "static/vendor"
CHARTS = "uPlot.iife.min.js"


def application(source: Source, hosts: tuple[str, ...]) -> Starlette:
    """The application; `hosts` are the names by which it may be asked."""
    pages = _Pages(source)
    static = StaticFiles(packages=[("seatrial.console", "static")])
    return Starlette(
        routes=[
            Route("/", pages.first),
            Route("/d/{uid}", pages.told(pages.board)),
            Route("/d/{uid}/panels", pages.told(pages.panels)),
            Route("/runbooks/{subject}", pages.told(pages.runbook)),
            Route("/livez", lambda _: PlainTextResponse("ok\n")),
            Mount("/static", static),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))],
    )


Answer = Callable[[Request], Awaitable[Response]]


class _Pages:
    """The pages of one source."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._templates = Environment(
            loader=PackageLoader("seatrial.console"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def told(self, page: Answer) -> Answer:
        """The page, or what is wrong in words."""

        async def answer(request: Request) -> Response:
            try:
                return await page(request)
            except NoSuchBoard as error:
                return self._wrong(request, _NOT_FOUND, str(error))
            except Unreadable as error:
                return self._wrong(request, _BAD, str(error))
            except Refused as refused:
                told = "; ".join(f"{each.summary}: {each.cure}" for each in refused.problems[:3])
                return self._wrong(request, _FAILED, f"the file is refused: {told}")
            except RuntimeFailure as failure:
                return self._wrong(request, _FAILED, f"{failure.summary}; {failure.cure}")

        return answer

    async def first(self, _: Request) -> Response:
        """The first board."""
        boards = self._source.boards
        return RedirectResponse(f"/d/{boards[0].uid}" if boards else "/d/none")

    async def board(self, request: Request) -> Response:
        """The page of a board."""
        board, span = self._asked(request)
        values = await run_in_threadpool(self._values, request, board, span)
        return self._page("board.html", **values)

    async def panels(self, request: Request) -> Response:
        """Its panels alone, for a page that is open already."""
        board, span = self._asked(request)
        values = await run_in_threadpool(self._values, request, board, span)
        return self._page("panels.html", **values)

    async def runbook(self, request: Request) -> Response:
        """What to do when an alert of a subject arrives."""
        subject = request.path_params["subject"]
        text = self._source.runbook(subject)
        if text is None:
            return self._wrong(request, _NOT_FOUND, f"there is no runbook of {subject}")
        return self._page(
            "runbook.html",
            **self._frame(request),
            title=f"Runbook of {subject}",
            blocks=runbook_page(text),
        )

    def _asked(self, request: Request) -> tuple[Board, Span]:
        board = self._source.board(request.path_params["uid"])
        query = request.query_params
        return board, read(query.get("from", "now-1h"), query.get("to", "now"), self._source.now)

    def _frame(self, request: Request) -> dict[str, Any]:
        """What every page has around it."""
        plan = self._source.plan
        return {
            "system": plan.system.name,
            "groups": view.grouped(plan.declarations.boards),
            "uid": request.path_params.get("uid", ""),
            "charts": (VENDOR / CHARTS).is_file(),
            "query": "",
        }

    def _values(self, request: Request, board: Board, span: Span) -> dict[str, Any]:
        plan = self._source.plan
        way = ways(plan, span)
        alone = request.query_params.get("viewPanel", "")
        drawn = iter(self._source.drawings(board, span))
        rows = [
            (row.title, [view.shown(next(drawn), span, way) for _ in row.panels])
            for row in board.rows
        ]
        if alone:
            kept = [
                (title, [each for each in panels if str(each.drawing.number) == alone])
                for title, panels in rows
            ]
            rows = [each for each in kept if each[1]] or rows
        return {
            **self._frame(request),
            "board": board,
            "title": board.title,
            "span": span,
            "query": span.query,
            "rows": rows,
            "alone": alone,
            "edges": view.edges(span),
            "now": view.clock(self._source.now),
            "ranges": view.RANGES,
            "links": [(each.title, to) for each in board.links if (to := way(each))],
        }

    def _page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        text = self._templates.get_template(template).render(**values)
        return HTMLResponse(text, status_code=status, headers=_HEADERS)

    def _wrong(self, request: Request, status: int, sentence: str) -> Response:
        try:
            frame = self._frame(request)
        except (Refused, RuntimeFailure):  # the plan itself is what is wrong
            frame = {"system": "", "groups": (), "uid": "", "charts": False, "query": ""}
        return self._page("wrong.html", status=status, **frame, title="Not here", sentence=sentence)
