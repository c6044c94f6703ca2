"""Passes requests on to the service, replica after replica, and spoils the one route's answers."""

from __future__ import annotations

import itertools

from prometheus_client import CollectorRegistry, Counter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from seatrial.daemons.faulty.plan import Plan
from seatrial.daemons.faulty.spoil import spoilt
from seatrial.daemons.shared.asking import Answer, NoAnswerError, ask
from seatrial.daemons.shared.web import BodyTooLargeError, probes, read_body, refusal

BODY_LIMIT = 8 * 1024 * 1024
TIMEOUT_S = 60.0
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# Of one connection only (RFC 9110, section 7.6.1), and what is worked out anew for the next.
_OWN = frozenset(
    {
        b"connection",
        b"content-length",
        b"keep-alive",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"accept-encoding",
    }
)


class Door:
    """Takes every request."""

    def __init__(self, plan: Plan, registry: CollectorRegistry) -> None:
        self._plan = plan
        self._next = itertools.cycle(plan.upstreams)
        self._answers = Counter(
            "faulty_answers",
            "Answers that were passed on as they were, and that were spoilt.",
            ("how",),
            registry=registry,
        )

    async def pass_on(self, request: Request) -> Response:
        """Ask the service, and give its answer or what is made of it."""
        target = request.scope["raw_path"].decode("latin-1")
        if request.scope["query_string"]:
            target += "?" + request.scope["query_string"].decode("latin-1")
        try:
            found = await self._ask(request, target)
        except BodyTooLargeError:
            return refusal(413, f"a body of at most {BODY_LIMIT} bytes is passed on")
        except NoAnswerError as error:
            return refusal(502, f"the service does not answer: {error}")
        status, body = found.status, found.body
        strikes = self._plan.strikes(request.method, target)
        self._answers.labels("spoilt" if strikes else "as they were").inc()
        if strikes:
            status, body = spoilt(self._plan.spoil, status, body)
        answer = Response(body, status_code=status)
        answer.raw_headers = [
            *((k, v) for k, v in found.headers if k.lower() not in _OWN),
            (b"content-length", str(len(body)).encode()),
        ]
        return answer

    async def _ask(self, request: Request, target: str) -> Answer:
        body = await read_body(request, BODY_LIMIT)
        headers = [(k, v) for k, v in request.headers.raw if k.lower() not in _OWN]
        return await ask(
            request.method,
            next(self._next) + target,
            body=body,
            headers=[*headers, (b"accept-encoding", b"identity")],
            within=TIMEOUT_S,
            verified=False,  # a rehearsal's certificates are not judged
        )


def application(door: Door, registry: CollectorRegistry) -> Starlette:
    """The ASGI application; its own pages are below /-/, where no service has any."""
    own = probes(registry, lambda: "")
    return Starlette(
        routes=[
            *(Route(f"/-{each.path}", each.endpoint) for each in own),
            Route("/{path:path}", door.pass_on, methods=_METHODS),
        ]
    )
