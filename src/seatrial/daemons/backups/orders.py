"""Whether who gives an order may: it shows the token that `seatrial up` laid down for both."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from seatrial.daemons.backups.plan import PlanError
from seatrial.daemons.shared import plans

_SHORTEST = 16  # characters of a token; the runtime makes longer ones
_SCHEME = "bearer"
_STRANGER = 401
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Orders:
    """`digest` is all that is kept of the token."""

    digest: bytes

    def admits(self, authorization: str) -> bool:
        """Whether the header shows the token; takes as long for any that does not."""
        scheme, _, shown = authorization.partition(" ")
        equal = hmac.compare_digest(_digest(shown.strip()), self.digest)
        return equal and scheme.lower() == _SCHEME


def read(path: Path) -> Orders:
    """The token in a file. Raises StartError: without one the daemon would obey anybody."""
    token = plans.text(path).strip()
    if len(token) < _SHORTEST:
        raise PlanError(f"{path}: a token of at least {_SHORTEST} characters is wanted")
    return Orders(_digest(token))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def ordered(endpoint: Endpoint, orders: Orders) -> Endpoint:
    """Nothing of an order is read before its token is right."""

    async def answer(request: Request) -> Response:
        if orders.admits(request.headers.get("authorization", "")):
            return await endpoint(request)
        return JSONResponse(
            {
                "error": "the order shows another token than the daemon has, or none",
                "cure": "run `seatrial up`: it gives the same to both",
            },
            status_code=_STRANGER,
            headers={"www-authenticate": "Bearer"},
        )

    return answer
