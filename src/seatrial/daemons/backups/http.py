"""What is asked and ordered over HTTP; the commands that are about backups do.

Whoever reaches the address may look. All but looking is an order, and wants the token.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.desk import RESTORE, BusyError, Desk
from seatrial.daemons.backups.orders import Endpoint, Orders, ordered
from seatrial.daemons.backups.product import DRILL, RefusedError, Restoring, Trail
from seatrial.daemons.backups.work import Work
from seatrial.daemons.shared.web import probes, read_body, refusal

_LIMIT = 4096
_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
_BUSY, _WRONG, _NOWHERE, _AWAY = 409, 400, 404, 503
_LOOK = "GET"


class Counter:
    """The counter at which orders are taken."""

    def __init__(self, desk: Desk, restoring: Restoring[Any]) -> None:
        """Orders go to the desk."""
        self._desk, self._restoring = desk, restoring

    async def told(self, _: Request) -> Response:
        """What is held, what is being done."""
        return JSONResponse(self._desk.told())

    async def work(self, request: Request) -> Response:
        """The newest work of a kind; an empty object where there was none."""
        found = self._desk.works.get(request.path_params["kind"])
        return JSONResponse(found.told() if found is not None else {})

    async def backup(self, request: Request) -> Response:
        """Take one now."""
        kinds = self._restoring.plan.kinds
        kind = (await _body(request)).get("kind", kinds[-1])
        if kind not in kinds:
            return refusal(_WRONG, f"kind is one of {', '.join(kinds)}")
        return JSONResponse(self._desk.backup(kind).told(), status_code=202)

    async def verify(self, _: Request) -> Response:
        """Read all that lies in the repository now."""
        return JSONResponse(self._desk.verify().told(), status_code=202)

    async def drill(self, request: Request) -> Response:
        """Begin a drill: with `of`, of what befalls the store while a trail is written."""
        of = str((await _body(request)).get("of", ""))
        return JSONResponse(self._desk.drill(of).told(), status_code=202)

    async def search(self, request: Request) -> Response:
        """Begin to look for what took rows away."""
        body = await _body(request)
        since = float(body["since"])
        if not math.isfinite(since):
            raise ValueError("since is a moment, in seconds since 1970")
        work = await self._desk.search(since, str(body.get("table", "")))
        return JSONResponse(work.told(), status_code=202)

    async def preview(self, request: Request) -> Response:
        """What a restore would do; nothing is changed."""
        body = await _body(request)
        target, name = float(body["target"]), str(body.get("into", ""))
        if name and not _usual(name):
            return _unusual(name)
        copy = self._restoring.copy(name) if name else None
        found = await self._restoring.preview(target, copy)
        await self._desk.same(found, str(body.get("system", "")))
        return JSONResponse(found)

    async def restore(self, request: Request) -> Response:
        """Begin a restore."""
        body = await _body(request)
        target, name = float(body["target"]), str(body.get("into", ""))
        if not _usual(name):
            return _unusual(name)
        found = await self._restoring.preview(target, self._restoring.copy(name))
        await self._desk.same(found, str(body.get("system", "")))
        return JSONResponse(self._desk.restore(target, name).told(), status_code=202)

    async def remove(self, request: Request) -> Response:
        """Begin to remove a copy."""
        name = request.path_params["name"]
        work = self._desk.remove(name) if _usual(name) else None
        return _begun(work, f"there is no copy {name}")

    async def take(self, request: Request) -> Response:
        """Have all ready for a copy to take the store's place."""
        body = await _body(request)
        name, aside = str(body.get("name", "")), str(body.get("aside", ""))
        if not _usual(name):
            return refusal(_NOWHERE, f"there is no copy {name}")
        if aside and not _usual(aside):
            return _unusual(aside)
        return JSONResponse(self._desk.take(name, aside).told(), status_code=202)

    async def leave(self, _: Request) -> Response:
        """No copy takes the store's place."""
        return _begun(self._desk.leave(), "no copy is taking the place of the store")

    async def exchange(self, request: Request) -> Response:
        """The copy takes it."""
        name = request.path_params["name"]
        if not _usual(name):
            return refusal(_NOWHERE, f"there is no copy {name}")
        return JSONResponse(self._desk.exchange(name).told(), status_code=202)

    async def end_drill(self, _: Request) -> Response:
        """Break off a drill, and remove what is left of it."""
        return _begun(self._desk.end_drill(), "there is no drill")


class Trailing:
    """What a drill asks for that writes into the store while a copy takes its place."""

    def __init__(self, desk: Desk, trail: Trail) -> None:
        """The trail is told with the newest restore since it began."""
        self._desk, self._trail = desk, trail

    async def begin(self, _: Request) -> Response:
        """Write rows until the end."""
        await self._trail.begin()
        return JSONResponse({"began": self._trail.began})

    async def end(self, _: Request) -> Response:
        """Write no more."""
        await self._trail.end()
        return JSONResponse({})

    async def told(self, _: Request) -> Response:
        """Which of them were there when, and to which moment the store was restored since.

        Of a product that tells its moment only roughly it lies between two.
        """
        restore = self._desk.works.get(RESTORE)
        between = None
        if restore is not None and restore.began >= self._trail.began:
            target = restore.about["target"]
            between = restore.result.get("moment_between", [target, target])
        return JSONResponse({"between": between, **await self._trail.told()})


def _usual(name: str) -> bool:
    """Whether a copy may be called so."""
    return _NAME.fullmatch(name) is not None and name != DRILL


def _unusual(name: str) -> Response:
    return refusal(
        _WRONG, f"{name!r} names no copy; write small letters, digits and -, not {DRILL}"
    )


def _begun(work: Work | None, otherwise: str) -> Response:
    if work is None:
        return refusal(_NOWHERE, otherwise)
    return JSONResponse(work.told(), status_code=202)


async def _body(request: Request) -> dict[str, Any]:
    text = await read_body(request, _LIMIT)
    found = json.loads(text or b"{}")
    if not isinstance(found, dict):
        raise ValueError("an object is wanted")  # noqa: TRY004 - of what came in
    return found


def _bordered(endpoint: Endpoint) -> Endpoint:
    """What is foreseen becomes an answer."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except BusyError as busy:
            return refusal(_BUSY, str(busy))
        except RefusedError as refused:
            return JSONResponse(
                {"error": refused.summary, "cure": refused.cure}, status_code=_WRONG
            )
        except (KeyError, TypeError, ValueError) as error:
            return refusal(_WRONG, f"{type(error).__name__}: {error}")
        except CommandError as error:
            return refusal(_AWAY, str(error))

    return answer


def application(
    desk: Desk,
    restoring: Restoring[Any],
    registry: CollectorRegistry,
    orders: Orders,
    *,
    drills: bool,
    trail: Trail | None = None,
) -> Starlette:
    """The ASGI application.

    `orders` tells whose orders are obeyed.
    `drills` opens what drills need: they write into the store, so that in production nobody can.
    """
    counter = Counter(desk, restoring)
    drilling: tuple[tuple[str, str, Endpoint], ...] = (
        ("/drills", "POST", counter.drill),
        ("/drills", "DELETE", counter.end_drill),
    )
    if trail is not None:
        trailing = Trailing(desk, trail)
        drilling += (
            ("/trail", "GET", trailing.told),
            ("/trail", "POST", trailing.begin),
            ("/trail", "DELETE", trailing.end),
        )
    routes = (
        ("/backups", "GET", counter.told),
        ("/backups", "POST", counter.backup),
        ("/verifications", "POST", counter.verify),
        ("/works/{kind}", "GET", counter.work),
        ("/preview", "POST", counter.preview),
        ("/restores", "POST", counter.restore),
        ("/searches", "POST", counter.search),
        ("/copies/{name}", "DELETE", counter.remove),
        ("/takes", "POST", counter.take),
        ("/takes", "DELETE", counter.leave),
        ("/takes/{name}", "POST", counter.exchange),
        *(drilling if drills else ()),
    )
    return Starlette(
        routes=[
            *probes(registry, lambda: ""),
            *(
                Route(
                    path,
                    _bordered(act if method == _LOOK else ordered(act, orders)),
                    methods=[method],
                )
                for path, method, act in routes
            ),
        ]
    )
